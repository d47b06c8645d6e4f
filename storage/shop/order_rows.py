"""Makes orders of their rows, with lines and parcels."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, literal_column, select, union_all

from core.shop.orders import Buyer, Discount, Line, Order, OrderStatus, Payment, Shipment, StreetAddress
from storage.engine.prepared import PreparedIn
from storage.shop.tables import order_lines, orders, shipments

FORM_MAX = 255  # signs kept of a number's normal form
POSTCODE_MAX = 32
BUYER = msgspec.json.Decoder(Buyer)
_SHIPPING = msgspec.json.Decoder(StreetAddress)
_LINE = msgspec.json.Decoder(Line)
_SHIPMENT = msgspec.json.Decoder(Shipment)


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """What of an order nobody asks the database for, as JSON."""

    payment: Payment = Payment()
    discounts: tuple[Discount, ...] = ()
    shipping_method: str = ""
    invoice_url: str = ""
    shipping_price: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)


_DETAILS = msgspec.json.Decoder(Details)


class OrderRow(NamedTuple):
    """Holds an order's own row."""

    number: str
    customer_id: str | None
    placed_at: datetime
    status: str
    currency: str
    total: str
    buyer: str
    shipping: str
    promised_by: date | None
    told_at: datetime
    details: str | None
    store_id: str | None


# Prepared: most messages read orders.
ORDERS = select(*(orders.c[name] for name in OrderRow._fields))
# Lines and parcels in one statement.
_PARTS = PreparedIn(
    lambda numbers: union_all(
        *(
            select(
                literal_column(f"'{table.name}'").label("part"), table.c.order_number, table.c.n, table.c.data
            ).where(table.c.order_number.in_(numbers))
            for table in (order_lines, shipments)
        )
    ).order_by("order_number", "n")
)


def assemble(conn: Connection, rows: Sequence[OrderRow]) -> list[Order]:
    """Makes orders of their rows; reads the lines and parcels of all in one statement."""
    if not rows:
        return []
    lines, parcels = parts_of(conn, [row.number for row in rows])
    return [order_of(row, lines.get(row.number, []), parcels.get(row.number, [])) for row in rows]


def parts_of(conn: Connection, numbers: Collection[str]) -> tuple[dict[str, list[Line]], dict[str, list[Shipment]]]:
    """Reads the lines and the parcels of these orders, by number, each in their order."""
    lines: dict[str, list[Line]] = {}
    parcels: dict[str, list[Shipment]] = {}
    for part, number, _, data in _PARTS.rows(conn, numbers):
        if part == order_lines.name:
            lines.setdefault(number, []).append(_LINE.decode(data))
        else:
            parcels.setdefault(number, []).append(_SHIPMENT.decode(data))
    return lines, parcels


def order_of(row: OrderRow, lines: list[Line], parcels: list[Shipment]) -> Order:
    """Makes an order of its row, lines and parcels."""
    details = _DETAILS.decode(row.details) if row.details else Details()
    return Order(
        number=row.number,
        placed_at=row.placed_at,
        status=OrderStatus(row.status),
        currency=row.currency,
        total=Decimal(row.total),
        buyer=BUYER.decode(row.buyer),
        shipping=_SHIPPING.decode(row.shipping),
        lines=tuple(lines),
        shipments=tuple(parcels),
        promised_by=row.promised_by,
        store_id=row.store_id or "",
        **{name: getattr(details, name) for name in Details.__struct_fields__},
    )
