"""Keeps orders as the store tells them, with lines and parcels in tables of their own."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    Connection,
    Table,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    type_coerce,
    union,
    union_all,
    update,
)

from core.people.addresses import canonical
from core.people.postcodes import postcode_form
from core.shop.order_numbers import named, normal_form, tracking_form
from core.shop.orders import Buyer, Discount, Line, Order, OrderStatus, Payment, Shipment, ShipmentStatus, StreetAddress
from storage.engine.prepared import PreparedIn
from storage.engine.schema import moment
from storage.engine.store import Store
from storage.shop.tables import order_lines, orders, shipments

_BUYER = msgspec.json.Decoder(Buyer)
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
FORM_MAX = 255  # signs kept of a number's normal form
POSTCODE_MAX = 32
AT_POSTCODE = 200  # orders looked at of one postcode


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
_ORDERS = select(*(orders.c[name] for name in OrderRow._fields))
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
_BY_PHONE = (
    _ORDERS.where(orders.c.phone == bindparam("phone")).order_by(orders.c.placed_at.desc()).limit(bindparam("limit"))
)
_BY_PHONES = PreparedIn(lambda phones: _ORDERS.where(orders.c.phone.in_(phones)).order_by(orders.c.placed_at.desc()))
_BY_FORMS = PreparedIn(
    lambda forms: union(
        _ORDERS.where(orders.c.number_form.in_(forms)),
        _ORDERS.join(shipments, shipments.c.order_number == orders.c.number).where(
            shipments.c.tracking_form.in_(forms)
        ),
    )
)
_NUMBERS = PreparedIn(lambda ids: select(orders.c.store_id, orders.c.number).where(orders.c.store_id.in_(ids)))
_BY_NUMBERS = PreparedIn(lambda numbers: _ORDERS.where(orders.c.number.in_(numbers)))


class Known(msgspec.Struct, frozen=True):
    """Holds what is kept under an order's number: the order, or only parcels that came before it, or nothing.

    `told_at` is the time of the newest event applied to the order.
    """

    order: Order | None = None
    parcels: tuple[Shipment, ...] = ()
    told_at: datetime | None = None
    customer_id: str | None = None


def by_phone(conn: Connection, phone: str, limit: int = 20) -> list[Order]:
    """Reads orders placed with this number (E.164), newest first."""
    found = conn.execute(_BY_PHONE, {"phone": canonical(phone), "limit": limit})
    return _assemble(conn, [OrderRow(*row) for row in found])


def by_phones(conn: Connection, phones: Collection[str], limit: int = 20) -> dict[str, list[Order]]:
    """Reads orders as `by_phone` does, for many numbers at once; numbers without orders have an empty list."""
    found: dict[str, list[Order]] = {phone: [] for phone in phones}
    for order in _assemble(conn, [OrderRow(*row) for row in _BY_PHONES.rows(conn, phones)]):
        listed = found[canonical(order.buyer.phone)]
        if len(listed) < limit:
            listed.append(order)
    return found


def renumber(conn: Connection, customer_id: str, old: str, new: str | None) -> None:
    """Gives the orders that this customer placed with the number `old` to `new`, or to no number."""
    own = select(orders.c.number, orders.c.buyer).where(orders.c.customer_id == customer_id, orders.c.phone == old)
    for number, told in conn.execute(own).all():
        buyer = msgspec.structs.replace(_BUYER.decode(told), phone=new or "")
        changed = {"phone": new, "buyer": msgspec.json.encode(buyer).decode()}
        conn.execute(update(orders).where(orders.c.number == number).values(changed))


def by_number(conn: Connection, number: str) -> Order | None:
    """Reads the order, whole."""
    return by_numbers(conn, [number]).get(number)


def by_numbers(conn: Connection, numbers: Collection[str]) -> dict[str, Order]:
    """Reads those of these orders that are known, whole."""
    if not numbers:
        return {}
    rows = [OrderRow(*row) for row in _BY_NUMBERS.rows(conn, numbers)]
    return {each.number: each for each in _assemble(conn, rows)}


def known(conn: Connection, numbers: Collection[str]) -> dict[str, Known]:
    """Reads everything that is kept under each of these numbers."""
    rows = {row.number: row for row in map(OrderRow._make, _BY_NUMBERS.rows(conn, numbers))}
    lines, parcels = _parts(conn, numbers)
    found = {}
    for number in numbers:
        row, sent = rows.get(number), parcels.get(number, [])
        if row is None:
            found[number] = Known(parcels=tuple(sent))
        else:
            order = _order(row, lines.get(number, []), sent)
            found[number] = Known(order, order.shipments, row.told_at, row.customer_id)
    return found


def by_forms(conn: Connection, written: Collection[str]) -> list[Order]:
    """Reads the orders that these may name, by their own number or a parcel's, however it is written; in one statement
    where there are none."""
    said = {form(number)[:FORM_MAX] for number in written for form in (normal_form, tracking_form)}
    forms = said - {""}
    return _assemble(conn, [OrderRow(*row) for row in _BY_FORMS.rows(conn, sorted(forms))])


def by_postcode(conn: Connection, postcode: str) -> list[Order]:
    """Reads the newest orders that go to a postcode, however it is written."""
    forms = {form[:POSTCODE_MAX] for country in ("US", "-") if (form := postcode_form(postcode, country))}
    found = _ORDERS.where(orders.c.postcode_form.in_(forms)).order_by(orders.c.placed_at.desc()).limit(AT_POSTCODE)
    return _assemble(conn, [OrderRow(*row) for row in conn.execute(found)])


def meant(conn: Connection, written: str) -> Order | None:
    """Finds the order that somebody means by its number or a parcel's, however they write it."""
    return named([written], by_forms(conn, [written]))


