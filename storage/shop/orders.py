"""Reads orders as the store told them, with lines and parcels in tables of their own."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import (
    BigInteger,
    Connection,
    bindparam,
    exists,
    func,
    select,
    type_coerce,
    union,
)

from core.people.addresses import canonical
from core.people.postcodes import postcode_form
from core.shop.order_numbers import named, normal_form, tracking_form
from core.shop.orders import Buyer, Order, Shipment, ShipmentStatus
from storage.engine.prepared import PreparedIn
from storage.engine.schema import moment
from storage.shop.order_rows import BUYER, FORM_MAX, ORDERS, POSTCODE_MAX, OrderRow, assemble, order_of, parts_of
from storage.shop.tables import orders, shipments

AT_POSTCODE = 200  # orders looked at of one postcode


_BY_PHONE = (
    ORDERS.where(orders.c.phone == bindparam("phone")).order_by(orders.c.placed_at.desc()).limit(bindparam("limit"))
)
_BY_PHONES = PreparedIn(lambda phones: ORDERS.where(orders.c.phone.in_(phones)).order_by(orders.c.placed_at.desc()))
_BY_FORMS = PreparedIn(
    lambda forms: union(
        ORDERS.where(orders.c.number_form.in_(forms)),
        ORDERS.join(shipments, shipments.c.order_number == orders.c.number).where(shipments.c.tracking_form.in_(forms)),
    )
)
_NUMBERS = PreparedIn(lambda ids: select(orders.c.store_id, orders.c.number).where(orders.c.store_id.in_(ids)))
_BY_NUMBERS = PreparedIn(lambda numbers: ORDERS.where(orders.c.number.in_(numbers)))


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
    return assemble(conn, [OrderRow(*row) for row in found])


def by_phones(conn: Connection, phones: Collection[str], limit: int = 20) -> dict[str, list[Order]]:
    """Reads orders as `by_phone` does, for many numbers at once; numbers without orders have an empty list."""
    found: dict[str, list[Order]] = {phone: [] for phone in phones}
    for order in assemble(conn, [OrderRow(*row) for row in _BY_PHONES.rows(conn, phones)]):
        listed = found[canonical(order.buyer.phone)]
        if len(listed) < limit:
            listed.append(order)
    return found


def by_number(conn: Connection, number: str) -> Order | None:
    """Reads the order, whole."""
    return by_numbers(conn, [number]).get(number)


def by_numbers(conn: Connection, numbers: Collection[str]) -> dict[str, Order]:
    """Reads those of these orders that are known, whole."""
    if not numbers:
        return {}
    rows = [OrderRow(*row) for row in _BY_NUMBERS.rows(conn, numbers)]
    return {each.number: each for each in assemble(conn, rows)}


def known(conn: Connection, numbers: Collection[str]) -> dict[str, Known]:
    """Reads everything that is kept under each of these numbers."""
    rows = {row.number: row for row in map(OrderRow._make, _BY_NUMBERS.rows(conn, numbers))}
    lines, parcels = parts_of(conn, numbers)
    found = {}
    for number in numbers:
        row, sent = rows.get(number), parcels.get(number, [])
        if row is None:
            found[number] = Known(parcels=tuple(sent))
        else:
            order = order_of(row, lines.get(number, []), sent)
            found[number] = Known(order, order.shipments, row.told_at, row.customer_id)
    return found


def by_forms(conn: Connection, written: Collection[str]) -> list[Order]:
    """Reads the orders that these may name, by their own number or a parcel's, however it is written; in one statement
    where there are none."""
    said = {form(number)[:FORM_MAX] for number in written for form in (normal_form, tracking_form)}
    forms = said - {""}
    return assemble(conn, [OrderRow(*row) for row in _BY_FORMS.rows(conn, sorted(forms))])


def by_postcode(conn: Connection, postcode: str) -> list[Order]:
    """Reads the newest orders that go to a postcode, however it is written."""
    forms = {form[:POSTCODE_MAX] for country in ("US", "-") if (form := postcode_form(postcode, country))}
    found = ORDERS.where(orders.c.postcode_form.in_(forms)).order_by(orders.c.placed_at.desc()).limit(AT_POSTCODE)
    return assemble(conn, [OrderRow(*row) for row in conn.execute(found)])


def meant(conn: Connection, written: str) -> Order | None:
    """Finds the order that somebody means by its number or a parcel's, however they write it."""
    return named([written], by_forms(conn, [written]))


def of_customer(conn: Connection, customer_id: str, limit: int = 20) -> list[Order]:
    """Reads a customer's orders, newest first."""
    found = ORDERS.where(orders.c.customer_id == customer_id).order_by(orders.c.placed_at.desc()).limit(limit)
    return assemble(conn, [OrderRow(*row) for row in conn.execute(found)])


def buyers_of(conn: Connection, customer_id: str) -> list[Buyer]:
    """Lists the buyers named in a customer's orders."""
    return [
        BUYER.decode(told) for told in conn.scalars(select(orders.c.buyer).where(orders.c.customer_id == customer_id))
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
