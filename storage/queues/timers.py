"""Finds what is due by one question, for clock and workers; keeps the rows of what comes due again and again.

`due_at` of a row that is being handled is the end of a lease, and with it the proof of whose lease it is.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    String,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
    update,
)

from storage.desk.tables import HAS_ALERT, case_clocks
from storage.engine.schema import Moment
from storage.engine.store import Store
from storage.notices.deadlines import HAS_DEADLINE
from storage.notices.notices import IS_HELD
from storage.notices.tables import notices
from storage.people.tables import addresses
from storage.queues.inbox import IS_PENDING as IS_UNHANDLED
from storage.queues.outbox import IS_IN_DOUBT, PRIORITY, SENDING, UNKNOWN
from storage.queues.outbox import IS_PENDING as IS_UNSENT
from storage.queues.tables import inbox, outbox, outbox_parts, parked_receipts, timers, waits

# What is due by other tables' rows. The first two only wake: lanes and sender take their rows by themselves.
INBOX, OUTBOX = "inbox", "outbox"
AMBIGUOUS, HELD_NOTICES, LATE_RECEIPTS, NAMES = "ambiguous", "held_notices", "late_receipts", "names"
WAITS, NOTICE_DEADLINES, CASE_CLOCKS = "waits", "notice_deadlines", "case_clocks"
MOST = 100  # rows taken at once


class Due(msgspec.Struct, frozen=True):
    """Says that something of this kind is due. `at` is the row's time, None for what is due by another table."""

    kind: str
    subject: str
    at: datetime | None


class Patience(msgspec.Struct, frozen=True):
    """Holds how long a wake-up may take, a call may last, and an unknown outcome waits for its receipt."""

    wake_up: timedelta = timedelta(seconds=2)
    sending: timedelta = timedelta(seconds=30)
    unknown: timedelta = timedelta(seconds=45)


def _rows() -> Any:
    found = select(timers.c.kind, timers.c.subject, timers.c.due_at).where(timers.c.due_at <= _moment("now"))
    due = found.order_by(timers.c.due_at).limit(MOST).subquery()
    return select(due.c.kind, due.c.subject, due.c.due_at)


def _moment(name: str) -> Any:
    return bindparam(name, type_=Moment)


def _other(kind: str, condition: Any) -> Any:
    return select(literal_column(f"'{kind}'", String), literal_column("''", String), null()).where(condition)


_IS_OVER = or_(
    and_(outbox.c.state == SENDING, outbox.c.started_at < _moment("sending")),
    and_(outbox.c.state == UNKNOWN, outbox.c.started_at < _moment("unknown")),
)
# Every priority is named, as the index begins with it: else thousands that wait for their time are read one by one.
_OF_ANY_PRIORITY = outbox.c.priority.in_([literal_column(str(each)) for each in (0, *PRIORITY.values())])
# The receipt's part is known by now: the receipt was parked while the call was being recorded.
_IS_KNOWN = exists().where(
    outbox_parts.c.channel == parked_receipts.c.channel,
    outbox_parts.c.account == parked_receipts.c.account,
    outbox_parts.c.provider_id == parked_receipts.c.provider_id,
)
# Each is one look into an index.
_DUE = union_all(
    _rows(),
    _other(INBOX, exists().where(IS_UNHANDLED, inbox.c.received_at <= _moment("woken"))),
    _other(OUTBOX, exists().where(IS_UNSENT, _OF_ANY_PRIORITY, outbox.c.not_before <= _moment("woken"))),
    _other(AMBIGUOUS, exists().where(IS_IN_DOUBT, _IS_OVER)),
    _other(HELD_NOTICES, exists().where(IS_HELD, notices.c.not_before <= _moment("now"))),
    _other(NOTICE_DEADLINES, exists().where(HAS_DEADLINE, notices.c.deadline_at <= _moment("now"))),
    _other(NAMES, exists().where(addresses.c.ask_name_at <= _moment("now"))),
    _other(WAITS, exists().where(waits.c.due_at <= _moment("now"))),
    _other(CASE_CLOCKS, exists().where(HAS_ALERT, case_clocks.c.alert_at <= _moment("now"))),
    _other(LATE_RECEIPTS, exists().where(parked_receipts.c.at < _moment("woken"), _IS_KNOWN)),
)


