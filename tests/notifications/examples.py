"""Gives for each kind of notice a change that makes it due."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from core.shop.buyers import BuyerRecord, Expiring
from core.shop.catalogue import Product, Variant
from core.shop.orders import (
    DeliveryProof,
    Line,
    Order,
    OrderStatus,
    Payment,
    Shipment,
    ShipmentStatus,
    ShippedLine,
    TrackingEvent,
)
from core.shop.returns import Refunded, RefundRecord, ReturnedLine, ReturnRecord, ReturnState
from core.shop.stock_problems import StockProblem
from notifications import About, Change, EventFacts, Notice, Subject
from tests.notifications import samples
from tests.notifications.samples import NOW, POLICY, parcel

LINES = (Line("l1", "Leather boots"), Line("l2", "Socks", quantity=2))
order = partial(samples.order, lines=LINES)
TODAY = date(2026, 12, 2)
ALL = (ShippedLine("l1", 1), ShippedLine("l2", 2))
SCAN = TrackingEvent(NOW - timedelta(hours=1), "in_transit", "Newark NJ", "Left the depot")
ON_ITS_WAY = parcel(lines=ALL, events=(SCAN,))
SOON = Expiring(80, TODAY + timedelta(days=10))
ACCOUNT = BuyerRecord("c1", "Jane Doe", points=120, expiring=SOON, birthday=TODAY.replace(1990))
RETURNED = ReturnedLine("l1", 1, "size_small")


def _change(type_: str, subject: Subject, before: About | None, after: About, id_: str = "") -> Change:
    return Change(EventFacts(type_, "shop"), NOW, subject, before, after, {}, POLICY.when(NOW), id_)


def _of_order(type_: str, before: Order | None, after: Order, **more: Any) -> Change:
    was = About(order=before) if before else None
    return _change(type_, Subject.ORDER, was, About(order=after, **more))


def _scanned(status: ShipmentStatus, before: Shipment = ON_ITS_WAY, **changes: Any) -> Change:
    place = TrackingEvent(NOW, status.value, "Corner shop, 5th Avenue", "")
    after = parcel(lines=ALL, status=status, events=(*before.events, place), **changes)
    return _of_order("shipment.updated", order(shipments=(before,)), order(shipments=(after,)))


def _returned(before: ReturnState, state: ReturnState, **changes: Any) -> Change:
    was, after = (
        About(order=order(), returned=ReturnRecord("R1001-1", "1001", each, "refund", (RETURNED,), **changes))
        for each in (before, state)
    )
    return _change("return.updated", Subject.RETURN, was, after, "R1001-1")


def _of_customer(account: BuyerRecord = ACCOUNT, **more: Any) -> Change:
    about = About(customer=account, **more)
    return _change("timer", Subject.CUSTOMER, about, about)


def _moved(was: int, now: int) -> Change:
    """Moves the day of a parcel of which a delay to December 11 was told."""
    before, after = (parcel(lines=ALL, eta=TODAY.replace(day=day)) for day in (was, now))
    told = {"delay:1001:s1:2026-12-11": True}
    return replace(_of_order("shipment.updated", order(shipments=(before,)), order(shipments=(after,))), told=told)


def _exchanged() -> Change:
    """Lets the parcel leave that brings what was exchanged, after the first had arrived and come back."""
    arrived = parcel(lines=ALL, status=ShipmentStatus.DELIVERED, delivered_at=ARRIVED - timedelta(days=9))
    instead = parcel(id="s2", lines=ALL[:1], eta=date(2026, 12, 9))
    back = ReturnRecord("R1001-1", "1001", ReturnState.RECEIVED, "exchange", (RETURNED,))
    before, after = order(shipments=(arrived,)), order(shipments=(arrived, instead))
    return _of_order("shipment.created", before, after, returned=back)


def _by_time(after: Order) -> Change:
    return _of_order("timer", after, after)


CANCELLED = order(status=OrderStatus.CANCELLED, payment=Payment("card", "paid"))
UNPAID = order(status=OrderStatus.PENDING_PAYMENT)
LABEL = "https://returns.example/l/1.pdf"
ARRIVED = datetime(2026, 12, 2, 14, tzinfo=UTC)
MONEY = Refunded(Decimal("59.90"), "USD")
BOOTS = Product(
    "boots", "Leather boots", variants=(Variant("v43", options={"size": "43"}, price=Decimal("99.90"), currency="USD"),)
)
QUIET = parcel(lines=ALL, events=(TrackingEvent(NOW - timedelta(days=9), "in_transit"),))
LONG_AGO = parcel(lines=ALL, status=ShipmentStatus.DELIVERED, delivered_at=NOW - timedelta(days=336))
SHORT = StockProblem("1001", (ShippedLine("l1", 1),), TODAY + timedelta(days=14))
REFUND = RefundRecord("1001", Decimal("129.80"), NOW, "USD", "original", (RETURNED,))

DUE: dict[str, Change] = {
    "order_confirmed": _of_order("order.created", None, order()),
    "payment_reminder": _of_order("order.created", None, UNPAID),
    "payment_failed": _of_order("order.updated", UNPAID, order(payment=Payment("card", "failed"))),
    "paid_not_shipped": _by_time(order(placed_at=NOW - timedelta(hours=97))),
    "shipped": _of_order("shipment.updated", order(), order(shipments=(ON_ITS_WAY,))),
    "number_changed": _scanned(ShipmentStatus.IN_TRANSIT, tracking_number="JD2"),
    "split_shipment": _of_order("shipment.updated", order(), order(shipments=(parcel(),))),
    "stuck": _by_time(order(shipments=(QUIET,))),
    "delay": _of_order("shipment.updated", order(), order(shipments=(parcel(lines=ALL, eta=date(2026, 12, 11)),))),
    "delay_again": _moved(11, 13),
    "back_on_time": _moved(11, 7),
    "stock_problem": _of_order("stock.problem", order(), order(), problem=SHORT),
    "customs": _scanned(ShipmentStatus.IN_TRANSIT, incident="customs"),
    "arriving_tomorrow": _by_time(order(shipments=(parcel(eta=TODAY + timedelta(days=1)),))),
    "out_for_delivery": _scanned(ShipmentStatus.OUT_FOR_DELIVERY),
    "attempt_failed": _scanned(ShipmentStatus.ATTEMPT_FAILED),
    "pickup_ready": _scanned(ShipmentStatus.AVAILABLE_FOR_PICKUP),
    "pickup_reminder": _scanned(ShipmentStatus.AVAILABLE_FOR_PICKUP),
    "delivered": _scanned(ShipmentStatus.DELIVERED, delivered_at=ARRIVED, proof=DeliveryProof(left_at="porch")),
    "delivered_check_in": _scanned(ShipmentStatus.DELIVERED, delivered_at=ARRIVED),
    "review_request": _scanned(ShipmentStatus.DELIVERED, delivered_at=ARRIVED),
    "exchange_shipped": _exchanged(),
    "holiday_risk": _by_time(
        order(placed_at=NOW - timedelta(days=1), shipments=(parcel(lines=ALL, eta=date(2026, 12, 27)),))
    ),
    "returned_to_sender": _scanned(ShipmentStatus.RETURNED),
    "cancelled": _of_order("order.cancelled", order(), CANCELLED),
    "refund_issued": _change("refund.issued", Subject.REFUND, None, About(order=order(), refund=REFUND), "f1"),
    "return_approved": _returned(ReturnState.REQUESTED, ReturnState.APPROVED),
    "return_refused": _returned(ReturnState.REQUESTED, ReturnState.REFUSED),
    "return_label": _returned(ReturnState.APPROVED, ReturnState.LABEL_SENT, label_url=LABEL),
    "return_received": _returned(ReturnState.IN_TRANSIT, ReturnState.RECEIVED),
    "return_inspected": _returned(ReturnState.RECEIVED, ReturnState.INSPECTED),
    "return_completed": _returned(
        ReturnState.INSPECTED, ReturnState.COMPLETED, refund=Refunded(Decimal("59.90"), "USD")
    ),
    "warranty_reminder": _by_time(order(shipments=(LONG_AGO,))),
    "birthday": _of_customer(),
    "points_expiring": _of_customer(),
    "win_back": _of_customer(last_order_at=NOW - timedelta(days=91)),
}

# Made by the hub, for whom they are about.
BY_HAND: dict[str, tuple[Notice, About]] = {
    "back_in_stock": (
        Notice("back_in_stock", "back_in_stock:a1", NOW, NOW + timedelta(days=3), subject_id="a1"),
        About(product=BOOTS, variant=BOOTS.variants[0]),
    )
}
