"""Keeps the parts of messages, one provider call each, and what is known of them.

What may change a part is said in `core.messages.receipts`; each statement here carries it in its WHERE, so that the
row decides and not what was read before. To write parts and messages, lock the parts first, then the messages.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)

from core.messages.receipts import MOVES, Evidence, PartState
from core.ports.calls import SentPart
from storage.engine.prepared import Prepared
from storage.engine.schema import Moment
from storage.queues.tables import outbox, outbox_parts

CRASH = "crash"  # the code of a part whose worker died


class PartRow(msgspec.Struct, frozen=True):
    """Holds what is to be sent."""

    id: str
    outbox_id: str
    n: int
    call: str
    payload: str
    silent: bool
    state: str
    repeats: int
    tries: int


class KnownPart(msgspec.Struct, frozen=True):
    """Holds what is known of a part that was sent, or may have been; `crashes` of the `repeats` followed a crash.

    `other_id` is the provider's id of another call of it, where two were taken.
    """

    id: str
    outbox_id: str
    channel: str
    account: str
    state: str
    status: str | None
    provider_id: str | None
    other_id: str | None
    tries: int
    repeats: int
    crashes: int
    code: str | None
    silent: bool
    origin: str | None  # of the message: what an agent wrote for it


class CalledPart(msgspec.Struct, frozen=True):
    """Holds a part whose call's answer is not recorded: the call, and the message (as JSON) that it is a part of."""

    id: str
    key: str
    state: str
    payload: str
    message: str


_ROWS = select(*(outbox_parts.c[name] for name in PartRow.__struct_fields__))
_ROWS = _ROWS.order_by(outbox_parts.c.outbox_id, outbox_parts.c.n)
_KNOWN = select(*(outbox_parts.c[name] for name in KnownPart.__struct_fields__[:-1]), outbox.c.origin)  # its last field
_KNOWN = _KNOWN.join(outbox, outbox.c.id == outbox_parts.c.outbox_id).order_by(outbox_parts.c.id)
_LOCK = select(outbox_parts.c.id).order_by(outbox_parts.c.id).with_for_update()


def _known(row: Any) -> KnownPart:
    return KnownPart(*row)


def lock(conn: Connection, *, ids: Collection[str] = (), of: Collection[str] = ()) -> None:
    """Locks parts, by their ids or by those of their messages, until the transaction ends (PostgreSQL).

    To bring a message to the state of its parts (`outbox.settle`), lock all of them: at READ COMMITTED the caller
    would not see what another transaction is about to write. Locks in the order of their ids, so that no two wait for
    each other. SQLite has one writer at a time.
    """
    if conn.dialect.name != "sqlite" and (ids or of):
        conn.execute(_LOCK.where(or_(outbox_parts.c.id.in_(list(ids)), outbox_parts.c.outbox_id.in_(list(of))))).all()


def of_messages(conn: Connection, ids: Collection[str]) -> dict[str, list[PartRow]]:
    """Reads the parts of these messages, in order."""
    found: dict[str, list[PartRow]] = {}
    for row in conn.execute(_ROWS.where(outbox_parts.c.outbox_id.in_(list(ids)))) if ids else ():
        found.setdefault(row.outbox_id, []).append(PartRow(*row))
    return found


def sent_of(conn: Connection, message_id: str) -> list[SentPart]:
    """Reads the calls of a message that the provider took, in order."""
    mine = (outbox_parts.c.outbox_id == message_id, ~outbox_parts.c.silent, outbox_parts.c.provider_id.is_not(None))
    asked = select(outbox_parts.c.call, outbox_parts.c.payload, outbox_parts.c.provider_id).where(*mine)
    found = conn.execute(asked.order_by(outbox_parts.c.n))
    return [SentPart(row.call, json.loads(row.payload), row.provider_id) for row in found]


def known(conn: Connection, message_id: str) -> list[KnownPart]:
    """Reads what is known of a message's parts."""
    return [_known(row) for row in conn.execute(_KNOWN.where(outbox_parts.c.outbox_id == message_id))]


