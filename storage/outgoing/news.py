"""Finds what there is to tell the store: rows that came or changed between two moments, by indexes that are there.

An id begins with the time it was made at, so that new rows of a table lie between two ids.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, literal_column, or_, select

from core.ids import first_id, moment_of
from core.people.conversations import CaseState
from storage.desk.tables import cases, ratings
from storage.notices.notices import FAILED as NOTICE_FAILED
from storage.notices.tables import IS_DECIDED, notices
from storage.people.tables import addresses, consents, conversations, customers
from storage.queues.inbox import HANDLED, IS_PENDING, RECEIPT
from storage.queues.outbox import FAILED, MESSAGE
from storage.queues.tables import inbox, outbox, outbox_parts
from storage.shop.tables import returns

Found = Iterable[Row[Any]]
_IS_FAILED = outbox.c.state == literal_column(f"'{FAILED}'")
_CUSTOMER = func.coalesce(customers.c.store_id, customers.c.id).label("customer")
_CASE = (
    cases.c.id,
    cases.c.number,
    cases.c.reason,
    cases.c.priority,
    cases.c.team,
    cases.c.tags,
    cases.c.order_number,
    conversations.c.channel,
    _CUSTOMER,
)


_KEPT_CASE = cases.alias("kept")
_KEPT = select(_KEPT_CASE.c.number).where(_KEPT_CASE.c.id == cases.c.merged_into).scalar_subquery().label("kept")


def opened_cases(conn: Connection, since: datetime, until: datetime) -> Found:
    """Reads the cases that were opened, with `moment`."""
    return conn.execute(_cases(cases.c.opened_at).where(_made(cases.c.id, since, until)))


def claimed_cases(conn: Connection, since: datetime, until: datetime) -> Found:
    """Reads the cases that somebody took, with `moment`."""
    return conn.execute(_cases(cases.c.claimed_at).where(cases.c.claimed_at >= since, cases.c.claimed_at < until))


def resolved_cases(conn: Connection, since: datetime, until: datetime) -> Found:
    """Reads the cases that were resolved, with `moment`."""
    return conn.execute(_over(CaseState.RESOLVED, since, until))


def merged_cases(conn: Connection, since: datetime, until: datetime) -> Found:
    """Reads the cases that became part of others, with `moment` and the `kept` one's number."""
    return conn.execute(_over(CaseState.MERGED, since, until).add_columns(_KEPT))


def _over(state: CaseState, since: datetime, until: datetime) -> Any:
    ended = (cases.c.resolved_at >= since, cases.c.resolved_at < until, cases.c.state == state.value)
    return _cases(cases.c.resolved_at).where(*ended)


def _cases(moment: Any) -> Any:
    joined = cases.join(conversations, conversations.c.id == cases.c.conversation_id)
    joined = joined.join(customers, customers.c.id == cases.c.customer_id)
    return select(*_CASE, moment.label("moment")).select_from(joined).order_by(cases.c.number)


def decided_notices(conn: Connection, since: datetime, until: datetime) -> Found:
    """Reads the notices that were sent or skipped."""
    wanted = (IS_DECIDED, notices.c.state != NOTICE_FAILED, notices.c.decided_at >= since, notices.c.decided_at < until)
    columns = [notices.c[name] for name in ("id", "kind", "state", "reason", "channel", "order_number", "decided_at")]
    joined = notices.join(customers, customers.c.id == notices.c.customer_id)
    return conn.execute(select(*columns, _CUSTOMER).select_from(joined).where(*wanted).order_by(notices.c.id))


def asked_returns(conn: Connection, since: datetime, until: datetime) -> Found:
    """Reads the returns that customers asked for here."""
    columns = [returns.c[name] for name in ("id", "reference", "order_number", "state", "resolution", "lines", "told")]
    joined = returns.join(customers, customers.c.id == returns.c.customer_id)
    here = (returns.c.conversation_id.is_not(None), _made(returns.c.id, since, until))
    found = select(*columns, returns.c.created_at, _CUSTOMER).select_from(joined).where(*here)
    return conn.execute(found.order_by(returns.c.id))