def due(conn: Connection, now: datetime, patience: Patience) -> list[Due]:
    """Lists everything that is due, in one statement, as the clock asks every second."""
    times = {
        "now": now,
        "woken": now - patience.wake_up,
        "sending": now - patience.sending,
        "unknown": now - patience.unknown,
    }
    return [Due(*row) for row in conn.execute(_DUE, times)]


def ensure(conn: Connection, store: Store, kind: str, subjects: Collection[str], then: datetime) -> None:
    """Adds timers of a kind that do not exist yet, due then."""
    # By chance, not by time: of a time to come, it would put all ids after it into the future.
    rows = [{"id": token_hex(12), "kind": kind, "subject": subject, "due_at": then} for subject in subjects]
    if rows:
        conn.execute(store.insert(timers), rows)


def schedule(conn: Connection, store: Store, kind: str, subject: str, then: datetime) -> None:
    """Makes something of that kind due then, once; later news of the same subject take its place."""
    ensure(conn, store, kind, [subject], then)
    move(conn, kind, subject, then)


def take(conn: Connection, rows: Sequence[Due], until: datetime) -> list[Due]:
    """Takes timers until then, by moving their rows on; returns those that are ours."""
    return [Due(each.kind, each.subject, until) for each in rows if _move(conn, each, until)]


def settle(conn: Connection, ours: Due, then: datetime | None) -> None:
    """Sets when a timer that `take` gave us comes due again, or (None) ends it; nothing when our lease has ended."""
    if then is None:
        conn.execute(delete(timers).where(*_is(ours)))
    else:
        _move(conn, ours, then)


def move(conn: Connection, kind: str, subject: str, then: datetime | None) -> None:
    """Makes a timer due again then, whoever has its lease; None removes it."""
    row = timers.c.kind == kind, timers.c.subject == subject
    conn.execute(delete(timers).where(*row) if then is None else update(timers).where(*row).values(due_at=then))


def hasten(conn: Connection, kind: str, subject: str, then: datetime) -> None:
    """Makes a timer due then, if it were due later."""
    row = timers.c.kind == kind, timers.c.subject == subject, timers.c.due_at > then
    conn.execute(update(timers).where(*row).values(due_at=then))


def done_until(conn: Connection, kind: str, subject: str) -> datetime | None:
    """Reads up to when a timer's subject was done, as `mark_done` wrote it."""
    return conn.scalar(select(timers.c.done_until).where(timers.c.kind == kind, timers.c.subject == subject))


def all_done_until(conn: Connection, kind: str) -> datetime | None:
    """Reads up to when all subjects of a timer were done that were at all; None where none was."""
    least: datetime | None = conn.scalar(select(func.min(timers.c.done_until)).where(timers.c.kind == kind))
    return least


def mark_done(conn: Connection, kind: str, subject: str, until: datetime) -> None:
    """Marks all as done up to then: what was missed is made up for from there on, whatever fails until next time."""
    mine = update(timers).where(timers.c.kind == kind, timers.c.subject == subject)
    conn.execute(mine.values(done_until=until))


def mark_once(conn: Connection, kind: str, subject: str, was: datetime | None, until: datetime) -> bool:
    """Marks as `mark_done` does, if it still was marked so: of several who find the same, one. Tells whether."""
    mine = timers.c.kind == kind, timers.c.subject == subject, timers.c.done_until.is_not_distinct_from(was)
    return conn.execute(update(timers).where(*mine).values(done_until=until)).rowcount == 1


def _move(conn: Connection, was: Due, then: datetime) -> bool:
    return conn.execute(update(timers).where(*_is(was)).values(due_at=then)).rowcount == 1


def _is(row: Due) -> tuple[Any, ...]:
    return timers.c.kind == row.kind, timers.c.subject == row.subject, timers.c.due_at == row.at
