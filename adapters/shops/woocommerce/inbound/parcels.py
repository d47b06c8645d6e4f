"""Translates what tracking plugins and the core's fulfilments know of parcels; each is an event of its own.

A plugin (Shipment Tracking, Advanced Shipment Tracking) keeps its list in an order's metadata, TrackShip the carrier's
words beside it. https://woocommerce.com/document/shipment-tracking/,
https://developer.woocommerce.com/docs/apis/rest-api/v3/order-fulfillments/
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from adapters.shops.payloads.parcels import ShipmentPayload
from adapters.shops.values import Json, decimal, digest, object_, objects, text
from adapters.shops.woocommerce.inbound.lines import counted
from adapters.shops.woocommerce.inbound.values import changed_at, id_of, meta, moment, unix
from core.shop import carriers
from core.shop.orders import ShipmentStatus
from core.shop.store_events import ShipmentEvent

TRACKED, SCANNED, FULFILLED_BY_CORE = "_wc_shipment_tracking_items", "shipment_status", "_fulfillment_status"
ARRIVED = "delivered"  # an order's status of Advanced Shipment Tracking
DAY = timedelta(days=1)
LINKS = ("custom_tracking_link", "ast_tracking_link", "formatted_tracking_link", "tracking_link")
SCANS = {
    "pre_transit": ShipmentStatus.INFO_RECEIVED,
    "label_created": ShipmentStatus.INFO_RECEIVED,
    "in_transit": ShipmentStatus.IN_TRANSIT,
    "on_hold": ShipmentStatus.IN_TRANSIT,
    "out_for_delivery": ShipmentStatus.OUT_FOR_DELIVERY,
    "delivery_attempt": ShipmentStatus.ATTEMPT_FAILED,
    "available_for_pickup": ShipmentStatus.AVAILABLE_FOR_PICKUP,
    "delivered": ShipmentStatus.DELIVERED,
    "return_to_sender": ShipmentStatus.RETURNED,
    "exception": ShipmentStatus.EXCEPTION,
    "failure": ShipmentStatus.EXCEPTION,
}


def told_with(source: str, order: Json, received_at: datetime) -> list[ShipmentEvent]:
    """Translates the parcels that an order's metadata tell."""
    known = meta(order)
    scans = _items(known.get(SCANNED))
    found: list[ShipmentEvent] = []
    for place, item in enumerate(_items(known.get(TRACKED))):
        scan = scans[place] if place < len(scans) else {}
        found += _events(source, order, tracked(item, order, scan), _tracked_at(item, scan, order, received_at))
    return found


def told_by(source: str, order: Json, items: Sequence[Json], received_at: datetime) -> list[ShipmentEvent]:
    """Translates what the address of a tracking plugin answers for an order."""
    return [
        event
        for item in items
        for event in _events(source, order, tracked(item, order, {}), _tracked_at(item, {}, order, received_at))
    ]


def fulfilled(source: str, order: Json, items: Sequence[Json], received_at: datetime) -> list[ShipmentEvent]:
    """Translates the core's fulfilments of an order."""
    found: list[ShipmentEvent] = []
    for item in items:
        at = moment(_zoned(text(item.get("date_updated")))) or received_at
        found += _events(source, order, _fulfilment(item), min(at, received_at))
    return found


def tracked(item: Json, order: Json, scan: Json) -> Json | None:
    """Translates one entry of a plugin's list; None for one without a number.

    Its day says that it was sent: from then on it is under way, before that it only is known to the carrier.
    """
    number = text(item.get("tracking_number"))
    if not number:
        return None
    own = text(item.get("custom_tracking_provider"))
    slug = text(item.get("tracking_provider"))
    carrier = own or text(item.get("formatted_tracking_provider")) or carriers.named(slug)
    link = next(filter(None, (text(item.get(name)) for name in LINKS)), "")
    status = _scan(scan)
    if status is None:
        has_left = unix(item.get("date_shipped")) is not None or "date_shipped" not in item
        status = ShipmentStatus.IN_TRANSIT if has_left else ShipmentStatus.INFO_RECEIVED
    if text(order.get("status")) == ARRIVED:
        status = ShipmentStatus.DELIVERED
    return {
        "id": text(item.get("tracking_id")) or number,
        "status": status,
        "carrier": carrier,
        "tracking_number": number,
        "tracking_url": link if link.startswith("http") else carriers.page(slug, number, _postcode(order)),
        "lines": list(_packed(item.get("products_list"), order)),
        "eta": text(scan.get("est_delivery_date")) or None,
    }