def given_ratings(conn: Connection, since: datetime, until: datetime) -> Found:
    """Reads the ratings that were given."""
    columns = [ratings.c[name] for name in ("id", "kind", "score", "given_at", "case_id")]
    joined = ratings.join(cases, cases.c.id == ratings.c.case_id)
    joined = joined.join(customers, customers.c.id == ratings.c.customer_id)
    given = (ratings.c.given_at >= since, ratings.c.given_at < until)
    found = select(*columns, cases.c.number, _CUSTOMER).select_from(joined)
    return conn.execute(found.where(*given).order_by(ratings.c.id))


def changed_consents(conn: Connection, since: datetime, until: datetime) -> Found:
    """Reads new entries of the ledger, with the address that they are about."""
    return conn.execute(select(consents).where(_made(consents.c.id, since, until)).order_by(consents.c.id))


def owners(
    conn: Connection, subjects: Collection[tuple[str, str]], accounts: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], str]:
    """Finds whose these (channel, address value) are: the customer's id for the store. `accounts`: those we have."""
    phones = [value for _, value in subjects if value.startswith("+")]
    keys = [f"{channel}:{account}:{value}" for channel, value in subjects for of, account in accounts if of == channel]
    reached = or_(addresses.c.phone.in_(phones), addresses.c.key.in_(keys))
    joined = addresses.join(customers, customers.c.id == addresses.c.customer_id)
    columns = addresses.c.channel, addresses.c.value, addresses.c.phone, _CUSTOMER
    found: dict[tuple[str, str], str] = {}
    for channel, value, phone, customer in conn.execute(select(*columns).select_from(joined).where(reached)):
        found[channel, value] = customer
        for wanted, number in subjects:
            if number == phone:
                found.setdefault((wanted, number), customer)
    return found


def unhandled_receipt(conn: Connection) -> datetime | None:
    """Reads since when a receipt waits to be handled."""
    oldest = conn.scalar(select(func.min(inbox.c.id)).where(IS_PENDING, inbox.c.lane == literal_column(f"'{RECEIPT}'")))
    return moment_of(oldest) if oldest else None


def receipts(conn: Connection, since: datetime, until: datetime) -> list[str]:
    """Reads the receipts that came in and were handled, as JSON."""
    mine = (inbox.c.lane == RECEIPT, inbox.c.state == HANDLED, _made(inbox.c.id, since, until))
    return list(conn.scalars(select(inbox.c.payload).where(*mine).order_by(inbox.c.id)))


def messages_of(conn: Connection, part_ids: Collection[str], provider_ids: Collection[str]) -> set[str]:
    """Finds the messages that these calls are of."""
    named = or_(outbox_parts.c.id.in_(list(part_ids)), outbox_parts.c.provider_id.in_(list(provider_ids)))
    return set(conn.scalars(select(outbox_parts.c.outbox_id).where(named)))


def failed_messages(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Finds the messages that failed."""
    ended = (_IS_FAILED, outbox.c.finished_at >= since, outbox.c.finished_at < until)
    return set(conn.scalars(select(outbox.c.id).where(*ended)))


def messages(conn: Connection, ids: Collection[str]) -> Found:
    """Reads messages to customers, with how many calls they have that count (`calls`) and how many arrived."""
    counts = outbox_parts.c.silent.is_(False)
    calls = func.count(case((counts, 1))).label("calls")
    arrived = func.count(case((counts & outbox_parts.c.status.in_(("delivered", "read")), 1))).label("arrived")
    columns = [outbox.c[name] for name in ("id", "channel", "speaker", "state", "code", "finished_at")]
    joined = outbox.join(outbox_parts, outbox_parts.c.outbox_id == outbox.c.id, isouter=True)
    joined = joined.join(conversations, conversations.c.key == outbox.c.key)
    joined = joined.join(customers, customers.c.id == conversations.c.customer_id)
    latest = func.max(outbox_parts.c.status_at).label("status_at")
    found = select(*columns, calls, arrived, latest, _CUSTOMER).select_from(joined)
    found = found.where(outbox.c.id.in_(list(ids)), outbox.c.lane == MESSAGE)
    return conn.execute(found.group_by(*columns, customers.c.store_id, customers.c.id).order_by(outbox.c.id))


def _made(column: ColumnElement[str], since: datetime, until: datetime) -> ColumnElement[bool]:
    """Selects rows by when their id was made."""
    return (column >= first_id(since)) & (column < first_id(until))
