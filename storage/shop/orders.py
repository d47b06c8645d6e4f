"""Orders as the store tells them, with lines and parcels in tables of their own."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, select, update

from core.addresses import canonical
from core.orders import Buyer, Line, Order, OrderStatus, Shipment, StreetAddress
from storage.engine.store import Store
from storage.shop.tables import order_lines, orders, shipments

_BUYER = msgspec.json.Decoder(Buyer)
_SHIPPING = msgspec.json.Decoder(StreetAddress)
_LINE = msgspec.json.Decoder(Line)
_SHIPMENT = msgspec.json.Decoder(Shipment)

_ORDERS = select(orders)
_LINES = select(order_lines.c.order_number, order_lines.c.data).order_by(order_lines.c.order_number, order_lines.c.n)
_SHIPMENTS = select(shipments.c.order_number, shipments.c.data).order_by(shipments.c.order_number, shipments.c.n)
_BY_PHONE = (
    _ORDERS.where(orders.c.phone == bindparam("phone")).order_by(orders.c.placed_at.desc()).limit(bindparam("limit"))
)
_BY_PHONES = _ORDERS.where(orders.c.phone.in_(bindparam("phones", expanding=True))).order_by(orders.c.placed_at.desc())
_BY_NUMBER = _ORDERS.where(orders.c.number == bindparam("number"))
_LINES_OF = _LINES.where(order_lines.c.order_number.in_(bindparam("numbers", expanding=True)))
_SHIPMENTS_OF = _SHIPMENTS.where(shipments.c.order_number.in_(bindparam("numbers", expanding=True)))


def by_phone(conn: Connection, phone: str, limit: int = 20) -> list[Order]:
    """Orders placed with this number (E.164), newest first."""
    return _assemble(conn, conn.execute(_BY_PHONE, {"phone": canonical(phone), "limit": limit}).all())


def by_phones(conn: Connection, phones: Collection[str], limit: int = 20) -> dict[str, list[Order]]:
    """As `by_phone`, for many numbers at once; numbers without orders have an empty list."""
    found: dict[str, list[Order]] = {phone: [] for phone in phones}
    for order in _assemble(conn, conn.execute(_BY_PHONES, {"phones": list(phones)}).all()):
        listed = found[canonical(order.buyer.phone)]
        if len(listed) < limit:
            listed.append(order)
    return found


def renumber(conn: Connection, customer_id: str, old: str, new: str | None) -> None:
    """Orders that this customer placed with the number `old` are those of `new` now, or of no number."""
    hers = select(orders.c.number, orders.c.buyer).where(orders.c.customer_id == customer_id, orders.c.phone == old)
    for number, told in conn.execute(hers).all():
        buyer = msgspec.structs.replace(_BUYER.decode(told), phone=new or "")
        changed = {"phone": new, "buyer": msgspec.json.encode(buyer).decode()}
        conn.execute(update(orders).where(orders.c.number == number).values(changed))


def by_number(conn: Connection, number: str) -> Order | None:
    """The order, whole."""
    return next(iter(_assemble(conn, conn.execute(_BY_NUMBER, {"number": number}).all())), None)


def by_tracking(conn: Connection, tracking: str) -> Order | None:
    """The order a parcel belongs to."""
    number = conn.scalar(select(shipments.c.order_number).where(shipments.c.tracking_number == tracking).limit(1))
    return by_number(conn, number) if number else None


def of_customer(conn: Connection, customer_id: str, limit: int = 20) -> list[Order]:
    """A customer's orders, newest first."""
    found = _ORDERS.where(orders.c.customer_id == customer_id).order_by(orders.c.placed_at.desc()).limit(limit)
    return _assemble(conn, conn.execute(found).all())


def state_of(conn: Connection, number: str) -> tuple[datetime, str | None] | None:
    """(time of the newest event applied, customer id) of an order we know."""
    row = conn.execute(select(orders.c.told_at, orders.c.customer_id).where(orders.c.number == number)).first()
    return (row.told_at, row.customer_id) if row else None


def save(
    conn: Connection, store: Store, order: Order, customer_id: str | None, told_at: datetime, extra: str | None
) -> None:
    """Writes the order with its lines and parcels as they now are."""
    row = {
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
    }
    conn.execute(store.upsert(orders, ("number",), tuple(k for k in row if k != "number")), row)
    conn.execute(delete(order_lines).where(order_lines.c.order_number == order.number))
    if order.lines:
        conn.execute(order_lines.insert(), [_line_row(order.number, n, line) for n, line in enumerate(order.lines)])
    save_parcels(conn, order.number, order.shipments)


def save_parcels(conn: Connection, number: str, parcels: Sequence[Shipment]) -> None:
    """Writes the parcels of an order, which need not be known yet."""
    conn.execute(delete(shipments).where(shipments.c.order_number == number))
    if parcels:
        conn.execute(shipments.insert(), [_shipment_row(number, n, parcel) for n, parcel in enumerate(parcels)])


def save_status(conn: Connection, number: str, status: OrderStatus, told_at: datetime) -> None:
    """The order's state after a parcel's news."""
    conn.execute(update(orders).where(orders.c.number == number).values(status=status.value, told_at=told_at))


def parcels_of(conn: Connection, number: str) -> tuple[Shipment, ...]:
    """The parcels we know of an order."""
    return tuple(_SHIPMENT.decode(row.data) for row in conn.execute(_SHIPMENTS_OF, {"numbers": [number]}))


def _line_row(number: str, n: int, line: Line) -> dict[str, Any]:
    return {"order_number": number, "id": line.id, "n": n, "data": msgspec.json.encode(line).decode()}


def _shipment_row(number: str, n: int, shipment: Shipment) -> dict[str, Any]:
    return {
        "order_number": number,
        "id": shipment.id,
        "n": n,
        "status": shipment.status.value,
        "tracking_number": shipment.tracking_number or None,
        "eta": shipment.eta,
        "data": msgspec.json.encode(shipment).decode(),
    }


def _assemble(conn: Connection, rows: Sequence[Row[Any]]) -> list[Order]:
    if not rows:
        return []
    numbers = {"numbers": [row.number for row in rows]}
    lines: dict[str, list[Line]] = {}
    for number, data in conn.execute(_LINES_OF, numbers):
        lines.setdefault(number, []).append(_LINE.decode(data))
    parcels: dict[str, list[Shipment]] = {}
    for number, data in conn.execute(_SHIPMENTS_OF, numbers):
        parcels.setdefault(number, []).append(_SHIPMENT.decode(data))
    return [_order(row, lines.get(row.number, []), parcels.get(row.number, [])) for row in rows]


def _order(row: Row[Any], lines: list[Line], parcels: list[Shipment]) -> Order:
    return Order(
        number=row.number,
        placed_at=row.placed_at,
        status=OrderStatus(row.status),
        currency=row.currency,
        total=Decimal(row.total),
        buyer=_BUYER.decode(row.buyer),
        shipping=_SHIPPING.decode(row.shipping),
        lines=tuple(lines),
        shipments=tuple(parcels),
        promised_by=row.promised_by,
    )