def find(conn: Connection, ids: Collection[str], provider_ids: Collection[str]) -> list[KnownPart]:
    """Finds and locks the parts with these ids, ours or the provider's, and the others of their messages."""
    if not (ids or provider_ids):
        return []
    theirs = [column.in_(list(provider_ids)) for column in (outbox_parts.c.provider_id, outbox_parts.c.other_id)]
    mine = or_(outbox_parts.c.id.in_(list(ids)), *theirs)
    whole = _KNOWN.where(outbox_parts.c.outbox_id.in_(select(outbox_parts.c.outbox_id).where(mine)))
    return [_known(row) for row in conn.execute(whole.with_for_update(of=outbox_parts))]


# Written out, not bound: a partial index is used only when the statement itself says the status.
_IS_OPEN = outbox.c.state.in_([literal_column(f"'{state}'") for state in ("pending", "sending", "unknown")])
_NOT_READ = outbox_parts.c.status.in_([literal_column("'sent'"), literal_column("'delivered'")])


def below(conn: Connection, key: str, statuses: Collection[str], watermark: datetime) -> list[KnownPart]:
    """Finds and locks what was sent to this address until the watermark and stands at one of these statuses."""
    behind = (outbox_parts.c.key == key, _NOT_READ, outbox_parts.c.status.in_(list(statuses)))
    found = _KNOWN.where(*behind, outbox_parts.c.started_at <= watermark)
    return [_known(row) for row in conn.execute(found.with_for_update(of=outbox_parts))]


def waiting(conn: Connection, ids: Collection[str]) -> dict[str, int]:
    """Finds those of these parts that wait for their call, with the number of calls before."""
    mine = (outbox_parts.c.id.in_(list(ids)), outbox_parts.c.state == PartState.PENDING)
    return {row.id: row.tries for row in conn.execute(select(outbox_parts.c.id, outbox_parts.c.tries).where(*mine))}


def provider_ids(conn: Connection, ids: Collection[str]) -> set[tuple[str, str]]:
    """Finds those of a provider's ids that are of messages of ours: (channel, id)."""
    found = select(outbox_parts.c.channel, outbox_parts.c.provider_id)
    return {
        (row.channel, row.provider_id) for row in conn.execute(found.where(outbox_parts.c.provider_id.in_(list(ids))))
    }


def under_way(conn: Connection, keys: Collection[str]) -> list[CalledPart]:
    """Finds, oldest first, the parts for these conversations that were called and of which nobody knows what came."""
    called = or_(_may(Evidence.REFUSED), and_(outbox_parts.c.state == PartState.PENDING, outbox_parts.c.tries > 0))
    found = (
        select(outbox_parts.c.id, outbox.c.key, outbox_parts.c.state, outbox_parts.c.payload, outbox.c.payload)
        .join(outbox, outbox.c.id == outbox_parts.c.outbox_id)
        .where(outbox.c.key.in_(list(keys)), _IS_OPEN, called, ~outbox_parts.c.silent)
    )
    return [CalledPart(*row) for row in conn.execute(found.order_by(outbox_parts.c.id))]


def taken(conn: Connection, message_id: str, call: str) -> list[tuple[str, str]]:
    """Reads the calls of this kind that the provider took: (the call as JSON, the provider's id; empty without one)."""
    mine = (outbox_parts.c.outbox_id == message_id, outbox_parts.c.call == call)
    found = select(outbox_parts.c.payload, outbox_parts.c.provider_id).where(*mine)
    found = found.where(outbox_parts.c.state == PartState.SENT)
    return [(row.payload, row.provider_id or "") for row in conn.execute(found)]


def add(conn: Connection, rows: list[dict[str, Any]]) -> None:
    """Adds new parts."""
    if rows:
        conn.execute(outbox_parts.insert(), rows)


def _may(evidence: Evidence) -> ColumnElement[bool]:
    # No IN: SQLAlchemy cannot expand it in what runs as executemany.
    return or_(*(outbox_parts.c.state == source for source in sorted(MOVES[evidence].sources)))


def start(conn: Connection, ids: Collection[str], now: datetime) -> set[str]:
    """Marks parts as being sent; returns those that were waiting for it."""
    if not ids:
        return set()
    mine = update(outbox_parts).where(outbox_parts.c.id.in_(list(ids)), _may(Evidence.BEGUN))
    begun = {"state": MOVES[Evidence.BEGUN].target, "started_at": now, "tries": outbox_parts.c.tries + 1}
    return set(conn.scalars(mine.values(begun).returning(outbox_parts.c.id)))


