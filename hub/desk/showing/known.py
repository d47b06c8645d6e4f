"""Reads what is known of a case's customer: their orders, returns, earlier cases, and what they agreed to."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from babel.numbers import format_currency
from sqlalchemy import Connection

from core.cases.case_reasons import spaced
from core.desk.glances import ConsentGlance, OrderGlance, ParcelGlance, PastCase, ReturnShown
from core.people.conversations import CaseState
from core.shop import carriers
from core.shop.orders import Order, OrderStatus, Shipment, ShipmentStatus
from core.shop.returns import OVER, ReturnRecord
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case
from storage.people import addresses, consents
from storage.shop import orders, returns

MOST, PAST = 3, 5  # further orders, and cases
LISTED = 20
_DONE = (OrderStatus.CANCELLED, OrderStatus.REFUNDED)
_ARRIVED = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED)


class Orders(NamedTuple):
    """Holds the order that a case is about, and those beside it that are not done."""

    about: Order | None
    others: tuple[Order, ...]
    is_meant: bool  # it was spoken of or proved; else it is the newest


def orders_of(conn: Connection, case: Case, who: Conversation) -> Orders:
    """Finds the order that a case is about: the one spoken of, else the one proved last, else the newest; and others.

    Others are those of the customer's number, else of their account.
    """
    phone = who.phone_number
    listed = orders.by_phone(conn, phone, LISTED) if phone else orders.of_customer(conn, who.customer_id, LISTED)
    number = case.order_number or (who.grants[-1].order_number if who.grants else "")
    meant = next((each for each in listed if each.number == number), None)
    meant = meant or (orders.by_number(conn, number) if number else None)
    about = meant or next(iter(listed), None)
    others = tuple(each for each in listed if about and each.number != about.number and not is_done(each))
    return Orders(about, others, meant is not None)


def is_done(order: Order) -> bool:
    """Tells whether nothing of an order is under way."""
    arrived = bool(order.shipments) and all(parcel.status in _ARRIVED for parcel in order.shipments)
    return order.status in _DONE or (order.status is OrderStatus.FULFILLED and arrived)


def glance(order: Order, *, is_meant: bool = True) -> OrderGlance:
    """Shows an order with its parcels."""
    return OrderGlance(
        number=order.number,
        status=order.status,
        placed_at=order.placed_at,
        total=format_currency(order.total, order.currency, locale="en"),
        items=", ".join(f"{line.quantity} × {line.title}" for line in order.lines),
        parcels=tuple(map(_parcel, order.shipments)),
        is_meant=is_meant,
    )


def _parcel(parcel: Shipment) -> ParcelGlance:
    number, link = parcel.tracking_number, carriers.link(parcel)
    return ParcelGlance(parcel.status, parcel.carrier, number, link, parcel.eta)


def returns_of(conn: Connection, shown: Iterable[Order], besides: Sequence[ReturnShown]) -> tuple[str, ...]:
    """Words the returns of these orders that are not over nor shown whole: "R1001-1: refund of Boots, approved"."""
    titles = " ".join(each.glance.title for each in besides)
    return tuple(
        _worded(record, order)
        for order in shown
        for record in returns.of_order(conn, order.number)
        if record.state not in OVER and record.id not in titles
    )


def _worded(record: ReturnRecord, order: Order) -> str:
    lines = [(each, order.line(each.line_id)) for each in record.lines]
    items = ", ".join(f"{each.quantity} × {line.title}" for each, line in lines if line)
    wish = " of ".join(filter(None, (spaced(record.resolution).lower(), items)))
    return f"{record.id}: {', '.join(filter(None, (wish, spaced(record.state).lower())))}"


def past(conn: Connection, case: Case) -> tuple[PastCase, ...]:
    """Lists the customer's cases before this one."""
    earlier = cases.before(conn, case.customer_id, case.number, PAST)
    return tuple(PastCase(each.number, each.reason, CaseState(each.state), each.opened_at) for each in earlier)


def consents_of(conn: Connection, who: Conversation) -> tuple[ConsentGlance, ...]:
    """Lists what the customer said about being written to, on each of their addresses."""
    known = {(each.channel, each.value) for each in addresses.of_customer(conn, who.customer_id)}
    said = consents.state(conn, known | {(who.channel, who.value)})
    found: dict[tuple[str, str], Sequence[bool]] = {}
    for (channel, _, purpose), (granted, _) in sorted(said.items()):
        found[channel, purpose] = (*found.get((channel, purpose), ()), granted)
    return tuple(ConsentGlance(*key, granted=all(words)) for key, words in found.items())
