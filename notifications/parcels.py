"""Reads facts about an order's parcels that several kinds of notice need."""

from core.shop.orders import SHIPMENT_RANK, Order, OrderStatus, Shipment, ShipmentStatus
from notifications.notice import View

_ENDED = frozenset({ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED})
_CLOSED = frozenset({OrderStatus.CANCELLED, OrderStatus.REFUNDED})
MOST_ITEMS = 3


def shipment(order: Order | None, shipment_id: str) -> Shipment | None:
    """Finds the parcel with this id."""
    return next((each for each in order.shipments if each.id == shipment_id), None) if order else None


def tracking_link(view: View[Order]) -> str:
    """Returns the carrier's page for the parcel that a notice is about."""
    parcel = shipment(view.value, view.notice.shipment_id)
    return parcel.tracking_url if parcel else ""


def closed(order: Order) -> bool:
    """Tells whether nothing of the order will come any more (cancelled, for example)."""
    return order.status in _CLOSED


def under_way(parcel: Shipment) -> bool:
    """Tells whether the parcel has not ended its way."""
    return parcel.status not in _ENDED


def shipped(parcel: Shipment | None) -> bool:
    """Tells whether the parcel left: it has a tracking number, or was scanned in transit or later."""
    if parcel is None:
        return False
    return bool(parcel.tracking_number) or SHIPMENT_RANK[parcel.status] >= SHIPMENT_RANK[ShipmentStatus.IN_TRANSIT]


def items(order: Order | None, parcel: Shipment | None) -> str:
    """Lists what is in the parcel (all of the order when it does not say): `Leather boots, Socks ×2, Hat +1`."""
    if order is None:
        return ""
    counts = {each.line_id: each.quantity for each in parcel.lines} if parcel else {}
    chosen = [
        (line.title, counts.get(line.id, line.quantity)) for line in order.lines if not counts or line.id in counts
    ]
    named = [title if count == 1 else f"{title} ×{count}" for title, count in chosen[:MOST_ITEMS]]
    more = f" +{len(chosen) - MOST_ITEMS}" if len(chosen) > MOST_ITEMS else ""
    return ", ".join(named) + more
