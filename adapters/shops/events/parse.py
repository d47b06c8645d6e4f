"""Parses posted CloudEvents: all of them, or an error that says where the first fault is.

Types we do not know become `Ignored`. The translation of known types is the table at the end.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, NamedTuple

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.shops.faults import faults
from adapters.shops.fields import Moment, Name
from adapters.shops.payloads.aftersales import LoyaltyPayload, RefundPayload, ReturnPayload, StockPayload
from adapters.shops.payloads.catalogue import ProductPayload
from adapters.shops.payloads.customers import ToldCustomerPayload
from adapters.shops.payloads.orders import OrderPayload
from adapters.shops.payloads.parcels import ShipmentPayload
from adapters.shops.payloads.payload import Payload, unknown
from adapters.transport.json_text import read_json
from core.errors import MalformedPayload
from core.files.near import nearest
from core.shop.orders import Shipment, ShipmentStatus
from core.shop.store_events import (
    CustomerEvent,
    Ignored,
    LoyaltyEvent,
    OrderEvent,
    ProductEvent,
    RefundEvent,
    ReturnEvent,
    ShipmentEvent,
    StockEvent,
    StoreEvent,
)

MAX_EVENTS = 1000
MAX_FAULTS = 500  # that are listed

Fault = tuple[str, str]  # JSON path, sentence


class Envelope(BaseModel):
    """The attributes of a CloudEvent that we use; others are allowed and not kept."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"]
    id: Name
    source: Name
    type: Name
    time: Moment | None = None
    data: Any = None


class OrderData(Payload):
    """`data` of order.*"""

    order: OrderPayload


class ShipmentData(Payload):
    """`data` of shipment.*"""

    order_number: Name
    shipment: ShipmentPayload


class CustomerData(Payload):
    """`data` of customer.updated."""

    customer: ToldCustomerPayload


class ProductData(Payload):
    """`data` of product.updated."""

    product: ProductPayload


class ReturnData(Payload):
    """`data` of return.updated."""

    returned: ReturnPayload = Field(alias="return")


def parse(body: bytes, received_at: datetime) -> list[StoreEvent | Ignored]:
    """Parses `body`, a CloudEvent or an array of at most 1000: one value per event.

    Raises MalformedPayload with the JSON path of each fault, like `$[3].data.order.lines[0].quantity`; then none of
    them counts.
    """
    document = read_json(body)
    alone = isinstance(document, dict)
    items = [document] if alone else document
    if not isinstance(items, list):
        raise MalformedPayload("expected a CloudEvent or an array of them", "$")
    if len(items) > MAX_EVENTS:
        raise MalformedPayload(f"expected at most {MAX_EVENTS} events", "$")
    read = [_event(item, received_at, "$" if alone else f"$[{place}]") for place, item in enumerate(items)]
    events = [event for event in read if not isinstance(event, list)]
    if len(events) < len(read):
        found = [fault for faults_ in read if isinstance(faults_, list) for fault in faults_]
        (path, sentence), more = found[0], len(found) - 1
        raise MalformedPayload(sentence + (f" ({more} more)" if more else ""), path, found[:MAX_FAULTS])
    return events


def shapes() -> dict[str, type[Payload]]:
    """Returns what the `data` of each type of event has to be."""
    return {name: kind.data for name, kind in _KINDS.items()}


def likely(kind: str) -> str | None:
    """Finds the type of event that a misspelt one means."""
    return nearest(kind, _KINDS)


def _event(item: Any, received_at: datetime, path: str) -> StoreEvent | Ignored | list[Fault]:
    """Reads one event; returns all that is wrong with it, in its attributes and in its data."""
    try:
        envelope = Envelope.model_validate(item)
    except ValidationError as error:
        return [*faults(error, path), *_data_faults(item, path)]
    at = envelope.time or received_at
    kind = _KINDS.get(envelope.type)
    if kind is None:
        return Ignored(external_id=envelope.id, source=envelope.source, at=at, kind=envelope.type, data=envelope.data)
    try:
        return kind.translate(envelope, at, kind.data.model_validate(envelope.data))
    except ValidationError as error:
        return faults(error, f"{path}.data")


