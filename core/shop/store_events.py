"""Defines what a store tells us: one value per event, whichever shop or file it came from.

Events are kept as rows (`core.encoding.encode`) and read back with `decode_store_event`.
"""

from datetime import datetime
from typing import Any

import msgspec

from core.shop.buyers import AccountFacts
from core.shop.catalogue import Product
from core.shop.order_numbers import tracking_form
from core.shop.orders import Buyer, Order, Shipment
from core.shop.returns import RefundRecord, ReturnRecord
from core.shop.stock_problems import StockProblem


class OrderEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="order"):
    """An order as it stands now. `kind`: created, updated, paid, cancelled."""

    external_id: str
    source: str
    at: datetime
    kind: str
    order: Order
    extra: dict[str, Any] = {}


class ShipmentEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="shipment"):
    """A parcel of an order as it stands now. `kind`: created, updated.

    Where `order_number` is empty, the order is named by `order_id`, its `store_id`; so in returns and refunds. Where
    both are empty, a carrier tells of it, and it is every order's that sends a parcel with this number.
    """

    external_id: str
    source: str
    at: datetime
    kind: str
    order_number: str
    shipment: Shipment
    order_id: str = ""
    extra: dict[str, Any] = {}


class CustomerEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="customer"):
    """A customer's data as the store knows them now."""

    external_id: str
    source: str
    at: datetime
    customer: Buyer
    facts: AccountFacts = AccountFacts()
    extra: dict[str, Any] = {}


class ProductEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="product"):
    """A product as the store sells it now."""

    external_id: str
    source: str
    at: datetime
    product: Product
    extra: dict[str, Any] = {}


class ReturnEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="return"):
    """A return as it stands now."""

    external_id: str
    source: str
    at: datetime
    returned: ReturnRecord
    order_id: str = ""
    extra: dict[str, Any] = {}


class RefundEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="refund"):
    """Money that was sent back."""

    external_id: str
    source: str
    at: datetime
    refund: RefundRecord
    order_id: str = ""
    extra: dict[str, Any] = {}


class ReturnMoved(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="return_moved"):
    """A step of a return that was taken here, and is written already: told to whoever waits for news of it."""

    external_id: str
    source: str
    at: datetime
    before: ReturnRecord
    returned: ReturnRecord


class RefundMade(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="refund_made"):
    """Money that was sent back because it was asked for here, and is written already under `refund_id`."""

    external_id: str
    source: str
    at: datetime
    refund_id: str
    refund: RefundRecord


class StockEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="stock"):
    """What of an order is not in stock."""

    external_id: str
    source: str
    at: datetime
    problem: StockProblem
    extra: dict[str, Any] = {}


class LoyaltyEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="loyalty"):
    """A customer's points, by the store's own id of them."""

    external_id: str
    source: str
    at: datetime
    customer_id: str
    facts: AccountFacts
    extra: dict[str, Any] = {}


class StockLevelEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="stock_level"):
    """What is in stock now of one variant, or of all that the product has where `variant_id` is empty. None: enough."""

    external_id: str
    source: str
    at: datetime
    product_id: str
    variant_id: str = ""
    stock: int | None = None


class MergeEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="merge"):
    """Two customers of the store's are one: `gone_id` is `kept_id` from now on (the store's own ids)."""

    external_id: str
    source: str
    at: datetime
    kept_id: str
    gone_id: str


class DisputeEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="dispute"):
    """A customer's bank asks for a payment back. `kind`: opened, changed, won, lost; `due`: until when to answer."""

    external_id: str
    source: str
    at: datetime
    kind: str
    order_id: str
    amount: str
    currency: str
    reason: str = ""
    due: str = ""


class PrivacyEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="privacy"):
    """The store asks for a customer's data (`kind`: export), or that they be removed (erase)."""

    external_id: str
    source: str
    at: datetime
    kind: str
    customer_id: str


class ConnectionEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="connection"):
    """News of the connection to the store itself. `kind`: uninstalled (it was cut), redact (all that we have of its
    customers is to go), look (the store knows more than it told: it is to be asked now)."""

    external_id: str
    source: str
    at: datetime
    kind: str


class Other(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="other"):
    """An event that an earlier version kept as it came, before its kind (`kind`, the full type) was read."""

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
StoreEvent = (
    OrderEvent
    | ShipmentEvent
    | CustomerEvent
    | ProductEvent
    | ReturnEvent
    | RefundEvent
    | ReturnMoved
    | RefundMade
    | StockEvent
    | LoyaltyEvent
    | StockLevelEvent
    | MergeEvent
    | DisputeEvent
    | PrivacyEvent
    | ConnectionEvent
    | Other
)


def order_number(event: StoreEvent) -> str:
    """Returns the number of the order that an event is about; "" when it is about none."""
    match event:
        case OrderEvent():
            return event.order.number
        case ShipmentEvent():
            return event.order_number
        case ReturnEvent() | ReturnMoved():
            return event.returned.order_number
        case RefundEvent() | RefundMade():
            return event.refund.order_number
        case StockEvent():
            return event.problem.order_number
        case _:
            return ""


_TYPES: dict[type, str] = {
    CustomerEvent: "customer.updated",
    ProductEvent: "product.updated",
    ReturnEvent: "return.updated",
    RefundEvent: "refund.issued",
    ReturnMoved: "return.updated",
    RefundMade: "refund.issued",
    StockEvent: "stock.problem",
    LoyaltyEvent: "loyalty.updated",
    StockLevelEvent: "stock.updated",
    MergeEvent: "customer.merged",
    DisputeEvent: "payment.disputed",
}


def event_type(event: StoreEvent) -> str:
    """Returns an event's type as the store's API names it: `order.paid`, `return.updated`."""
    match event:
        case OrderEvent():
            return f"order.{event.kind}"
        case ShipmentEvent():
            return f"shipment.{event.kind}"
        case PrivacyEvent():
            return f"privacy.{event.kind}"
        case ConnectionEvent():
            return f"connection.{event.kind}"
        case Other():
            return event.kind
        case _:
            return _TYPES[type(event)]


def order_id(event: StoreEvent) -> str:
    """Returns the `store_id` of the order of an event that does not name its number; "" for every other event."""
    if isinstance(event, ShipmentEvent | ReturnEvent | RefundEvent) and not order_number(event):
        return event.order_id
    return ""


def parcel_form(event: StoreEvent) -> str:
    """Returns the number of the parcel, in normal form, that a carrier tells of; "" for every other event."""
    if isinstance(event, ShipmentEvent) and not event.order_number and not event.order_id:
        return tracking_form(event.shipment.tracking_number)[:FORM_MAX]
    return ""


def waits_for(event: StoreEvent) -> str:
    """Names the order or the parcel that must be known before an event can be applied; "" where it says its order."""
    if id_ := order_id(event):
        return f"{ORDER}{id_}"
    form = parcel_form(event)
    return f"{PARCEL}{form}" if form else ""


ORDER, PARCEL = "order:", "parcel:"
FORM_MAX = 240  # signs of a number's normal form


def decode_store_event(data: bytes | str) -> StoreEvent:
    """Reads the event that `core.encoding.encode` wrote. Raises `msgspec.ValidationError`."""
    return _EVENT.decode(data)


def decode_store_item(data: bytes | str) -> StoreEvent | Ignored:
    """Reads an event like `decode_store_event`, from rows that may hold an ignored event too."""
    return _ITEM.decode(data)


_EVENT: msgspec.json.Decoder[StoreEvent] = msgspec.json.Decoder(StoreEvent)
_ITEM: msgspec.json.Decoder[StoreEvent | Ignored] = msgspec.json.Decoder(StoreEvent | Ignored)
