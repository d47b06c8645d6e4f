"""Finds the messages that may be sent now: due, and nothing before them open in the same conversation."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, exists, literal_column, or_, select

from storage.engine.prepared import Prepared
from storage.engine.schema import Moment
from storage.queues.outbox import DESK, IS_PENDING, JOINED, OPEN, PENDING, POSTING, PRIORITY, Posting
from storage.queues.tables import outbox

_earlier = outbox.alias("earlier")
# Written out, not bound: a partial index is used only when the statement itself says the state.
_EARLIER_IS_OPEN = _earlier.c.state.in_([literal_column(f"'{state}'") for state in OPEN])
# A notice that waits for its slot does not hold up a reply; one that is under way does.
_IS_BEFORE = or_(_earlier.c.state != PENDING, _earlier.c.priority <= outbox.c.priority)
_DUE = (
    select(*POSTING)
    .select_from(JOINED)
    .where(
        IS_PENDING,
        outbox.c.not_before <= bindparam("now"),
        ~exists().where(_earlier.c.key == outbox.c.key, _earlier.c.id < outbox.c.id, _EARLIER_IS_OPEN, _IS_BEFORE),
    )
    .limit(bindparam("limit"))
)
_IS_BULK = outbox.c.priority > literal_column("0")
_DUE_REPLIES = _DUE.where(outbox.c.priority == literal_column("0")).order_by(outbox.c.not_before, outbox.c.id)
_DUE_BULK = _DUE.where(_IS_BULK, outbox.c.channel == bindparam("channel"), outbox.c.account == bindparam("account"))
_DUE_BULK = _DUE_BULK.where(outbox.c.priority <= bindparam("most"))
_DUE_BULK = _DUE_BULK.order_by(outbox.c.priority, outbox.c.not_before, outbox.c.id)
_SAME = (_earlier.c.key == outbox.c.key, _EARLIER_IS_OPEN)
_IS_AT_ONCE = _earlier.c.priority == literal_column("0")
_DUE_BEHIND = _DUE.where(_IS_BULK, outbox.c.lane == DESK, ~exists().where(*_SAME, _IS_AT_ONCE))
_DUE_BEHIND = _DUE_BEHIND.order_by(outbox.c.not_before, outbox.c.id)
_BEHIND = select(outbox.c.id, outbox.c.payload, outbox.c.created_at).where(
    IS_PENDING, outbox.c.rendered == 0, outbox.c.key == bindparam("key_"), outbox.c.id > bindparam("id_")
)
_BEHIND = _BEHIND.order_by(outbox.c.id).limit(bindparam("limit"))
_REPLIES = Prepared(_DUE_REPLIES)


class Upcoming(msgspec.Struct, frozen=True):
    """Holds when the first waiting reply, notice and marketing message come due; None where none waits."""

    reply: datetime | None
    notice: datetime | None
    marketing: datetime | None

    @property
    def first(self) -> datetime | None:
        """Tells when the first of all comes due."""
        return min(filter(None, (self.reply, self.notice, self.marketing)), default=None)

    def bulk_is_due(self, now: datetime) -> bool:
        """Tells whether anything but a reply is due."""
        return any(at is not None and at <= now for at in (self.notice, self.marketing))


def _first(priority: int, *conditions: Any) -> Any:
    """Selects the first by one look into the index, however many wait."""
    mine = (IS_PENDING, outbox.c.priority == literal_column(str(priority)), *conditions)
    first = select(outbox.c.not_before).where(*mine).order_by(outbox.c.not_before).limit(literal_column("1"))
    return first.scalar_subquery()


_PRIORITIES = (0, PRIORITY["notice"], PRIORITY["marketing"])
_UPCOMING = Prepared(select(*(_first(priority) for priority in _PRIORITIES)))
_LATER = outbox.c.not_before > bindparam("now", type_=Moment)
_UPCOMING_LATER = Prepared(select(*(_first(priority, _LATER) for priority in _PRIORITIES)))


def upcoming(conn: Connection) -> Upcoming:
    """Reads what waits, in one statement."""
    (row,) = _UPCOMING.rows(conn)
    return Upcoming(*row)


def next_due(conn: Connection, now: datetime) -> datetime | None:
    """Tells when the next message that waits for a time comes due, whatever waits for others before it."""
    (row,) = _UPCOMING_LATER.rows(conn, now=now)
    return Upcoming(*row).first


def due_replies(conn: Connection, now: datetime, limit: int) -> list[Posting]:
    """Reads the oldest sendable replies: due, and nothing before them is open in the same conversation."""
    return [_posting(row) for row in _REPLIES.rows(conn, now=now, limit=limit)]


def due_bulk(
    conn: Connection, now: datetime, channel: str, account: str, limit: int, *, marketing: bool = True
) -> list[Posting]:
    """Reads the sendable notices of one sender, service before marketing, the oldest first."""
    most = PRIORITY["marketing" if marketing else "notice"]
    sender = {"now": now, "channel": channel, "account": account, "limit": limit, "most": most}
    return [_posting(row) for row in conn.execute(_DUE_BULK, sender)] if limit > 0 else []


class Waiting(msgspec.Struct, frozen=True):
    """Holds a row that waits behind another one."""

    id: str
    payload: str
    created_at: datetime


def behind(conn: Connection, key: str, id_: str, limit: int, *, late: bool = False) -> list[Waiting]:
    """Reads what waits behind a row of the same key, in order; `late`: of what may go after all else."""
    rank = _IS_BULK if late else outbox.c.priority == literal_column("0")
    return [Waiting(*row) for row in conn.execute(_BEHIND.where(rank), {"key_": key, "id_": id_, "limit": limit})]


def due_behind(conn: Connection, now: datetime, limit: int) -> list[Posting]:
    """Reads what the desk may see after all else, oldest first: nothing that people say is open in its thread."""
    return [_posting(row) for row in conn.execute(_DUE_BEHIND, {"now": now, "limit": limit})] if limit > 0 else []


def _posting(row: Any) -> Posting:
    return Posting(*row)
