"""Writes orders, their parcels and what is sent back, as the store told of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from benchmarks.insight import causes
from benchmarks.insight.rows import Rows
from benchmarks.insight.talk import Talk
from benchmarks.insight.world import Parcel
from core.encoding import encode
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
from core.shop.returns import ReturnedLine, ReturnRecord, ReturnState
from storage.shop.order_writing import line_row, order_row, shipment_row
from storage.shop.tables import order_lines, orders, returns, shipments

CITIES = {
    "US": ("Springfield", "NY", "12345"),
    "GB": ("London", "", "E1 6AN"),
    "DE": ("Leipzig", "SN", "04103"),
    "AU": ("Perth", "WA", "6000"),
    "CN": ("上海", "", "200120"),
}
WHY = ("changed_mind", "not_as_described", "damaged", "size_large", "other"), (45, 60, 75, 90, 100)


def add_order(rows: Rows, parcel: Parcel, now: datetime) -> None:
    """Writes an order with its line and its parcel, as they are now."""
    person = parcel.person
    city, region, postcode = CITIES[person.country]
    left, arrived = parcel.shipped <= now, parcel.delivered <= now
    order = Order(
        number=parcel.number,
        placed_at=parcel.placed,
        status=OrderStatus.FULFILLED if left else OrderStatus.PAID,
        currency="USD",
        total=Decimal(parcel.price),
        buyer=Buyer(name=person.name, phone=person.address.phone or "", locale=person.language),
        shipping=StreetAddress("1 Main St", "", city, postcode, region, person.country),
        promised_by=parcel.eta,
    )
    rows.add(orders, order_row(order, person.id, min(parcel.delivered, now) if left else parcel.placed, None))
    line = Line("l1", parcel.product, parcel.product[:4].upper(), unit_price=Decimal(parcel.price))
    rows.add(order_lines, line_row(parcel.number, 0, msgspec.structs.replace(line, product_id=parcel.product.lower())))
    if left:
        rows.add(shipments, shipment_row(parcel.number, 0, _shipment(parcel, arrived)))


def _shipment(parcel: Parcel, arrived: bool) -> Shipment:
    status = ShipmentStatus.DELIVERED if arrived else ShipmentStatus.IN_TRANSIT
    scans = [TrackingEvent(parcel.shipped, ShipmentStatus.IN_TRANSIT.value, "Leipzig", "Departed facility")]
    if arrived:
        scans.append(TrackingEvent(parcel.delivered, ShipmentStatus.DELIVERED.value, "", "Delivered"))
    return Shipment(
        id="s1",
        status=status,
        carrier=parcel.carrier,
        tracking_number=f"TN{parcel.number}",
        lines=(ShippedLine("l1"),),
        eta=parcel.eta,
        delivered_at=parcel.delivered if arrived else None,
        events=tuple(scans),
    )


def add_return(talk: Talk, parcel: Parcel) -> None:
    """Writes that a customer sends back what they bought, for a reason that hangs on what it is."""
    reason = talk.chance.choices(WHY[0], cum_weights=WHY[1])[0]
    if parcel.product == causes.RETURNED_PRODUCT and talk.chance.random() < 0.75:
        reason = causes.RETURN_REASON
    is_over = talk.now - talk.at > timedelta(days=9)
    state = ReturnState.COMPLETED if is_over else ReturnState.APPROVED
    line = ReturnedLine("l1", 1, reason)
    id_ = talk.rows.id_at(talk.at)
    told = ReturnRecord(f"R-{parcel.number}", parcel.number, state, "refund", (line,), told_at=talk.at)
    row: dict[str, Any] = {"id": id_, "reference": f"R-{parcel.number}", "order_number": parcel.number}
    row |= {"customer_id": talk.person.id, "conversation_id": talk.person.conversation, "state": state.value}
    row |= {"resolution": "refund", "lines": msgspec.json.encode((line,)).decode(), "created_at": talk.at}
    talk.rows.add(returns, {**row, "told_at": talk.at, "told": encode(told)})