def of_customer(conn: Connection, customer_id: str, limit: int = 20) -> list[Order]:
    """Reads a customer's orders, newest first."""
    found = _ORDERS.where(orders.c.customer_id == customer_id).order_by(orders.c.placed_at.desc()).limit(limit)
    return _assemble(conn, [OrderRow(*row) for row in conn.execute(found)])


def buyers_of(conn: Connection, customer_id: str) -> list[Buyer]:
    """Lists the buyers named in a customer's orders."""
    return [
        _BUYER.decode(told) for told in conn.scalars(select(orders.c.buyer).where(orders.c.customer_id == customer_id))
    ]


def newest_of(conn: Connection, customer_ids: Collection[str]) -> dict[str, Order]:
    """Reads the newest order of each of these customers who has one, by the customer's id."""
    placed = select(orders.c.customer_id, orders.c.number).where(orders.c.customer_id.in_(list(customer_ids)))
    newest = {row.customer_id: row.number for row in conn.execute(placed.order_by(orders.c.placed_at))}
    found = by_numbers(conn, newest.values())
    return {customer_id: found[number] for customer_id, number in newest.items()}


def last_placed(conn: Connection, customer_ids: Collection[str]) -> dict[str, datetime]:
    """Tells when each of these customers who ever ordered did so last."""
    return {customer_id: moment(at) for customer_id, at in conn.execute(_LAST_PLACED, {"ids": list(customer_ids)})}


_LAST_PLACED = select(orders.c.customer_id, type_coerce(func.max(orders.c.placed_at), BigInteger))
_LAST_PLACED = _LAST_PLACED.where(orders.c.customer_id.in_(bindparam("ids", expanding=True)))
_LAST_PLACED = _LAST_PLACED.group_by(orders.c.customer_id)


def count(conn: Connection, since: datetime) -> int:
    """Counts the orders placed since then."""
    return conn.scalar(select(func.count()).select_from(orders).where(orders.c.placed_at >= since)) or 0


def after(conn: Connection, number: str, limit: int, since: datetime, *, only_under_way: bool) -> list[str]:
    """Lists the numbers that follow this one, in their order, of orders placed since then; `only_under_way`: those with
    a parcel that has not ended its way."""
    found = select(orders.c.number).where(orders.c.number > number, orders.c.placed_at >= since)
    if only_under_way:
        there = shipments.c.order_number == orders.c.number, shipments.c.status.not_in(_ENDED)
        found = found.where(exists().where(*there))
    return list(conn.scalars(found.order_by(orders.c.number).limit(limit)))


