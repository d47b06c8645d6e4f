"""Counts what waits, and since when, for those who watch over it; each statement reads one partial index."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, case, func, literal_column, select

from core.ids import moment_of
from storage.notices.notices import IS_HELD
from storage.notices.tables import notices
from storage.queues.inbox import ACCOUNT, CONVERSATION, DESK, IS_DEAD, IS_PENDING, RECEIPT, STORE_LANE
from storage.queues.outbox import IS_IN_DOUBT, PRIORITY, SENDING, UNKNOWN
from storage.queues.outbox import IS_PENDING as IS_UNSENT
from storage.queues.tables import inbox, outbox, timers

LANES = (CONVERSATION, RECEIPT, DESK, STORE_LANE, ACCOUNT)
REPLY = "reply"  # what is to be sent by kind: answers and agents' words, the desk's posts, notices, marketing
KINDS = (REPLY, DESK, *PRIORITY)
DOUBTS = (SENDING, UNKNOWN)


class Depth(msgspec.Struct, frozen=True):
    """Holds how many wait, and for how many seconds the oldest has been due."""

    number: int = 0
    seconds: float = 0.0


def inbox_by_lane(conn: Connection, now: datetime) -> dict[str, Depth]:
    """Counts what came in and nobody has handled, by lane."""
    found = select(inbox.c.lane, func.count(), func.min(inbox.c.id)).where(IS_PENDING).group_by(inbox.c.lane)
    waiting = {lane: _since(number, moment_of(oldest), now) for lane, number, oldest in conn.execute(found)}
    return {lane: waiting.get(lane, Depth()) for lane in LANES}


def kept_for_replay(conn: Connection) -> int:
    """Counts what came in and could not be handled."""
    return conn.scalar(select(func.count()).select_from(inbox).where(IS_DEAD)) or 0


def outbox_by_kind(conn: Connection, now: datetime) -> dict[str, Depth]:
    """Counts what is to be sent, by kind; what is to go later counts, and is not due."""
    figures = func.count(), func.min(outbox.c.not_before)
    kinds = case((outbox.c.lane == DESK, DESK), (_is(0), REPLY), *((_is(n), kind) for kind, n in PRIORITY.items()))
    rows = conn.execute(select(kinds, *figures).where(IS_UNSENT).group_by(literal_column("1")))
    found = {kind: _since(number, oldest, now) for kind, number, oldest in rows}
    return {kind: found.get(kind, Depth()) for kind in KINDS}


def _is(priority: int) -> ColumnElement[bool]:
    return outbox.c.priority == literal_column(str(priority))


def in_doubt(conn: Connection) -> dict[str, int]:
    """Counts what is being sent, and what has an outcome that nobody knows."""
    found = select(outbox.c.state, func.count()).where(IS_IN_DOUBT).group_by(outbox.c.state)
    counted = {state: number for state, number in conn.execute(found)}  # noqa: C416 - rows are not pairs to mypy
    return {state: counted.get(state, 0) for state in DOUBTS}


def held_notices(conn: Connection) -> int:
    """Counts notices that wait for their time."""
    return conn.scalar(select(func.count()).select_from(notices).where(IS_HELD)) or 0


def overdue_timers(conn: Connection, now: datetime) -> Depth:
    """Counts what should have come due again by now."""
    found = select(func.count(), func.min(timers.c.due_at)).where(timers.c.due_at <= now)
    number, oldest = conn.execute(found).one()
    return _since(number, oldest, now)


def _since(number: int, oldest: datetime | None, now: datetime) -> Depth:
    return Depth(number, max(timedelta(), now - (oldest or now)).total_seconds())
