"""Measures what changed, a stretch of time after the other: written once and anew whenever more is known."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from core.cases.hours import Hours
from core.ids import EPOCH
from core.people.conversations import CaseState
from insights.measuring import contacts
from insights.measuring.cases import Said, Story, measured
from insights.measuring.contacts import GAP, RETURN, Contact, Open, Spoken
from storage.conversations.timeline import CUSTOMER
from storage.engine.store import Store
from storage.insight import measures, stories

CONTACT, BOT_SOLVED, CAME_BACK, CASE = "contact", "bot_solved", "came_back", "case"
GROUP = 100  # customers, or cases, in one transaction
MILLISECOND = timedelta(milliseconds=1)


class Shop(NamedTuple):
    """Tells what time is in the shop: its zone, and the hours in which a team is there."""

    zone: ZoneInfo
    hours_of: Callable[[str], Hours]


def measure(store: Store, shop: Shop, since: datetime, until: datetime, now: datetime) -> None:
    """Measures what happened, or came to be known, between two moments."""
    with store.read() as conn:
        wrote = set[str]()
        for ago in (timedelta(), GAP, RETURN):  # so late it is known whether a contact is over, and who came again
            wrote |= stories.wrote_between(conn, since - ago, until - ago)
        changed = stories.changed_cases(conn, since, until)
    for group in _groups(sorted(wrote)):
        _measure_contacts(store, shop, group, now)
    for group in _groups(changed):
        _measure_cases(store, shop, group)


def _groups(all_: Sequence[Any]) -> Iterator[Sequence[Any]]:
    yield from (all_[start : start + GROUP] for start in range(0, len(all_), GROUP))


def _measure_contacts(store: Store, shop: Shop, customer_ids: Sequence[str], now: datetime) -> None:
    with store.write() as conn:
        spoken = stories.spoken(conn, customer_ids, EPOCH)
        cases = stories.open_cases(conn, customer_ids, EPOCH)
        rows: list[dict[str, Any]] = []
        for customer_id, lines in spoken.items():
            said = [
                Spoken(row.id, row.conversation_id, row.at, row.author == CUSTOMER, row.flow or "") for row in lines
            ]
            were_open = [Open(row.opened_at, row.resolved_at) for row in cases.get(customer_id, ())]
            where = {row.conversation_id: row for row in lines}
            for contact in contacts.contacts(said, were_open, now):
                rows += _contact_rows(shop, customer_id, contact, where[contact.conversation_id])
        measures.replace(conn, store, customer_ids, rows)


def _contact_rows(shop: Shop, customer_id: str, contact: Contact, where: Any) -> Iterator[dict[str, Any]]:
    values = {CONTACT: True, BOT_SOLVED: contact.is_solved, CAME_BACK: contact.came_back}
    for metric, value in values.items():
        if value is not None:
            yield {
                **_row(shop, metric, contact.id, contact.at, where),
                "about": customer_id,
                "conversation_id": contact.conversation_id,
                "value": int(value),
                "topic": contact.topic,
            }


def _measure_cases(store: Store, shop: Shop, changed: Sequence[Any]) -> None:
    with store.write() as conn:
        said = stories.said_in(conn, changed)
        rows: list[dict[str, Any]] = []
        for case in changed:
            rows += _case_rows(shop, case, [Said(id_, at, agent) for at, id_, agent in said.get(case.id, ())])
        measures.replace(conn, store, [case.id for case in changed], rows)


def _case_rows(shop: Shop, case: Any, said: Sequence[Said]) -> Iterator[dict[str, Any]]:
    own = {"about": case.id, "conversation_id": case.conversation_id, "team": case.team}
    own |= {"topic": case.topic or case.reason, "agent": case.claimed_by or ""}
    yield {**_row(shop, CASE, case.id, case.opened_at, case), **own, "value": 1}
    is_resolved = case.state == CaseState.RESOLVED.value
    story = Story(case.id, case.opened_at, case.resolved_at if is_resolved else None, case.claimed_by or "", said)
    for wait in measured(story, shop.hours_of(case.team)):
        lasted = {"value": wait.calendar // MILLISECOND, "business": wait.business // MILLISECOND}
        yield {**_row(shop, wait.metric, wait.subject, wait.since, case), **own, **lasted, "agent": wait.agent}


def _row(shop: Shop, metric: str, subject: str, at: datetime, where: Any) -> dict[str, Any]:
    here = at.astimezone(shop.zone)
    return {
        "metric": metric,
        "subject": subject,
        "at": at,
        "day": here.date(),
        "week": here.date() - timedelta(days=here.weekday()),
        "hour": here.hour,
        "business": None,
        "channel": where.channel,
        "topic": "",
        "agent": "",
        "team": "",
        "language": (where.language or where.locale)[:2].lower(),
    }