def _fulfilment(item: Json) -> Json | None:
    """Translates one fulfilment; None for a draft without a number, and for one that was taken back."""
    known = meta(item)
    number = text(known.get("_tracking_number"))
    is_sent = item.get("is_fulfilled") is True
    if item.get("date_deleted") or not (is_sent or number):
        return None
    slug = text(known.get("_shipping_provider")) or text(known.get("_shipment_provider"))  # the second in its docs
    return {
        "id": f"fulfillment:{id_of(item.get('id'))}",
        "status": ShipmentStatus.IN_TRANSIT if is_sent else ShipmentStatus.INFO_RECEIVED,
        "carrier": text(known.get("_provider_name")) or carriers.named(slug),
        "tracking_number": number,
        "tracking_url": text(known.get("_tracking_url")) or carriers.page(slug, number),
        "lines": [
            {"line_id": id_of(each.get("item_id")), "quantity": counted(each.get("qty"))}
            for each in objects(known.get("_items"))
            if id_of(each.get("item_id"))
        ],
    }


def _events(source: str, order: Json, told: Json | None, at: datetime) -> Iterator[ShipmentEvent]:
    """Makes the event of a parcel. Its id names this very state of it, so that it is told once, whoever asks."""
    if told is None:
        return
    if told["status"] is ShipmentStatus.DELIVERED:
        told = {**told, "delivered_at": at.isoformat()}
    order_id = id_of(order.get("id"))
    state = digest({name: value for name, value in told.items() if name != "delivered_at"})
    try:
        shipment = ShipmentPayload.model_validate(told).value()
    except ValidationError:  # one that a plugin wrote badly does not hold up the order
        return
    yield ShipmentEvent(
        external_id=f"parcel:{order_id}:{told['id']}:{state}"[:255],
        source=source,
        at=at,
        kind="updated",
        order_number=text(order.get("number")) or order_id,
        order_id=order_id,
        shipment=shipment,
    )


def _tracked_at(item: Json, scan: Json, order: Json, received_at: datetime) -> datetime:
    """Says since when a parcel is as it is told.

    A plugin may add it without a change of the order's own time, and names only a day: it is news until that day ends.
    """
    if text(order.get("status")) == ARRIVED:
        return changed_at(order, received_at)
    scanned = moment(_zoned(text(scan.get("status_date")).replace(" ", "T")))
    if scanned:
        return min(scanned, received_at)
    shipped = unix(item.get("date_shipped"))
    known = changed_at(order, received_at)
    return min(max(known, shipped + DAY) if shipped else known, received_at)


def _scan(scan: Json) -> ShipmentStatus | None:
    return SCANS.get(text(scan.get("status")).lower()) if scan else None


def _packed(products: Any, order: Json) -> Iterator[Json]:
    """Translates which of an order a parcel holds: products, or positions, with their number."""
    of_product = {
        id_of(each.get(name)): id_of(each.get("id"))
        for each in objects(order.get("line_items"))
        for name in ("product_id", "variation_id")
    }
    for each in _items(products):
        line = id_of(each.get("item_id")) or of_product.get(id_of(each.get("product")), "")
        if line and decimal(each.get("qty")):
            yield {"line_id": line, "quantity": counted(each.get("qty"))}


def _postcode(order: Json) -> str:
    return text(object_(order.get("shipping")).get("postcode"))


def _items(value: Any) -> list[Json]:
    """Reads a list as PHP writes it: one with gaps is an object."""
    return objects(list(object_(value).values()) if isinstance(value, dict) else value)


def _zoned(written: str) -> str:
    return written if not written or written.endswith("Z") or "+" in written else f"{written}Z"
