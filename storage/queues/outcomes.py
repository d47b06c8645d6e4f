"""Writes down what became of a message: its calls ended, its parts are as they are, it failed, or is to go out again.

The states, and the rows themselves, are in `storage.queues.outbox`.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, update

from core.messages.receipts import WORST
from storage.engine.prepared import PreparedIn
from storage.engine.schema import Moment
from storage.queues.outbox import CANCELLED, FAILED, HELD, IS_OPEN, PENDING, SENDING, SENT, UNKNOWN
from storage.queues.tables import outbox, outbox_parts


def finish(
    conn: Connection,
    id_: str,
    state: str,
    not_before: datetime,
    *,
    burned: int = 0,
    finished: datetime | None = None,
    code: str | None = None,
    detail: str | None = None,
) -> bool:
    """Ends a call of an open message, which is then in this state; `burned` attempts count. False when it is over."""
    values = {"state": state, "not_before": not_before, "finished_at": finished, "code": code, "detail": detail}
    mine = update(outbox).where(outbox.c.id == id_, IS_OPEN)
    return conn.execute(mine.values(attempts=outbox.c.attempts + burned, **values)).rowcount == 1


_STATES = {str(state): rank for rank, state in enumerate(WORST)}
_RANK = case(_STATES, value=outbox_parts.c.state)
_WORST = select(func.max(_RANK)).where(outbox_parts.c.outbox_id == outbox.c.id).scalar_subquery()
_DERIVED = case({rank: state for state, rank in _STATES.items()}, value=_WORST)
_ENDED = or_(_DERIVED == SENT, _DERIVED == FAILED)
_SETTLE = update(outbox).where(
    or_(and_(IS_OPEN, outbox.c.state != _DERIVED), and_(~IS_OPEN, outbox.c.state != SENT, _DERIVED == SENT)),
)
_SETTLE = _SETTLE.values(
    state=_DERIVED,
    finished_at=case((_ENDED, bindparam("now", type_=Moment)), else_=None),
    code=case((_DERIVED == SENT, None), else_=outbox.c.code),
    detail=case((_DERIVED == SENT, None), else_=outbox.c.detail),
)
_SETTLE = _SETTLE.returning(outbox.c.id, outbox.c.state)
_SETTLE_ALL = PreparedIn(lambda ids: _SETTLE.where(outbox.c.id.in_(ids)))


def settle(conn: Connection, ids: Collection[str], now: datetime) -> list[str]:
    """Brings messages to the state of their parts (`core.messages.receipts.message_state`).

    Returns those that are sent by it. A message that was given up is never opened again; that all of it was sent after
    all is recorded. The caller has locked the parts.
    """
    return [id_ for id_, state in _SETTLE_ALL.rows(conn, sorted(ids), now=now) if state == SENT]


def doubt(conn: Connection, id_: str, before: datetime) -> bool:
    """Marks a message whose worker has not been heard of since before then as in doubt; false when it has been."""
    mine = (outbox.c.id == id_, outbox.c.state == SENDING, outbox.c.started_at < before)
    return conn.execute(update(outbox).where(*mine).values(state=UNKNOWN, code="crash")).rowcount == 1


def fail(conn: Connection, id_: str, code: str, now: datetime) -> bool:
    """Marks a message that failed after it was taken; false when that is known, or when it is held."""
    mine = update(outbox).where(outbox.c.id == id_, outbox.c.state.not_in((FAILED, HELD)))
    return conn.execute(mine.values(state=FAILED, code=code, finished_at=now)).rowcount == 1


def reopen(conn: Connection, id_: str, until: datetime, code: str) -> bool:
    """Lets a message be sent again from then on, which counts an attempt; false when it was given up or is held.

    One whose other part is being sent right now stays so: it is settled when that call ends.
    """
    mine = update(outbox).where(outbox.c.id == id_, outbox.c.state.not_in((FAILED, CANCELLED, HELD)))
    again = case((outbox.c.state == SENDING, SENDING), else_=PENDING)
    values = {"state": again, "not_before": until, "attempts": outbox.c.attempts + 1, "finished_at": None, "code": code}
    return conn.execute(mine.values(**values)).rowcount == 1


def render_again(conn: Connection, id_: str, now: datetime) -> None:
    """Lets a message that has just failed be made anew, and sent again from now on."""
    conn.execute(outbox_parts.delete().where(outbox_parts.c.outbox_id == id_))
    mine = update(outbox).where(outbox.c.id == id_, outbox.c.state == FAILED)
    conn.execute(mine.values(state=PENDING, rendered=0, not_before=now, started_at=None, finished_at=None))


def lock(conn: Connection, ids: Collection[str]) -> None:
    """Locks messages in the order of their ids (PostgreSQL), before several are written one by one."""
    if conn.dialect.name != "sqlite" and ids:
        conn.execute(
            select(outbox.c.id).where(outbox.c.id.in_(list(ids))).order_by(outbox.c.id).with_for_update()
        ).all()
