"""Keeps messages to be sent: handed out in order, at most one at a time per conversation, marked before each call.

pending -> sending -> sent
              |-----> unknown  (the call left, the answer did not come) -> sent | pending | failed
              |-----> pending  (again, not before a time)
              `-----> failed

What was on its way when a backup was made is held in what is restored from it (storage.backup.hold).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, case, func, literal_column, or_, select, update

from core.messages.receipts import WORST
from storage.engine.prepared import PreparedIn
from storage.engine.schema import Moment
from storage.people.tables import conversations, messages
from storage.queues.tables import outbox, outbox_parts

MESSAGE, DESK = "message", "desk"
PENDING, SENDING, UNKNOWN, SENT, FAILED, CANCELLED = "pending", "sending", "unknown", "sent", "failed", "cancelled"
HELD = "held"
OPEN = (PENDING, SENDING, UNKNOWN)
PRIORITY = {"notice": 1, "marketing": 2}
BEHIND = 1  # of what the desk may see after everything that people said


class Posting(msgspec.Struct, frozen=True):
    """Holds a row that the sender reads, with its conversation's `last_inbound_at` (the reply window) and `route`."""

    id: str
    lane: str
    key: str
    channel: str
    account: str
    value: str
    speaker: str
    priority: int
    payload: str
    attempts: int
    rendered: int
    expires_at: datetime | None
    created_at: datetime
    case_id: str | None
    origin: str | None
    notice_id: str | None
    last_inbound_at: datetime | None
    route: str | None


def row(
    id_: str,
    key: str,
    channel: str,
    account: str,
    value: str,
    payload: str,
    speaker: str,
    now: datetime,
    **more: Any,
) -> dict[str, Any]:
    """Makes a new outbox row with every column.

    `more`: lane, not_before, expires_at, case_id, origin, notification_id, cause_id, flow, priority.
    """
    return {
        "id": id_,
        "lane": more.get("lane", MESSAGE),
        "key": key,
        "channel": channel,
        "account": account,
        "value": value,
        "speaker": speaker,
        "priority": more.get("priority", PRIORITY.get(speaker, 0)),
        "payload": payload,
        "state": PENDING,
        "rendered": 0,
        "degradations": None,
        "started_at": None,
        "not_before": more.get("not_before", now),
        "expires_at": more.get("expires_at"),
        "created_at": now,
        "case_id": more.get("case_id"),
        "origin": more.get("origin"),
        "notification_id": more.get("notification_id"),
        "cause_id": more.get("cause_id"),
        "flow": more.get("flow"),
    }


# Written out, not bound: a partial index is used only when the statement itself says the state.
_WRITTEN: dict[str, Any] = {state: literal_column(f"'{state}'") for state in OPEN}
IS_PENDING = outbox.c.state == _WRITTEN[PENDING]
IS_OPEN = outbox.c.state.in_(list(_WRITTEN.values()))
IS_IN_DOUBT = outbox.c.state.in_([_WRITTEN[SENDING], _WRITTEN[UNKNOWN]])

POSTING = (
    outbox.c.id,
    outbox.c.lane,
    outbox.c.key,
    outbox.c.channel,
    outbox.c.account,
    outbox.c.value,
    outbox.c.speaker,
    outbox.c.priority,
    outbox.c.payload,
    outbox.c.attempts,
    outbox.c.rendered,
    outbox.c.expires_at,
    outbox.c.created_at,
    outbox.c.case_id,
    outbox.c.origin,
    outbox.c.notification_id,
    conversations.c.last_inbound_at,
    conversations.c.route,
)
JOINED = outbox.outerjoin(conversations, conversations.c.key == outbox.c.key)


def begin(row: dict[str, Any], number: int, losses: Sequence[str], now: datetime) -> None:
    """Marks a row that is not written yet as being sent, in so many parts."""
    row |= {"state": SENDING, "rendered": number, "degradations": " ".join(losses) or None, "started_at": now}


def posting(row: dict[str, Any], last_inbound_at: datetime | None) -> Posting:
    """Reads a row that is not written yet."""
    known = {"attempts": 0, "notice_id": row["notification_id"], "last_inbound_at": last_inbound_at, "route": None}
    return Posting(*(known[name] if name in known else row[name] for name in Posting.__struct_fields__))


_RENDERED = update(outbox).where(outbox.c.id == bindparam("row"))
_RENDERED = _RENDERED.values(rendered=bindparam("parts"), degradations=bindparam("losses"))
_REWORD = update(outbox).where(outbox.c.id == bindparam("row")).values(payload=bindparam("payload_"))
_DELAY = update(outbox).where(outbox.c.id == bindparam("row"), outbox.c.state == PENDING)
_DELAY = _DELAY.values(not_before=bindparam("until"))


def still_sending(conn: Connection, ids: Collection[str], now: datetime) -> None:
    """Notes that the calls of these rows are under way, or wait for their slot: their outcome is not in doubt yet."""
    mine = update(outbox).where(outbox.c.id.in_(list(ids)), outbox.c.state == SENDING)
    conn.execute(mine.values(started_at=now))


