"""Keeps returns: those that customers asked for here, and those that the store tells of; and refunds."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from core.ids import new_id
from core.shop.return_tracks import RANK, of_record, told_tracks, with_tracks
from core.shop.returns import OVER, RefundRecord, ReturnedLine, ReturnRecord, ReturnState
from storage.engine.prepared import Prepared
from storage.shop.tables import refunds, returns

_TOLD = msgspec.json.Decoder(ReturnRecord)
_LINES = msgspec.json.Decoder(tuple[ReturnedLine, ...])
_REFUND = msgspec.json.Decoder(RefundRecord)
# Lines of these may be sent back after all. "declined" is what an earlier version called a refusal.
_IN_VAIN = (ReturnState.REFUSED, ReturnState.CANCELLED, "declined")
_CLOSED = (*OVER, "declined")
_RECORD = (
    returns.c.told,
    func.coalesce(func.nullif(returns.c.reference, ""), returns.c.id).label("named"),
    returns.c.order_number,
    returns.c.state,
    returns.c.resolution,
    returns.c.lines,
    returns.c.created_at,
)
_OF_ORDER = Prepared(
    select(*_RECORD)
    .where(returns.c.order_number == bindparam("number"))
    .order_by(returns.c.created_at.desc(), returns.c.id.desc())
)
_REFUNDS = Prepared(
    select(refunds.c.data)
    .where(refunds.c.order_number == bindparam("number"))
    .order_by(refunds.c.at.desc(), refunds.c.id.desc())
)


def open_of(conn: Connection, order_number: str) -> list[tuple[str, str]]:
    """Reads (state, lines as JSON) of an order's returns whose lines are on their way back, or are back."""
    found = select(returns.c.state, returns.c.lines).where(returns.c.order_number == order_number)
    return [(state, lines) for state, lines in conn.execute(found.where(returns.c.state.not_in(_IN_VAIN)))]


def of_order(conn: Connection, order_number: str) -> list[ReturnRecord]:
    """Reads an order's returns as they stand, newest first."""
    return [record_of(*row) for row in _OF_ORDER.rows(conn, number=order_number)]


def by_reference(conn: Connection, reference: str) -> ReturnRecord | None:
    """Reads a return by our number for it or the store's own id, the newest where several have it."""
    named = or_(returns.c.reference == reference, returns.c.store_id == reference)
    row = conn.execute(select(*_RECORD).where(named).order_by(returns.c.id.desc()).limit(1)).first()
    return record_of(*row) if row else None


class Sought(NamedTuple):
    """Holds what is looked for; None is everything. `before` is the row's id that a page ended with."""

    state: str | None
    order_number: str | None
    limit: int
    before: str | None = None


class ReturnRow(NamedTuple):
    """Holds a return as it stands, by its row: the customer's id is ours, the return's `store_id` the store's."""

    id: str
    record: ReturnRecord
    store_id: str | None
    customer_id: str | None
    created_at: datetime


_LISTED = select(returns.c.id, *_RECORD, returns.c.store_id, returns.c.customer_id)


def _row(row: Any) -> ReturnRow:
    return ReturnRow(row[0], record_of(*row[1:8]), row.store_id, row.customer_id, row.created_at)


def listed(conn: Connection, sought: Sought) -> list[ReturnRow]:
    """Lists returns, newest first."""
    found = _LISTED
    if sought.state is not None:
        found = found.where(returns.c.state == sought.state)
    if sought.order_number is not None:
        found = found.where(returns.c.order_number == sought.order_number)
    if sought.before is not None:
        found = found.where(returns.c.id < sought.before)
    return [_row(row) for row in conn.execute(found.order_by(returns.c.id.desc()).limit(sought.limit))]


def of_customers(conn: Connection, customer_ids: Collection[str]) -> list[ReturnRow]:
    """Lists the returns of these customers, oldest first."""
    own = _LISTED.where(returns.c.customer_id.in_(list(customer_ids))).order_by(returns.c.id)
    return [_row(row) for row in conn.execute(own)]


def of_orders(conn: Connection, numbers: Collection[str]) -> dict[str, list[ReturnRecord]]:
    """Reads the returns of these orders as they stand, newest first, by the order's number."""
    found: dict[str, list[ReturnRecord]] = {}
    listed = select(*_RECORD).where(returns.c.order_number.in_(list(numbers)))
    for row in conn.execute(listed.order_by(returns.c.created_at.desc(), returns.c.id.desc())) if numbers else ():
        found.setdefault(row.order_number, []).append(record_of(*row))
    return found


class Told(NamedTuple):
    """Holds a return before (None for a new one) and after what the store told of it. `id` is its row's."""

    id: str
    before: ReturnRecord | None
    after: ReturnRecord


