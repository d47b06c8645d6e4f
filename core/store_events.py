"""Defines what a store tells us: one value per event, whichever shop or file it came from.

Events are kept as rows (`core.messages.encode`) and read back with `decode_store_event`.
"""

from datetime import datetime
from typing import Any

import msgspec

from core.orders import Buyer, Order, Shipment


class OrderEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="order"):
    """An order as it stands now. `kind`: created, updated, paid, cancelled."""

    external_id: str
    source: str
    at: datetime
    kind: str
    order: Order
    extra: dict[str, Any] = {}


class ShipmentEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="shipment"):
    """A parcel of an order as it stands now. `kind`: created, updated."""

    external_id: str
    source: str
    at: datetime
    kind: str
    order_number: str
    shipment: Shipment
    extra: dict[str, Any] = {}


class CustomerEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="customer"):
    """A customer's data as the store knows them now."""

    external_id: str
    source: str
    at: datetime
    customer: Buyer
    extra: dict[str, Any] = {}


class Other(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="other"):
    """A known kind of event that is kept for later, its data as it came.

    `kind` is the full type: return.updated, refund.issued, stock.problem, loyalty.updated.
    """

    external_id: str
    source: str
    at: datetime
    kind: str
    data: dict[str, Any] = {}


class Ignored(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="ignored"):
    """An event whose type (`kind`) we do not know: kept and counted, never an error."""

    external_id: str
    source: str
    at: datetime
    kind: str
    data: Any = None


# `extra` holds the fields of the payload that have no place in the vocabulary, nested as they came.
StoreEvent = OrderEvent | ShipmentEvent | CustomerEvent | Other


def decode_store_event(data: bytes | str) -> StoreEvent:
    """Reads the event that `core.messages.encode` wrote. Raises `msgspec.ValidationError`."""
    return _EVENT.decode(data)


def decode_store_item(data: bytes | str) -> StoreEvent | Ignored:
    """Reads an event like `decode_store_event`, from rows that may hold an ignored event too."""
    return _ITEM.decode(data)


_EVENT: msgspec.json.Decoder[StoreEvent] = msgspec.json.Decoder(StoreEvent)
_ITEM: msgspec.json.Decoder[StoreEvent | Ignored] = msgspec.json.Decoder(StoreEvent | Ignored)
