"""Translates fulfilments and what the carrier says of them into parcels.

A fulfilment is a parcel; where it has several tracking numbers, the first one is told.
https://shopify.dev/docs/api/admin-rest/latest/resources/fulfillmentevent
"""

from collections.abc import Sequence

from adapters.shops.payloads.parcels import ShipmentPayload
from adapters.shops.shopify.inbound.headers import Envelope
from adapters.shops.shopify.inbound.values import id_of
from adapters.shops.values import Json, objects, text, texts
from core.shop.orders import ShipmentStatus
from core.shop.store_events import ShipmentEvent, StoreEvent

STATUSES = {
    "confirmed": ShipmentStatus.PENDING,
    "label_purchased": ShipmentStatus.INFO_RECEIVED,
    "label_printed": ShipmentStatus.INFO_RECEIVED,
    "carrier_picked_up": ShipmentStatus.IN_TRANSIT,
    "in_transit": ShipmentStatus.IN_TRANSIT,
    "delayed": ShipmentStatus.IN_TRANSIT,
    "out_for_delivery": ShipmentStatus.OUT_FOR_DELIVERY,
    "attempted_delivery": ShipmentStatus.ATTEMPT_FAILED,
    "ready_for_pickup": ShipmentStatus.AVAILABLE_FOR_PICKUP,
    "delivered": ShipmentStatus.DELIVERED,
    "picked_up": ShipmentStatus.DELIVERED,
    "failure": ShipmentStatus.EXCEPTION,
}
GONE = frozenset(("cancelled", "error", "failure"))  # states of a fulfilment that sends nothing
TIME = "happened_at"


def parcel(told: Json) -> Json | None:
    """Translates a fulfilment; None for one that was cancelled or failed.

    Without a word of the carrier's it waits there with a number, or here without one.
    """
    if text(told.get("status")) in GONE:
        return None
    number = text(told.get("tracking_number")) or next(iter(texts(told.get("tracking_numbers"))), "")
    known = STATUSES.get(text(told.get("shipment_status")))
    waiting = ShipmentStatus.INFO_RECEIVED if number else ShipmentStatus.PENDING
    return {
        "id": id_of(told.get("id")),
        "status": known or waiting,
        "carrier": told.get("tracking_company"),
        "tracking_number": number,
        "tracking_url": told.get("tracking_url") or next(iter(texts(told.get("tracking_urls"))), None),
        "lines": [
            {"line_id": id_of(line.get("id")), "quantity": line.get("quantity", 1)}
            for line in objects(told.get("line_items"))
            if line.get("quantity")
        ],
        "delivered_at": told.get("updated_at") if known is ShipmentStatus.DELIVERED else None,
    }


def fulfilled(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates fulfillments/create and fulfillments/update."""
    told = parcel(body)
    number = text(body.get("name")).rpartition(".")[0]  # "#1001.1" is the first one of #1001
    return [_event(envelope, told, number, id_of(body.get("order_id")))] if told else []


def scanned(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates fulfillment_events/create; a word of the carrier's that is not in the table tells nothing."""
    status = STATUSES.get(text(body.get("status")))
    if status is None:
        return []
    at = body.get(TIME) or body.get("created_at")
    place = ", ".join(filter(None, (text(body.get(name)) for name in ("city", "province", "country"))))
    scan = {"time": at, "status": status, "location": place, "description": body.get("message")}
    told = {
        "id": id_of(body.get("fulfillment_id")),
        "status": status,
        "eta": body.get("estimated_delivery_at"),
        "delivered_at": at if status is ShipmentStatus.DELIVERED else None,
        "events": [scan] if at else [],
    }
    return [_event(envelope, told, "", id_of(body.get("order_id")))]


def _event(envelope: Envelope, told: Json, number: str, order_id: str) -> StoreEvent:
    return ShipmentEvent(
        external_id=envelope.id,
        source=f"shopify:{envelope.shop}",
        at=envelope.at,
        kind="created" if envelope.topic == "fulfillments/create" else "updated",
        order_number=number,
        order_id=order_id,
        shipment=ShipmentPayload.model_validate(told).value(),
    )