def release(conn: Connection, channel: str, account: str, code: str, now: datetime) -> None:
    """Makes messages due that wait because of this code (an account that was not in order)."""
    waiting = (IS_PENDING, outbox.c.not_before > now, outbox.c.code == code)
    mine = update(outbox).where(*waiting, outbox.c.channel == channel, outbox.c.account == account)
    conn.execute(mine.values(not_before=now))


def refuse(conn: Connection, id_: str, state: str, code: str, until: datetime, burned: int = 0) -> bool:
    """Ends (or puts off until then) a row that is not being sent; false when a worker took it meanwhile."""
    ended = state != PENDING
    done = conn.execute(
        update(outbox)
        .where(outbox.c.id == id_, outbox.c.state == PENDING)
        .values(
            state=state,
            code=code,
            not_before=until,
            finished_at=until if ended else None,
            attempts=outbox.c.attempts + burned,
        )
    )
    return done.rowcount == 1


def take(conn: Connection, ids: Collection[str], now: datetime) -> set[str]:
    """Marks rows as being sent, in one conditional update; returns those that are ours now, locked by their state."""
    return {id_ for (id_,) in _TAKE.rows(conn, ids, now=now)}


_TAKE = PreparedIn(
    lambda ids: (
        update(outbox)
        .where(outbox.c.id.in_(ids), IS_PENDING)
        .values(state=SENDING, started_at=bindparam("now", type_=Moment))
        .returning(outbox.c.id)
    )
)


def absorb(conn: Connection, ids: Collection[str], now: datetime) -> None:
    """Ends messages that another one says too."""
    if ids:
        waiting = update(outbox).where(outbox.c.id.in_(list(ids)), IS_PENDING)
        conn.execute(waiting.values(state=CANCELLED, code="joined", finished_at=now))


def mark_rendered(conn: Connection, made: Sequence[tuple[str, int, Sequence[str]]]) -> None:
    """Records (id, number of parts, what was lost to the channel's limits) of rows whose parts were just made."""
    if made:
        rows = [{"row": id_, "parts": parts, "losses": " ".join(losses) or None} for id_, parts, losses in made]
        conn.execute(_RENDERED, rows)


def reword(conn: Connection, changed: Sequence[tuple[str, str]]) -> None:
    """Writes what messages (by id) say now that they leave, as JSON."""
    if changed:
        conn.execute(_REWORD, [{"row": id_, "payload_": payload} for id_, payload in changed])


def reword_waiting(conn: Connection, id_: str, payload: str) -> bool:
    """Changes what a message says that no worker has looked at yet; false when one has."""
    mine = update(outbox).where(outbox.c.id == id_, outbox.c.state == PENDING, outbox.c.rendered == 0)
    return conn.execute(mine.values(payload=payload)).rowcount == 1


def delay(conn: Connection, waits: Sequence[tuple[str, datetime]]) -> None:
    """Puts (id, time) back until then, without counting an attempt."""
    if waits:
        conn.execute(_DELAY, [{"row": id_, "until": until} for id_, until in waits])


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


def by_id(conn: Connection, id_: str) -> Posting | None:
    """Reads one row, whatever its state."""
    row_ = conn.execute(select(*POSTING).select_from(JOINED).where(outbox.c.id == id_)).first()
    return _posting(row_) if row_ else None


def in_doubt(conn: Connection, started_before: datetime) -> Sequence[Any]:
    """Lists rows whose call began before then and whose outcome nobody recorded (id, state, speaker, started_at)."""
    return conn.execute(
        select(outbox.c.id, outbox.c.state, outbox.c.speaker, outbox.c.started_at, outbox.c.lane)
        .where(IS_IN_DOUBT, outbox.c.started_at < started_before)
        .order_by(outbox.c.id)
        .limit(500)
    ).all()


def _posting(row_: Any) -> Posting:
    return Posting(*row_)


def refusals(conn: Connection, now: datetime) -> list[tuple[str, str, str, int]]:
    """Counts what failed in the last day: (channel, account, code, how many)."""
    recent = (outbox.c.state == FAILED, outbox.c.finished_at >= now - timedelta(days=1), outbox.c.code.is_not(None))
    found = select(outbox.c.channel, outbox.c.account, outbox.c.code, func.count()).where(*recent)
    grouped = found.group_by(outbox.c.channel, outbox.c.account, outbox.c.code)
    return [(channel, account, code, number) for channel, account, code, number in conn.execute(grouped)]


_WITH_OPTIONS = (
    select(outbox.c.payload)
    .join(messages, messages.c.id == outbox.c.id)
    .where(messages.c.conversation_id == bindparam("conversation"), outbox.c.payload.contains('"options":'))
    .order_by(messages.c.id.desc())
    .limit(1)
)


def last_with_options(conn: Connection, conversation_id: str) -> str | None:
    """Reads the newest message of a conversation that carries a menu, as it was written."""
    found: str | None = conn.scalar(_WITH_OPTIONS, {"conversation": conversation_id})
    return found


def state_of(conn: Connection, id_: str, *, lock: bool = False) -> str | None:
    """Reads the state of a row; with `lock` it stays so until the transaction ends."""
    asked = select(outbox.c.state).where(outbox.c.id == id_)
    found: str | None = conn.scalar(asked.with_for_update() if lock else asked)
    return found