def tell(conn: Connection, told: ReturnRecord, at: datetime, customer_id: str | None, now: datetime) -> Told | None:
    """Keeps what the store tells of a return; None where something newer is known.

    It is the one with the store's id, else with ours, else the order's only open one with these lines.
    """
    row = _meant(conn, told)
    if row is not None and row.told_at and at < row.told_at:
        return None
    known = None
    if row is not None:
        named = row.reference or row.id
        known = record_of(row.told, named, told.order_number, row.state, row.resolution, row.lines, row.created_at)
    whole = _whole(known, told, at)
    facts = {
        "state": whole.state.value,
        "resolution": whole.resolution,
        "lines": msgspec.json.encode(whole.lines).decode(),
        "store_id": (row.store_id if row is not None and told.id in (row.reference, row.id) else None) or told.id,
        "told_at": at,
        "told": msgspec.json.encode(whole).decode(),
    }
    id_ = row.id if row is not None else new_id(now)
    if row is not None:
        conn.execute(update(returns).where(returns.c.id == id_).values(facts))
    else:
        new = {"id": id_, "reference": "", "order_number": told.order_number, "created_at": min(at, now)}
        conn.execute(returns.insert(), {**new, "customer_id": customer_id, "conversation_id": None, **facts})
    return Told(id_, known, whole)


def add_refund(conn: Connection, refund: RefundRecord, now: datetime) -> str:
    """Keeps a refund; returns its id."""
    id_, data = new_id(now), msgspec.json.encode(refund).decode()
    conn.execute(refunds.insert(), {"id": id_, "order_number": refund.order_number, "at": refund.at, "data": data})
    return id_


def refund(conn: Connection, id_: str) -> RefundRecord | None:
    """Reads a refund by its id."""
    data = conn.scalar(select(refunds.c.data).where(refunds.c.id == id_))
    return _REFUND.decode(data) if data else None


def refunds_of(conn: Connection, order_number: str) -> list[RefundRecord]:
    """Reads an order's refunds, newest first."""
    return [_REFUND.decode(data) for (data,) in _REFUNDS.rows(conn, number=order_number)]


def refunds_of_orders(conn: Connection, numbers: Collection[str]) -> list[tuple[str, RefundRecord]]:
    """Reads the refunds of these orders with their ids, oldest first."""
    found = select(refunds.c.id, refunds.c.data).where(refunds.c.order_number.in_(list(numbers)))
    return [(id_, _REFUND.decode(data)) for id_, data in conn.execute(found.order_by(refunds.c.at, refunds.c.id))]


def _meant(conn: Connection, told: ReturnRecord) -> Row[tuple[object, ...]] | None:
    rows = conn.execute(select(returns).where(returns.c.order_number == told.order_number).with_for_update()).all()
    for named in (
        [row for row in rows if row.store_id == told.id],
        [row for row in rows if told.id in (row.reference, row.id)],
    ):
        if named:
            return named[0]
    ids = {line.line_id for line in told.lines}
    unnamed = [row for row in rows if not row.store_id]
    alike = [row for row in unnamed if not ids or ids == {line.line_id for line in _LINES.decode(row.lines)}]
    # Of one that ended here the store may tell the same end after that.
    standing = [row for row in alike if row.state not in _CLOSED] or [row for row in alike if row.state == told.state]
    return standing[0] if len(standing) == 1 else None


def _whole(known: ReturnRecord | None, told: ReturnRecord, at: datetime) -> ReturnRecord:
    """Adds what is known and not told again: silence takes nothing back. What was decided here since the store wrote
    this stays, unless it tells of more; and a label stays sent where somebody who does not know of it says once more
    that the return is approved."""
    if known is None:
        return msgspec.structs.replace(with_tracks(told, told_tracks(told, None)), told_at=at)
    is_late = known.told_at is not None and at < known.told_at and RANK[told.state] <= RANK[known.state]
    repeated = known.state is ReturnState.LABEL_SENT and told.state is ReturnState.APPROVED
    tracks = of_record(known) if is_late or repeated else told_tracks(told, of_record(known))
    whole = msgspec.structs.replace(
        known,
        resolution=told.resolution or known.resolution,
        lines=told.lines or known.lines,
        label_url=told.label_url or known.label_url,
        refund=told.refund or known.refund,
        told_at=max(at, known.told_at) if known.told_at else at,
    )
    return with_tracks(whole, tracks)


def record_of(
    told: str | None, id_: str, number: str, state: str, resolution: str, lines: str, created_at: datetime
) -> ReturnRecord:
    """Makes the record of a row's _RECORD; `id` is our number where the customer has one."""
    if told:
        return _TOLD.decode(told)
    now_is = ReturnState.REFUSED if state == "declined" else ReturnState(state)
    return ReturnRecord(id_, number, now_is, resolution, _LINES.decode(lines), told_at=created_at)
