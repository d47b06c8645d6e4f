"""Keeps what the store is told and asked: handed out when it is due, one at a time, by a lease in the row.

pending -> done                                 (a fact that was taken, a request that was carried out)
   |-----> refused                              (by the store, with its reason)
   |-----> asked -> done | refused | failed     (taken; what came of it the store tells later)
   |-----> pending                              (again, not before a time)
   `-----> failed                               (kept)
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, func, literal_column, or_, select, update

from core.ids import first_id
from core.shop.outgoing import OutgoingEvent, stamp
from core.shop.shop_actions import EXPIRES_AFTER
from storage.engine.prepared import PreparedIn
from storage.engine.store import Store
from storage.outgoing.tables import outgoing
from storage.shop.tables import orders

REQUEST, FACT = "request", "fact"
PENDING, ASKED, DONE, REFUSED, FAILED, HELD = "pending", "asked", "done", "refused", "failed", "held"
OPEN = (PENDING, ASKED)
ERASED = "{}"  # the body of a request of somebody who was erased
STATES = (*OPEN, DONE, REFUSED, FAILED, HELD)


class Outgoing(msgspec.Struct, frozen=True):
    """Holds a row. `body`: the event's data as JSON; `order_id`: by what the store's system names the order, where that
    is known and not its number."""

    id: str
    key: str
    kind: str
    type: str
    subject: str
    order_number: str | None
    customer_id: str | None
    conversation_id: str | None
    body: str
    state: str
    attempts: int
    not_before: datetime
    expires_at: datetime | None
    created_at: datetime
    finished_at: datetime | None
    code: str | None
    reason: str | None
    remote_id: str | None
    order_id: str | None

    @property
    def event(self) -> OutgoingEvent:
        """Returns the event as it leaves."""
        data, known = msgspec.json.decode(self.body), self.remote_id or ""
        return OutgoingEvent(self.id, self.type, self.subject, self.created_at, data, known, self.order_id or "")


# Written out, not bound: a partial index is used only when the statement itself says the state.
IS_OPEN = outgoing.c.state.in_([literal_column(f"'{state}'") for state in OPEN])
_IS_NOT_DONE = outgoing.c.state.in_([literal_column(f"'{state}'") for state in (*OPEN, FAILED, HELD)])
_IS_OPEN_REQUEST = and_(outgoing.c.kind == literal_column(f"'{REQUEST}'"), IS_OPEN)
_ORDER_ID = select(orders.c.store_id).where(orders.c.number == outgoing.c.order_number).scalar_subquery()
_COLUMNS: list[Any] = [outgoing.c[name] for name in Outgoing.__struct_fields__ if name != "order_id"]
_LOAD = select(*[*_COLUMNS, _ORDER_ID.label("order_id")])
_DUE = (
    _LOAD.where(IS_OPEN, outgoing.c.kind == bindparam("kind_"), outgoing.c.not_before <= bindparam("now"))
    .order_by(outgoing.c.not_before, outgoing.c.id)
    .limit(bindparam("most"))
)
_NEXT = select(func.min(outgoing.c.not_before)).where(IS_OPEN, outgoing.c.kind == bindparam("kind_"))
_OPEN_OF = PreparedIn(lambda numbers: _LOAD.where(_IS_OPEN_REQUEST, outgoing.c.order_number.in_(numbers)))


def row(
    id_: str,
    key: str,
    kind: str,
    type_: str,
    subject: str,
    data: dict[str, Any],
    now: datetime,
    **more: Any,
) -> dict[str, Any]:
    """Makes a new row with every column. `more`: order_number, customer_id, conversation_id, expires_at, created_at."""
    return {
        "id": id_,
        "key": key,
        "kind": kind,
        "type": type_,
        "subject": subject[:300],
        "order_number": more.get("order_number"),
        "customer_id": more.get("customer_id"),
        "conversation_id": more.get("conversation_id"),
        "body": msgspec.json.encode(data).decode(),
        "state": PENDING,
        "attempts": 0,
        "not_before": now,
        "expires_at": more.get("expires_at"),
        "created_at": more.get("created_at", now),
        "finished_at": None,
        "code": None,
        "reason": None,
        "remote_id": None,
    }


def add(conn: Connection, store: Store, rows: Sequence[dict[str, Any]]) -> None:
    """Keeps new rows; one whose key is there already is left as it is."""
    if rows:
        conn.execute(store.insert(outgoing), list(rows))


def due(conn: Connection, kind: str, now: datetime, most: int) -> list[Outgoing]:
    """Reads what is due, the longest first."""
    return [Outgoing(*found) for found in conn.execute(_DUE, {"kind_": kind, "now": now, "most": most})]


def next_due(conn: Connection, kind: str) -> datetime | None:
    """Reads when the next one is due; None when nothing is open."""
    found: datetime | None = conn.scalar(_NEXT, {"kind_": kind})
    return found


def take(conn: Connection, found: Sequence[Outgoing], until: datetime) -> list[Outgoing]:
    """Takes rows until then, by moving them on; returns those that are ours, with one more attempt."""
    taken = []
    for each in found:
        values = {"not_before": until, "attempts": each.attempts + 1}
        if _put(conn, each, **values):
            taken.append(msgspec.structs.replace(each, **values))
    return taken


def settle(conn: Connection, ours: Outgoing, **values: Any) -> bool:
    """Writes what came of a call; false, and nothing is written, when the lease ended or somebody else settled it."""
    return _put(conn, ours, **values)


def finish(conn: Connection, id_: str, state: str, now: datetime, **values: Any) -> bool:
    """Ends a request that is open; false when it is not (any more)."""
    mine = update(outgoing).where(outgoing.c.id == id_, IS_OPEN)
    return conn.execute(mine.values(state=state, finished_at=now, **values)).rowcount == 1


def _put(conn: Connection, was: Outgoing, **values: Any) -> bool:
    same = (outgoing.c.id == was.id, outgoing.c.not_before == was.not_before, outgoing.c.state == was.state)
    return conn.execute(update(outgoing).where(*same).values(**values)).rowcount == 1


def open_of(conn: Connection, order_numbers: Collection[str]) -> list[Outgoing]:
    """Reads the requests about these orders whose outcome is not known, oldest first."""
    found = [Outgoing(*each) for each in _OPEN_OF.rows(conn, sorted(order_numbers))] if order_numbers else []
    return sorted(found, key=lambda each: each.id)


def asked_in_chat(conn: Connection, customer_id: str, order_number: str, type_: str, since: datetime) -> bool:
    """Tells whether this customer asked for that action on the order since then, and the store did not refuse it. What
    an agent asked for has no conversation."""
    spoken = outgoing.c.conversation_id.is_not(None)
    mine = outgoing.c.customer_id == customer_id, outgoing.c.order_number == order_number, outgoing.c.type == type_
    going = outgoing.c.state.in_((PENDING, ASKED, DONE)), outgoing.c.created_at >= since
    return conn.scalar(select(outgoing.c.id).where(*mine, *going, spoken).limit(1)) is not None


def by_name(conn: Connection, name: str) -> Outgoing | None:
    """Reads the one with this id, or this idempotency id."""
    found = conn.execute(_LOAD.where(or_(outgoing.c.id == name, outgoing.c.key == name))).first()
    return Outgoing(*found) if found else None


def listed(conn: Connection, states: Collection[str], limit: int, kind: str = "") -> list[Outgoing]:
    """Reads those in these states, newest first."""
    found = _LOAD.where(outgoing.c.state.in_(list(states))).order_by(outgoing.c.id.desc()).limit(limit)
    if kind:
        found = found.where(outgoing.c.kind == kind)
    return [Outgoing(*each) for each in conn.execute(found)]


def repeat(conn: Connection, id_: str, now: datetime) -> bool:
    """Lets one begin anew that is kept, or whose outcome does not come, with all its tries; false for any other.

    A request has its whole time again. Its ids stay, so that a store that carried it out after all does it once.
    """
    again = outgoing.c.state.in_((FAILED, HELD, ASKED))
    kept = conn.execute(select(outgoing).where(outgoing.c.id == id_, again)).first()
    if kept is None or (kept.kind == REQUEST and kept.body == ERASED):
        return False
    expires_at = now + EXPIRES_AFTER if kept.kind == REQUEST else None
    data = msgspec.json.decode(kept.body)
    if expires_at:
        data["expires_at"] = stamp(expires_at)
    anew = {"state": PENDING, "attempts": 0, "not_before": now, "finished_at": None, "code": None}
    anew |= {"expires_at": expires_at, "body": msgspec.json.encode(data).decode()}
    mine = update(outgoing).where(outgoing.c.id == id_, outgoing.c.state == kept.state)
    return conn.execute(mine.values(anew)).rowcount == 1


def forget(conn: Connection, before: datetime) -> int:
    """Removes facts that were taken before then."""
    old = (outgoing.c.kind == FACT, outgoing.c.state == DONE, outgoing.c.id < first_id(before))
    return conn.execute(delete(outgoing).where(*old)).rowcount


def counts(conn: Connection) -> dict[str, int]:
    """Counts rows by state, those that are done left out."""
    found = select(outgoing.c.state, func.count()).where(_IS_NOT_DONE)
    counted = {state: number for state, number in conn.execute(found.group_by(outgoing.c.state))}  # noqa: C416
    return {state: counted.get(state, 0) for state in (*OPEN, FAILED, HELD)}