def _data_faults(item: Any, path: str) -> list[Fault]:
    """Lists what is wrong with the data of an event whose attributes are wrong, where its type can be read."""
    name = item.get("type") if isinstance(item, dict) else None
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        return []
    try:
        kind.data.model_validate(item.get("data"))
    except ValidationError as error:
        return faults(error, f"{path}.data")
    return []


def _order(event: Envelope, at: datetime, data: OrderData) -> StoreEvent:
    payload = data.order
    order = payload.value()
    shipments = tuple(_dated(shipment, at) for shipment in order.shipments)
    return OrderEvent(
        external_id=event.id,
        source=event.source,
        at=at,
        kind=event.type.partition(".")[2],
        order=msgspec.structs.replace(order, shipments=shipments) if shipments else order,
        extra=unknown(payload),
    )


def _shipment(event: Envelope, at: datetime, data: ShipmentData) -> StoreEvent:
    return ShipmentEvent(
        external_id=event.id,
        source=event.source,
        at=at,
        kind=event.type.partition(".")[2],
        order_number=data.order_number,
        shipment=_dated(data.shipment.value(), at),
        extra=unknown(data.shipment),
    )


def _customer(event: Envelope, at: datetime, data: CustomerData) -> StoreEvent:
    payload = data.customer
    return CustomerEvent(
        external_id=event.id,
        source=event.source,
        at=at,
        customer=payload.value(),
        facts=payload.facts(),
        extra=unknown(payload),
    )


def _product(event: Envelope, at: datetime, data: ProductData) -> StoreEvent:
    payload = data.product
    return ProductEvent(
        external_id=event.id, source=event.source, at=at, product=payload.value(), extra=unknown(payload)
    )


def _return(event: Envelope, at: datetime, data: ReturnData) -> StoreEvent:
    payload = data.returned
    return ReturnEvent(
        external_id=event.id, source=event.source, at=at, returned=payload.value(at), extra=unknown(payload)
    )


def _refund(event: Envelope, at: datetime, payload: RefundPayload) -> StoreEvent:
    return RefundEvent(
        external_id=event.id, source=event.source, at=at, refund=payload.value(at), extra=unknown(payload)
    )


def _stock(event: Envelope, at: datetime, payload: StockPayload) -> StoreEvent:
    return StockEvent(external_id=event.id, source=event.source, at=at, problem=payload.value(), extra=unknown(payload))


def _loyalty(event: Envelope, at: datetime, payload: LoyaltyPayload) -> StoreEvent:
    return LoyaltyEvent(
        external_id=event.id,
        source=event.source,
        at=at,
        customer_id=payload.customer_id,
        facts=payload.value(),
        extra=unknown(payload),
    )


def _dated(shipment: Shipment, at: datetime) -> Shipment:
    """Dates a delivered parcel that does not say since when: by its last such scan, else by the event's time."""
    if shipment.status is not ShipmentStatus.DELIVERED or shipment.delivered_at:
        return shipment
    scans = [scan.time for scan in shipment.events if scan.status == ShipmentStatus.DELIVERED]
    return msgspec.structs.replace(shipment, delivered_at=max(scans, default=at))


class _Kind(NamedTuple):
    """What an event's `data` has to be, and what is made of it."""

    data: type[Payload]
    translate: Callable[[Envelope, datetime, Any], StoreEvent]


_KINDS: dict[str, _Kind] = {
    **{f"order.{what}": _Kind(OrderData, _order) for what in ("created", "updated", "paid", "cancelled")},
    **{f"shipment.{what}": _Kind(ShipmentData, _shipment) for what in ("created", "updated")},
    "customer.updated": _Kind(CustomerData, _customer),
    "product.updated": _Kind(ProductData, _product),
    "return.updated": _Kind(ReturnData, _return),
    "refund.issued": _Kind(RefundPayload, _refund),
    "stock.problem": _Kind(StockPayload, _stock),
    "loyalty.updated": _Kind(LoyaltyPayload, _loyalty),
}
