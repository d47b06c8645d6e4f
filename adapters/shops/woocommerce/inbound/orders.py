"""Translates orders. Their parcels are events of their own (`parcels`); what was paid back only the API tells whole.

https://developer.woocommerce.com/docs/apis/rest-api/v3/orders/
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from adapters.shops.payloads.orders import OrderPayload
from adapters.shops.values import Json, object_, objects, text
from adapters.shops.woocommerce.inbound import parcels
from adapters.shops.woocommerce.inbound.headers import Envelope
from adapters.shops.woocommerce.inbound.lines import discounts, lines, shipping_price
from adapters.shops.woocommerce.inbound.values import address, changed_at, full_name, gmt, id_of, meta, phone_of, plain
from adapters.shops.woocommerce.inbound.wishes import wishes
from core.shop.orders import OrderStatus
from core.shop.store_events import ConnectionEvent, OrderEvent, StoreEvent

NO_ORDERS = frozenset(("checkout-draft", "auto-draft", "draft", "new", "trash"))  # not placed yet, or thrown away
STATUSES = {
    "pending": OrderStatus.PENDING_PAYMENT,
    "failed": OrderStatus.PENDING_PAYMENT,
    "processing": OrderStatus.PAID,
    "completed": OrderStatus.FULFILLED,
    "cancelled": OrderStatus.CANCELLED,
    "refunded": OrderStatus.REFUNDED,
    # of tracking plugins
    "partial-shipped": OrderStatus.PARTIALLY_FULFILLED,
    "shipped": OrderStatus.FULFILLED,
    "updated-tracking": OrderStatus.FULFILLED,
    parcels.ARRIVED: OrderStatus.FULFILLED,
}
LANGUAGES = ("wpml_language", "_wpml_language", "trp_language", "lang", "_billing_locale", "_locale")
_FAILED, _UNPAID = "failed", ("pending", "failed", "on-hold")


def ordered(envelope: Envelope, body: Json, received_at: datetime) -> Sequence[StoreEvent]:
    """Translates a webhook's order with its parcels; where the shop knows more than that, it is to be asked."""
    told = translated(envelope, body, received_at)
    if told and (objects(body.get("refunds")) or parcels.FULFILLED_BY_CORE in meta(body)):
        asked = f"{envelope.id}:look"[:255]
        told.append(ConnectionEvent(external_id=asked, source=envelope.source, at=received_at, kind="look"))
    return told


def translated(envelope: Envelope, body: Json, received_at: datetime) -> list[StoreEvent]:
    """Translates an order and the parcels that its metadata tell; nothing of one that nobody has placed."""
    if text(body.get("status")) in NO_ORDERS:
        return []
    order = msgspec.structs.replace(
        OrderPayload.model_validate(order_data(body)).value(), store_id=id_of(body.get("id"))
    )
    event = OrderEvent(
        external_id=envelope.id,
        source=envelope.source,
        at=changed_at(body, received_at),
        kind="created" if envelope.topic == "order.created" else "updated",
        order=order,
    )
    return [event, *parcels.told_with(envelope.source, body, received_at)]


def number_of(told: Json) -> str:
    """Returns the number that customers know; plugins make others than the id."""
    return text(told.get("number")) or id_of(told.get("id"))


def order_data(told: Json) -> Json:
    """Writes an order in our own words (docs/store-events.md)."""
    shipping, billing, more = object_(told.get("shipping")), object_(told.get("billing")), meta(told)
    ways = objects(told.get("shipping_lines"))
    status = text(told.get("status"))
    return {
        "number": number_of(told),
        "placed_at": gmt(told, "date_created"),
        "status": _status(told),
        "currency": told.get("currency"),
        "total": told.get("total"),
        "customer": {
            "id": id_of(told.get("customer_id")),
            "name": full_name(billing) or full_name(shipping),
            "email": text(billing.get("email")),
            "phone": phone_of(billing, shipping),
            "locale": next((text(more[key]) for key in LANGUAGES if text(more.get(key))), None),
            **wishes(more),
        },
        "shipping_address": address(shipping if text(shipping.get("country")) else billing),
        "lines": lines(told),
        "payment": {"method": plain(told.get("payment_method_title")), "status": _payment(told)},
        "discounts": discounts(told),
        "shipping_method": plain(ways[0].get("method_title")) if ways else None,
        "shipping_price": shipping_price(told),
        "invoice_url": told.get("payment_url") if status in _UNPAID else None,
    }


def _status(told: Json) -> OrderStatus:
    """Says where an order stands. `on-hold` waits for a transfer, unless it is paid; so does a state that a plugin or
    the store made, and one that is paid counts as such."""
    known = STATUSES.get(text(told.get("status")))
    return known or (OrderStatus.PAID if gmt(told, "date_paid") else OrderStatus.PENDING_PAYMENT)


def _payment(told: Json) -> str:
    status = text(told.get("status"))
    if status in (_FAILED, "refunded"):
        return status
    return "paid" if gmt(told, "date_paid") else "pending"
