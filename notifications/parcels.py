"""Reads facts about an order's parcels that several kinds of notice need."""

from collections.abc import Mapping

from core.shop.orders import SHIPMENT_RANK, Order, OrderStatus, Shipment, ShipmentStatus
from core.shop.returns import ReturnRecord, ReturnState

_ENDED = frozenset({ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED})
_CLOSED = frozenset({OrderStatus.CANCELLED, OrderStatus.REFUNDED})
MOST_ITEMS = 3
EXCHANGE = "exchange"
_NO_EXCHANGE = frozenset({ReturnState.REQUESTED, ReturnState.REFUSED, ReturnState.CANCELLED})


def shipment(order: Order | None, shipment_id: str) -> Shipment | None:
    """Finds the parcel with this id."""
    return next((each for each in order.shipments if each.id == shipment_id), None) if order else None


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


def is_exchange(order: Order, parcel: Shipment, returned: ReturnRecord | None) -> bool:
    """Tells whether a parcel brings what is given for something that came back: what was exchanged, or what all other
    parcels have brought already."""
    if returned is None or returned.resolution != EXCHANGE or returned.state in _NO_EXCHANGE:
        return False
    packed = {each.line_id for each in parcel.lines}
    wanted = {each.exchange_for for each in returned.lines} - {""}
    if wanted:
        return any(line.id in packed and line.variant_id in wanted for line in order.lines)
    others = [each for each in order.shipments if each.id != parcel.id and shipped(each)]
    brought = {each.line_id for other in others for each in other.lines}
    return bool(others) and (packed or {line.id for line in order.lines}) <= brought


def may_be_exchange(before: Order | None, after: Order) -> bool:
    """Tells whether a parcel left after another one had arrived: only then it may belong to an exchange."""
    if not any(each.status is ShipmentStatus.DELIVERED for each in after.shipments):
        return False
    return any(shipped(each) and not shipped(shipment(before, each.id)) for each in after.shipments)


def items(order: Order | None, parcel: Shipment | None) -> str:
    """Lists what is in the parcel (all of the order when it does not say): `Leather boots, Socks ×2, Hat +1`."""
    counts = {each.line_id: each.quantity for each in parcel.lines} if parcel else {}
    return listed(order, counts or {line.id: line.quantity for line in order.lines} if order else {})


def unshipped(order: Order) -> str:
    """Lists what is in no parcel that left."""
    gone: dict[str, int] = {}
    for parcel in filter(shipped, order.shipments):
        if not parcel.lines:
            return ""
        for each in parcel.lines:
            gone[each.line_id] = gone.get(each.line_id, 0) + each.quantity
    left = {line.id: line.quantity - gone.get(line.id, 0) for line in order.lines}
    return listed(order, {id_: count for id_, count in left.items() if count > 0})


def listed(order: Order | None, counts: Mapping[str, int]) -> str:
    """Lists lines of an order by their counts, the first few by name."""
    chosen = [(line.title, counts[line.id]) for line in order.lines if line.id in counts] if order else []
    named = [title if count == 1 else f"{title} ×{count}" for title, count in chosen[:MOST_ITEMS]]
    more = f" +{len(chosen) - MOST_ITEMS}" if len(chosen) > MOST_ITEMS else ""
    return ", ".join(named) + more