_ENDED = (ShipmentStatus.DELIVERED.value, ShipmentStatus.RETURNED.value)


def state_of(conn: Connection, number: str) -> tuple[datetime, str | None] | None:
    """Reads (time of the newest event applied, customer id) of an order we know."""
    row = conn.execute(select(orders.c.told_at, orders.c.customer_id).where(orders.c.number == number)).first()
    return (row.told_at, row.customer_id) if row else None


def numbers_of(conn: Connection, store_ids: Collection[str]) -> dict[str, str]:
    """Finds the numbers of those of these orders that are known, by the ids that the store's system has for them."""
    return dict(_NUMBERS.rows(conn, store_ids)) if store_ids else {}


def save(
    conn: Connection, store: Store, order: Order, customer_id: str | None, told_at: datetime, extra: str | None
) -> None:
    """Writes the order itself; `save_lines` and `save_parcels` write what belongs to it."""
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
        "details": _details(order),
        "number_form": normal_form(order.number)[:FORM_MAX],
        "postcode_form": postcode_form(order.shipping.postcode, order.shipping.country)[:POSTCODE_MAX] or None,
        "store_id": order.store_id or None,
    }
    kept = {"number"} if order.store_id else {"number", "store_id"}  # a file, or another source, does not know it
    conn.execute(store.upsert(orders, ("number",), tuple(name for name in row if name not in kept)), row)


_SAVE_STATUS = update(orders).where(orders.c.number == bindparam("row")).values(status=bindparam("status_"))


def save_statuses(conn: Connection, statuses: Mapping[str, OrderStatus]) -> None:
    """Writes the states of orders, by number, after news of their parcels."""
    if statuses:
        conn.execute(_SAVE_STATUS, [{"row": number, "status_": status.value} for number, status in statuses.items()])


def save_lines(conn: Connection, store: Store, changes: Sequence[tuple[str, Sequence[Line], Sequence[Line]]]) -> None:
    """Writes where the lines of orders differ: (number, as they are kept, as they now are)."""
    _save_parts(conn, store, order_lines, _line_row, changes)


def save_parcels(
    conn: Connection, store: Store, changes: Sequence[tuple[str, Sequence[Shipment], Sequence[Shipment]]]
) -> None:
    """Writes where parcels differ, as `save_lines` does. Their orders need not be known yet."""
    _save_parts(conn, store, shipments, _shipment_row, changes)


_DELETE_PART = {
    table: delete(table).where(table.c.order_number == bindparam("number"), table.c.id == bindparam("part"))
    for table in (order_lines, shipments)
}


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
        "tracking_form": tracking_form(shipment.tracking_number)[:FORM_MAX] or None,
    }


def _assemble(conn: Connection, rows: Sequence[OrderRow]) -> list[Order]:
    if not rows:
        return []
    lines, parcels = _parts(conn, [row.number for row in rows])
    return [_order(row, lines.get(row.number, []), parcels.get(row.number, [])) for row in rows]


def _parts(conn: Connection, numbers: Collection[str]) -> tuple[dict[str, list[Line]], dict[str, list[Shipment]]]:
    """Reads the lines and the parcels of these orders, by number, each in their order."""
    lines: dict[str, list[Line]] = {}
    parcels: dict[str, list[Shipment]] = {}
    for part, number, _, data in _PARTS.rows(conn, numbers):
        if part == order_lines.name:
            lines.setdefault(number, []).append(_LINE.decode(data))
        else:
            parcels.setdefault(number, []).append(_SHIPMENT.decode(data))
    return lines, parcels


def _order(row: OrderRow, lines: list[Line], parcels: list[Shipment]) -> Order:
    details = _DETAILS.decode(row.details) if row.details else Details()
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
        store_id=row.store_id or "",
        **{name: getattr(details, name) for name in Details.__struct_fields__},
    )
