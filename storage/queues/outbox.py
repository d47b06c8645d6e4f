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
from sqlalchemy import Connection, bindparam, func, literal_column, select, update

from storage.engine.prepared import PreparedIn
from storage.engine.schema import Moment
from storage.people.tables import conversations
from storage.queues.tables import outbox

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

    `more`: lane, not_before, expires_at, case_id, origin, notification_id, cause_id, flow, response,
    priority.
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
        "response": more.get("response"),
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


def state_of(conn: Connection, id_: str, *, lock: bool = False) -> str | None:
    """Reads the state of a row; with `lock` it stays so until the transaction ends."""
    asked = select(outbox.c.state).where(outbox.c.id == id_)
    found: str | None = conn.scalar(asked.with_for_update() if lock else asked)
    return found