# The answer to an earlier call proves as much as one to the last, unless a receipt spoke of it already: it may have
# failed since, and be under way again.
_IS_NEWS = or_(
    and_(outbox_parts.c.state == PartState.SENDING, outbox_parts.c.tries == bindparam("try_")),
    outbox_parts.c.provider_id.is_(None),
    outbox_parts.c.provider_id != bindparam("provider", type_=String),
)
_IS_ANOTHER = outbox_parts.c.provider_id != bindparam("provider", type_=String)
_ACCEPT = update(outbox_parts).where(
    outbox_parts.c.id == bindparam("row"),
    or_(_may(Evidence.ACCEPTED), outbox_parts.c.state == MOVES[Evidence.ACCEPTED].target),
    _IS_NEWS,
)
_ACCEPT = _ACCEPT.values(
    state=MOVES[Evidence.ACCEPTED].target,
    provider_id=func.coalesce(bindparam("provider", type_=String), outbox_parts.c.provider_id),
    other_id=case((_IS_ANOTHER, outbox_parts.c.provider_id), else_=outbox_parts.c.other_id),
    code=None,
    status=func.coalesce(outbox_parts.c.status, bindparam("status_", type_=String)),
    status_at=func.coalesce(outbox_parts.c.status_at, bindparam("at", type_=Moment)),
)


_ACCEPTED = Prepared(_ACCEPT)


def accepted(id_: str, try_: int, provider_id: str | None, status: str | None, now: datetime) -> dict[str, Any]:
    """Makes a row for `accept`. `status` is that of a channel that tells what becomes of a message."""
    return {"row": id_, "try_": try_, "provider": provider_id or None, "status_": status, "at": now}


def accept(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Records calls that the provider took (rows of `accepted`)."""
    if rows:
        _ACCEPTED.run(conn, rows)


def tell(conn: Connection, evidence: Evidence, id_: str, try_: int, code: str) -> bool:
    """Records what a call that was not taken says of its part; false when more is known, or it is called again."""
    mine = (outbox_parts.c.id == id_, outbox_parts.c.tries == try_, _may(evidence))
    done = conn.execute(update(outbox_parts).where(*mine).values(state=MOVES[evidence].target, code=code))
    return done.rowcount == 1


def crash(conn: Connection, message_id: str) -> None:
    """Records that the worker that called a part of this message is gone."""
    mine = (outbox_parts.c.outbox_id == message_id, _may(Evidence.CRASHED))
    conn.execute(update(outbox_parts).where(*mine).values(state=MOVES[Evidence.CRASHED].target, code=CRASH))


def repeat(conn: Connection, id_: str, crashes: int) -> None:
    """Lets a part in doubt be called once more; `crashes` of its repeats came after a dead worker."""
    mine = (outbox_parts.c.id == id_, _may(Evidence.REPEATED))
    again = {"repeats": outbox_parts.c.repeats + 1, "crashes": crashes}
    conn.execute(update(outbox_parts).where(*mine).values(state=MOVES[Evidence.REPEATED].target, **again))


def resend(conn: Connection, id_: str) -> None:
    """Lets a part that failed after it was taken be called once more.

    It keeps its provider's id until the repeat brings its own: by that, what is still said of the first call is known.
    """
    anew = {"status": None, "status_at": None, "code": None}
    mine = (outbox_parts.c.id == id_, _may(Evidence.RESENT))
    conn.execute(update(outbox_parts).where(*mine).values(state=MOVES[Evidence.RESENT].target, **anew))


def payload_of(conn: Connection, id_: str) -> str:
    """Reads the call of a part, as JSON; empty when there is no such part."""
    return conn.scalar(select(outbox_parts.c.payload).where(outbox_parts.c.id == id_)) or ""


def rewrite(conn: Connection, id_: str, call: str, payload: str) -> None:
    """Makes another call of a part that was refused as it was."""
    conn.execute(update(outbox_parts).where(outbox_parts.c.id == id_).values(call=call, payload=payload))


_SAVE = update(outbox_parts).where(outbox_parts.c.id == bindparam("row"))
_SAVE = _SAVE.values(
    status=bindparam("status_"),
    status_at=bindparam("at"),
    provider_id=bindparam("provider"),
    other_id=bindparam("other"),
    state=bindparam("state_"),
    code=bindparam("code_"),
)


def save(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Writes what receipts made of parts that were found, and thereby locked, in this transaction."""
    if rows:
        conn.execute(_SAVE, list(rows))
