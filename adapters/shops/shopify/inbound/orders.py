"""Translates orders, with their lines, parcels and refunds.

https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from adapters.shops.payloads.orders import OrderPayload
from adapters.shops.shopify.inbound.headers import Envelope
from adapters.shops.shopify.inbound.parcels import parcel
from adapters.shops.shopify.inbound.people import agreed, said
from adapters.shops.shopify.inbound.refunds import refund
from adapters.shops.shopify.inbound.values import address, amount, full_name, id_of
from adapters.shops.values import Json, added, object_, objects, text, texts
from core.shop.orders import OrderStatus
from core.shop.store_events import OrderEvent, StoreEvent

KINDS = {"orders/create": "created", "orders/paid": "paid", "orders/cancelled": "cancelled"}
WISH = "order_updates"  # an attribute of the cart: on which channels the customer wants to hear of the order
_PAYING = {
    "pending": OrderStatus.PENDING_PAYMENT,
    "partially_paid": OrderStatus.PENDING_PAYMENT,
    "unpaid": OrderStatus.PENDING_PAYMENT,
    "refunded": OrderStatus.REFUNDED,
    "voided": OrderStatus.CANCELLED,
    "expired": OrderStatus.CANCELLED,
}
_SENT = {"fulfilled": OrderStatus.FULFILLED, "partial": OrderStatus.PARTIALLY_FULFILLED}


def ordered(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates an order, and its refunds: each is one event, whichever webhook told of it first."""
    data = order_data(body)
    data["customer"]["consents"] = said(envelope, object_(body.get("customer")))
    payload = OrderPayload.model_validate(data)
    order = msgspec.structs.replace(payload.value(), store_id=id_of(body.get("id")))
    event = OrderEvent(
        external_id=envelope.id,
        source=f"shopify:{envelope.shop}",
        at=envelope.at,
        kind=KINDS.get(envelope.topic, "updated"),
        order=order,
    )
    refunds = [refund(envelope, told, order.number, order.store_id) for told in objects(body.get("refunds"))]
    return [event, *(each for each in refunds if each)]


def order_data(told: Json) -> Json:
    """Writes an order in our own words (docs/store-events.md)."""
    shipping = objects(told.get("shipping_lines"))
    parcels = [each for each in map(parcel, objects(told.get("fulfillments"))) if each]
    return {
        "number": text(told.get("name")),
        "placed_at": told.get("created_at"),
        "status": _status(told),
        "currency": told.get("presentment_currency") or told.get("currency"),
        "total": _total(told),
        "customer": _customer(told),
        "shipping_address": address(told.get("shipping_address") or told.get("billing_address")),
        "lines": [each for each in (_line(line, told) for line in objects(told.get("line_items"))) if each],
        "shipments": parcels,
        "payment": {
            "method": ", ".join(texts(told.get("payment_gateway_names"))),
            "status": told.get("financial_status"),
        },
        "discounts": _discounts(told),
        "shipping_method": text(shipping[0].get("title")) if shipping else None,
        "shipping_price": str(added([amount(each, "discounted_price") for each in shipping])),
        "invoice_url": told.get("order_status_url"),
    }


def _total(told: Json) -> str:
    """Reads what the order costs as it was changed last; what came back of it is no part of its price."""
    was_edited = "current_total_price" in told and not told.get("refunds") and not told.get("cancelled_at")
    return amount(told, "current_total_price" if was_edited else "total_price")


def _status(told: Json) -> OrderStatus:
    """Says where an order stands; one whose payment is authorised counts as paid."""
    if told.get("cancelled_at"):
        return OrderStatus.CANCELLED
    paying = _PAYING.get(text(told.get("financial_status")))
    return paying or _SENT.get(text(told.get("fulfillment_status"))) or OrderStatus.PAID


def _customer(told: Json) -> Json:
    """Translates who ordered: what they wrote for this order comes before what their account says."""
    customer, shipping, billing = (
        object_(told.get(name)) for name in ("customer", "shipping_address", "billing_address")
    )
    phones = [text(each.get("phone")) for each in (told, customer, shipping, billing)]
    return {
        "id": id_of(customer.get("id")),
        "name": full_name(customer) or full_name(shipping) or full_name(billing),
        "email": text(told.get("email")) or text(customer.get("email")),
        "phone": next(filter(None, phones), ""),
        "locale": told.get("customer_locale"),
        "notify": list(dict.fromkeys([*_wished(told), *agreed(customer)])),
    }


def _wished(told: Json) -> list[str]:
    """Reads the channels in the cart's attribute `order_updates`: "whatsapp, sms"."""
    said = [str(each.get("value")) for each in objects(told.get("note_attributes")) if each.get("name") == WISH]
    return [word.lower() for value in said for word in re.split(r"[\s,;]+", value) if word][:20]


def _line(line: Json, order: Json) -> Json | None:
    """Translates a line; one that was taken out of the order before it was sent is left out."""
    quantity: Any = line.get("quantity")
    current = line.get("current_quantity")
    was_edited = isinstance(current, int) and not line.get("fulfillment_status") and not order.get("cancelled_at")
    if was_edited and text(order.get("financial_status")) != "refunded":
        quantity = current
    if not quantity:
        return None
    included = order.get("taxes_included")
    variant = text(line.get("variant_title"))
    return {
        "id": id_of(line.get("id")),
        "title": text(line.get("title")) or text(line.get("name")),
        "sku": line.get("sku"),
        "variant": "" if variant == "Default Title" else variant,
        "quantity": quantity,
        "unit_price": amount(line, "price"),
        "product_id": id_of(line.get("product_id")) or None,
        "variant_id": id_of(line.get("variant_id")) or None,
        "tax": None if included else str(added([amount(each, "price") for each in objects(line.get("tax_lines"))])),
    }


def _discounts(told: Json) -> list[Json]:
    """Translates what was taken off: each code or rule with what it took off all lines and the delivery."""
    owners = [*objects(told.get("line_items")), *objects(told.get("shipping_lines"))]
    parts = [part for owner in owners for part in objects(owner.get("discount_allocations"))]
    found = []
    for place, rule in enumerate(objects(told.get("discount_applications"))):
        off = added([amount(part, "amount") for part in parts if part.get("discount_application_index") == place])
        title = rule.get("title") or rule.get("description")
        found.append({"code": rule.get("code"), "title": title, "amount": str(off)})
    return found or [
        {"code": each.get("code"), "amount": each.get("amount")} for each in objects(told.get("discount_codes"))
    ]
