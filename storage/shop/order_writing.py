"""Writes orders as the store tells them: the order, its lines, its parcels."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, select, update

from core.people.addresses import canonical
from core.people.postcodes import postcode_form
from core.shop.order_numbers import normal_form, tracking_form
from core.shop.orders import Line, Order, OrderStatus, Shipment
from storage.engine.store import Store
from storage.shop.order_rows import BUYER, FORM_MAX, POSTCODE_MAX, Details
from storage.shop.tables import order_lines, orders, shipments

_SAVE_STATUS = update(orders).where(orders.c.number == bindparam("row")).values(status=bindparam("status_"))
_DELETE_PART = {
    table: delete(table).where(table.c.order_number == bindparam("number"), table.c.id == bindparam("part"))
    for table in (order_lines, shipments)
}


def save(
    conn: Connection, store: Store, order: Order, customer_id: str | None, told_at: datetime, extra: str | None
) -> None:
    """Writes the order itself; `save_lines` and `save_parcels` write what belongs to it."""
    row = order_row(order, customer_id, told_at, extra)
    kept = {"number"} if order.store_id else {"number", "store_id"}  # a file, or another source, does not know it
    conn.execute(store.upsert(orders, ("number",), tuple(name for name in row if name not in kept)), row)


def order_row(order: Order, customer_id: str | None, told_at: datetime, extra: str | None) -> dict[str, Any]:
    """Makes the row of the order itself; `line_row` and `shipment_row` make those of what belongs to it."""
    return {
        "number": order.number,
        "customer_id": customer_id,
        "placed_at": order.placed_at,
        "status": order.status.value,
        "currency": order.currency,
        "total": str(order.total),
        "phone": canonical(order.buyer.phone) or None,
        "buyer": msgspec.json.encode(order.buyer).decode(),
        "shipping": msgspec.json.encode(order.shipping).decode(),
        "promised_by": order.promised_by,
        "extra": extra,
        "told_at": told_at,
        "details": _details(order),
        "number_form": normal_form(order.number)[:FORM_MAX],
        "postcode_form": postcode_form(order.shipping.postcode, order.shipping.country)[:POSTCODE_MAX] or None,
        "store_id": order.store_id or None,
    }


def save_statuses(conn: Connection, statuses: Mapping[str, OrderStatus]) -> None:
    """Writes the states of orders, by number, after news of their parcels."""
    if statuses:
        conn.execute(_SAVE_STATUS, [{"row": number, "status_": status.value} for number, status in statuses.items()])


def save_lines(conn: Connection, store: Store, changes: Sequence[tuple[str, Sequence[Line], Sequence[Line]]]) -> None:
    """Writes where the lines of orders differ: (number, as they are kept, as they now are)."""
    _save_parts(conn, store, order_lines, line_row, changes)


def save_parcels(
    conn: Connection, store: Store, changes: Sequence[tuple[str, Sequence[Shipment], Sequence[Shipment]]]
) -> None:
    """Writes where parcels differ, as `save_lines` does. Their orders need not be known yet."""
    _save_parts(conn, store, shipments, shipment_row, changes)


def renumber(conn: Connection, customer_id: str, old: str, new: str | None) -> None:
    """Gives the orders that this customer placed with the number `old` to `new`, or to no number."""
    own = select(orders.c.number, orders.c.buyer).where(orders.c.customer_id == customer_id, orders.c.phone == old)
    for number, told in conn.execute(own).all():
        buyer = msgspec.structs.replace(BUYER.decode(told), phone=new or "")
        changed = {"phone": new, "buyer": msgspec.json.encode(buyer).decode()}
        conn.execute(update(orders).where(orders.c.number == number).values(changed))


def _save_parts(
    conn: Connection,
    store: Store,
    table: Table,
    row: Callable[[str, int, Any], dict[str, Any]],
    changes: Sequence[tuple[str, Sequence[Line | Shipment], Sequence[Line | Shipment]]],
) -> None:
    gone: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    for number, before, after in changes:
        kept = {part.id: (n, part) for n, part in enumerate(before)}
        new += [row(number, n, part) for n, part in enumerate(after) if kept.pop(part.id, None) != (n, part)]
        gone += [{"number": number, "part": id_} for id_ in kept]
    if gone:
        conn.execute(_DELETE_PART[table], gone)
    if new:
        conn.execute(store.upsert(table, ("order_number", "id"), tuple(new[0])), new)


def _details(order: Order) -> str | None:
    details = Details(**{name: getattr(order, name) for name in Details.__struct_fields__})
    return msgspec.json.encode(details).decode() if details != Details() else None


def line_row(number: str, n: int, line: Line) -> dict[str, Any]:
    """Makes the row of a line, the `n`th of its order."""
    return {"order_number": number, "id": line.id, "n": n, "data": msgspec.json.encode(line).decode()}


def shipment_row(number: str, n: int, shipment: Shipment) -> dict[str, Any]:
    """Makes the row of a parcel, the `n`th of its order."""
    return {
        "order_number": number,
        "id": shipment.id,
        "n": n,
        "status": shipment.status.value,
        "tracking_number": shipment.tracking_number or None,
        "eta": shipment.eta,
        "data": msgspec.json.encode(shipment).decode(),
        "tracking_form": tracking_form(shipment.tracking_number)[:FORM_MAX] or None,
    }
