"""Measures customers' contacts: how soon the bot answered, which it solved, and after which they came again."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.ids import EPOCH
from core.people.conversations import CaseState
from insights.measuring import contacts
from insights.measuring.contacts import GAP, RETURN, Contact, Open, Spoken, blocked_times
from insights.measuring.endings import periods
from insights.measuring.measurer import Measurer, Row, Shop, language, milliseconds, row
from storage.conversations.timeline import CUSTOMER
from storage.insight.sources import case_stories, stories
from storage.insight.sources.case_stories import End

CONTACT, BOT_SOLVED, CAME_BACK, BOT_RESPONSE = "contact", "bot_solved", "came_back", "bot_response"


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the customers who wrote, who turned out to be one with another, of whose contact more is known now, or of
    whose cases something else."""
    wrote = stories.merged_between(conn, since, until) | stories.desk_changed(conn, since, until)
    for ago in (timedelta(), GAP, RETURN):
        wrote |= stories.wrote_between(conn, since - ago, until - ago)
    return wrote


def _measure(conn: Connection, customer_ids: Collection[str], shop: Shop, now: datetime) -> Iterator[Row]:
    cases = stories.cases_of(conn, customer_ids)
    ends = case_stories.ends_of(conn, [case.id for own in cases.values() for case in own])
    blocks = stories.blocks_of(conn, customer_ids)
    for customer_id, lines in stories.spoken(conn, customer_ids, EPOCH).items():
        said = [_spoken(each) for each in lines]
        were_open = [each for case in cases.get(customer_id, ()) for each in _open(case, ends.get(case.id, ()))]
        blocked = blocked_times(blocks.get(customer_id, ()))
        where = {each.conversation_id: each for each in lines}
        for contact in contacts.contacts(said, were_open, blocked, now):
            own = where[contact.conversation_id]
            yield from _rows(shop, customer_id, contact, {"channel": own.channel, "language": language(own)})


def _open(case: Any, ends: Sequence[End]) -> Iterator[Open]:
    is_spam = case.state == CaseState.SPAM.value
    yield from (Open(each.since, each.until, is_spam) for each in periods(case.id, case.opened_at, ends))


def _spoken(line: Any) -> Spoken:
    is_customers = line.author == CUSTOMER
    return Spoken(line.id, line.conversation_id, line.at, is_customers, line.flow or "", line.left)


def _rows(shop: Shop, customer_id: str, contact: Contact, where: Row) -> Iterator[Row]:
    values = {CONTACT: True, BOT_SOLVED: contact.is_solved, CAME_BACK: contact.came_back}
    more = {"conversation_id": contact.conversation_id, "topic": contact.topic, **where}
    for metric, value in values.items():
        if value is not None:
            yield row(shop, metric, contact.id, customer_id, contact.at, value=int(value), **more)
    if contact.answered:
        waited = milliseconds(max(contact.answered - contact.at, timedelta()))
        yield row(shop, BOT_RESPONSE, contact.id, customer_id, contact.at, value=waited, **more)


MEASURER = Measurer((CONTACT, BOT_SOLVED, CAME_BACK, BOT_RESPONSE), _changed, _measure)
