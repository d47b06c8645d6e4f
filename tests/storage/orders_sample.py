"""Makes an order as the store tells it, for the tests of this folder."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.shop.orders import (
    Buyer,
    Line,
    Order,
    OrderStatus,
    Shipment,
    ShipmentStatus,
    ShippedLine,
    StreetAddress,
    TrackingEvent,
)
from hub.customers import buyers
from storage.engine.store import Store
from storage.shop import order_writing, orders
from tests.fakes import NOW

PARCEL = Shipment(
    id="s1",
    status=ShipmentStatus.IN_TRANSIT,
    carrier="DHL",
    tracking_number="JD0001",
    tracking_url="https://track.example/JD0001",
    lines=(ShippedLine("l1"),),
    eta=date(2026, 12, 5),
    events=(TrackingEvent(NOW - timedelta(hours=3), "in_transit", "Leipzig", "Departed facility"),),
)
ORDER = Order(
    number="1001",
    placed_at=datetime(2026, 12, 1, 9, 58, tzinfo=UTC),
    status=OrderStatus.PAID,
    currency="USD",
    total=Decimal("129.80"),
    shipping=StreetAddress("1 Main St", "", "Springfield", "12345", "NY", "US"),
    lines=(
        Line("l1", "Leather boots", "BOOT-42", "42", unit_price=Decimal("99.80")),
        Line("l2", "靴下", "SOCK", quantity=3, unit_price=Decimal("10.00"), final_sale=True),
    ),
    shipments=(PARCEL,),
    promised_by=date(2026, 12, 8),
)


def order(**changes: Any) -> Order:
    """Makes the order with changes."""
    return msgspec.structs.replace(ORDER, **changes)


def save_whole(conn: Connection, store: Store, now_is: Order, customer_id: str, at: datetime, extra: str = "") -> None:
    """Writes an order with its lines and parcels."""
    was = orders.known(conn, [now_is.number])[now_is.number]
    order_writing.save(conn, store, now_is, customer_id, at, extra or None)
    order_writing.save_lines(conn, store, [(now_is.number, was.order.lines if was.order else (), now_is.lines)])
    order_writing.save_parcels(conn, store, [(now_is.number, was.parcels, now_is.shipments)])


def saved_order(store: Store, buyer: Buyer, **changes: Any) -> str:
    """Saves the order of `buyer`; returns the customer's id."""
    with store.write() as conn:
        customer_id, known = buyers.learn(conn, buyer, "US", NOW)
        save_whole(conn, store, order(buyer=known, **changes), customer_id, NOW)
    return customer_id
