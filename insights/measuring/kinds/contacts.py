"""Measures customers' contacts: how many there were, which the bot solved, and after which they came again."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.ids import EPOCH
from insights.measuring import contacts
from insights.measuring.contacts import GAP, RETURN, Contact, Open, Spoken
from insights.measuring.measurer import Measurer, Row, Shop, language, row
from storage.conversations.timeline import CUSTOMER
from storage.insight import stories

CONTACT, BOT_SOLVED, CAME_BACK = "contact", "bot_solved", "came_back"


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the customers who wrote, or of whom it came to be known that a contact is over, or that they came again."""
    wrote = set[str]()
    for ago in (timedelta(), GAP, RETURN):
        wrote |= stories.wrote_between(conn, since - ago, until - ago)
    return wrote


def _measure(conn: Connection, customer_ids: Collection[str], shop: Shop, now: datetime) -> Iterator[Row]:
    cases = stories.open_cases(conn, customer_ids, EPOCH)
    for customer_id, lines in stories.spoken(conn, customer_ids, EPOCH).items():
        said = [
            Spoken(each.id, each.conversation_id, each.at, each.author == CUSTOMER, each.flow or "") for each in lines
        ]
        were_open = [Open(each.opened_at, each.resolved_at) for each in cases.get(customer_id, ())]
        where = {each.conversation_id: each for each in lines}
        for contact in contacts.contacts(said, were_open, now):
            own = where[contact.conversation_id]
            yield from _rows(shop, customer_id, contact, {"channel": own.channel, "language": language(own)})


def _rows(shop: Shop, customer_id: str, contact: Contact, where: Row) -> Iterator[Row]:
    values = {CONTACT: True, BOT_SOLVED: contact.is_solved, CAME_BACK: contact.came_back}
    more = {"conversation_id": contact.conversation_id, "topic": contact.topic, **where}
    for metric, value in values.items():
        if value is not None:
            yield row(shop, metric, contact.id, customer_id, contact.at, value=int(value), **more)


MEASURER = Measurer((CONTACT, BOT_SOLVED, CAME_BACK), _changed, _measure)
