"""Fetches the orders that changed since a time, and translates them as webhooks are: one shape, one translation.

https://shopify.dev/docs/api/admin-graphql/latest/queries/orders
"""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from adapters.shops.shopify.admin.client import Admin
from adapters.shops.shopify.inbound.headers import Envelope
from adapters.shops.shopify.inbound.orders import ordered
from adapters.shops.shopify.inbound.values import id_of
from adapters.shops.values import Json, object_, objects, text
from adapters.transport.json_text import without_nul
from core.shop.store_events import StoreEvent

PAGE = 25
MOST_PAGES = 400  # of one look: ten thousand orders
_ADDRESS = "{ firstName lastName name address1 address2 city zip provinceCode countryCodeV2 phone }"
_MONEY = "{ shopMoney { amount } presentmentMoney { amount currencyCode } }"
QUERY = f"""query Changed($query: String!, $after: String) {{
  orders(first: {PAGE}, after: $after, query: $query, sortKey: UPDATED_AT) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{
      id name createdAt updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus
      currencyCode presentmentCurrencyCode taxesIncluded email phone customerLocale statusPageUrl paymentGatewayNames
      currentTotalPriceSet {_MONEY} totalPriceSet {_MONEY}
      customAttributes {{ key value }}
      shippingAddress {_ADDRESS} billingAddress {_ADDRESS}
      customer {{ id firstName lastName defaultEmailAddress {{ emailAddress }}
        defaultPhoneNumber {{ phoneNumber marketingState }} }}
      lineItems(first: 100) {{ nodes {{ id title sku variantTitle quantity currentQuantity unfulfilledQuantity
        originalUnitPriceSet {_MONEY} product {{ id }} variant {{ id }} taxLines {{ priceSet {_MONEY} }}
        discountAllocations {{ allocatedAmountSet {_MONEY} discountApplication {{ index }} }} }} }}
      shippingLines(first: 5) {{ nodes {{ title discountedPriceSet {_MONEY} }} }}
      discountApplications(first: 10) {{ nodes {{ index
        ... on DiscountCodeApplication {{ code }} ... on AutomaticDiscountApplication {{ title }} }} }}
      fulfillments(first: 20) {{ id status displayStatus updatedAt trackingInfo {{ company number url }}
        fulfillmentLineItems(first: 100) {{ nodes {{ quantity lineItem {{ id }} }} }} }}
      refunds(first: 20) {{ id createdAt
        transactions(first: 10) {{ nodes {{ kind status gateway amountSet {_MONEY} }} }}
        refundLineItems(first: 100) {{ nodes {{ quantity lineItem {{ id }} }} }} }}
    }} }} }}"""
_SENT = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}
_DISPLAYED = {"LABEL_VOIDED": "", "FULFILLED": "", "MARKED_AS_FULFILLED": "", "SUBMITTED": "", "CANCELED": ""}


async def changed(admin: Admin, shop: str, since: datetime) -> list[StoreEvent]:
    """Fetches orders that changed since then, oldest change first; each event has the time of its change.

    An order that cannot be read is left out: the others are news too. Raises SendError.
    """
    found: list[StoreEvent] = []
    after: str | None = None
    for _ in range(MOST_PAGES):
        asked = f"updated_at:>='{since.isoformat()}'"
        page = object_((await admin.ask(QUERY, query=asked, after=after)).get("orders"))
        for node in objects(without_nul(page.get("nodes"))):
            found += _events(node, shop)
        info = object_(page.get("pageInfo"))
        after = text(info.get("endCursor")) or None
        if not info.get("hasNextPage") or after is None:
            break
    return found


def _events(node: Json, shop: str) -> list[StoreEvent]:
    """Translates one order; its id names this very state of it, so that asking twice is one event."""
    changed_at = text(node.get("updatedAt"))
    try:
        at = datetime.fromisoformat(changed_at)
        envelope = Envelope(f"changed:{id_of(node.get('id'))}:{changed_at}", "orders/updated", shop, at)
        return list(ordered(envelope, rest_shaped(node)))
    except (ValueError, ValidationError):
        return []


def rest_shaped(node: Json) -> Json:
    """Writes an order of GraphQL as webhooks write one."""
    return {
        "id": node.get("id"),
        "name": node.get("name"),
        "created_at": node.get("createdAt"),
        "cancelled_at": node.get("cancelledAt"),
        "financial_status": text(node.get("displayFinancialStatus")).lower(),
        "fulfillment_status": _SENT.get(text(node.get("displayFulfillmentStatus"))),
        "currency": node.get("currencyCode"),
        "presentment_currency": node.get("presentmentCurrencyCode"),
        "current_total_price_set": _money(node.get("currentTotalPriceSet")),
        "current_total_price": None,
        "total_price_set": _money(node.get("totalPriceSet")),
        "taxes_included": node.get("taxesIncluded"),
        "email": node.get("email"),
        "phone": node.get("phone"),
        "customer_locale": node.get("customerLocale"),
        "order_status_url": node.get("statusPageUrl"),
        "payment_gateway_names": node.get("paymentGatewayNames"),
        "note_attributes": [
            {"name": each.get("key"), "value": each.get("value")} for each in objects(node.get("customAttributes"))
        ],
        "shipping_address": _address(node.get("shippingAddress")),
        "billing_address": _address(node.get("billingAddress")),
        "customer": _customer(node.get("customer")),
        "line_items": [_line(each) for each in _nodes(node.get("lineItems"))],
        "shipping_lines": [
            {"title": each.get("title"), "discounted_price_set": _money(each.get("discountedPriceSet"))}
            for each in _nodes(node.get("shippingLines"))
        ],
        "discount_applications": sorted(_nodes(node.get("discountApplications")), key=lambda each: each["index"]),
        "fulfillments": [_fulfillment(each) for each in objects(node.get("fulfillments"))],
        "refunds": [_refund(each) for each in objects(node.get("refunds"))],
    }


def _line(node: Json) -> Json:
    quantity, waiting = node.get("quantity"), node.get("unfulfilledQuantity")
    return {
        "id": node.get("id"),
        "title": node.get("title"),
        "sku": node.get("sku"),
        "variant_title": node.get("variantTitle"),
        "quantity": quantity,
        "current_quantity": node.get("currentQuantity"),
        "fulfillment_status": None if waiting == node.get("currentQuantity") else "partial",
        "price_set": _money(node.get("originalUnitPriceSet")),
        "product_id": object_(node.get("product")).get("id"),
        "variant_id": object_(node.get("variant")).get("id"),
        "tax_lines": [{"price_set": _money(each.get("priceSet"))} for each in objects(node.get("taxLines"))],
        "discount_allocations": [
            {
                "amount_set": _money(each.get("allocatedAmountSet")),
                "discount_application_index": object_(each.get("discountApplication")).get("index"),
            }
            for each in objects(node.get("discountAllocations"))
        ],
    }


def _fulfillment(node: Json) -> Json:
    tracking = next(iter(objects(node.get("trackingInfo"))), {})
    said = text(node.get("displayStatus"))
    return {
        "id": node.get("id"),
        "status": text(node.get("status")).lower(),
        "shipment_status": _DISPLAYED.get(said, said.lower()),
        "updated_at": node.get("updatedAt"),
        "tracking_company": tracking.get("company"),
        "tracking_number": tracking.get("number"),
        "tracking_url": tracking.get("url"),
        "line_items": [
            {"id": object_(each.get("lineItem")).get("id"), "quantity": each.get("quantity")}
            for each in _nodes(node.get("fulfillmentLineItems"))
        ],
    }


def _refund(node: Json) -> Json:
    return {
        "id": node.get("id"),
        "created_at": node.get("createdAt"),
        "transactions": [
            {
                "kind": text(each.get("kind")).lower(),
                "status": text(each.get("status")).lower(),
                "gateway": each.get("gateway"),
                "amount_set": _money(each.get("amountSet")),
                "currency": object_(object_(each.get("amountSet")).get("presentmentMoney")).get("currencyCode"),
            }
            for each in _nodes(node.get("transactions"))
        ],
        "refund_line_items": [
            {"line_item_id": object_(each.get("lineItem")).get("id"), "quantity": each.get("quantity")}
            for each in _nodes(node.get("refundLineItems"))
        ],
    }


def _customer(node: Any) -> Json:
    told = object_(node)
    phone = object_(told.get("defaultPhoneNumber"))
    return {
        "id": told.get("id"),
        "first_name": told.get("firstName"),
        "last_name": told.get("lastName"),
        "email": object_(told.get("defaultEmailAddress")).get("emailAddress"),
        "phone": phone.get("phoneNumber"),
        "sms_marketing_consent": {"state": text(phone.get("marketingState")).lower()},
    }


def _address(node: Any) -> Json | None:
    told = object_(node)
    if not told:
        return None
    named = {"first_name": "firstName", "last_name": "lastName", "country_code": "countryCodeV2"}
    named |= {"province_code": "provinceCode"}
    same = ("name", "address1", "address2", "city", "zip", "phone")
    return {name: told.get(name) for name in same} | {name: told.get(own) for name, own in named.items()}


def _money(value: Any) -> Json:
    told = object_(value)
    shown = object_(told.get("presentmentMoney")) or object_(told.get("shopMoney"))
    return {"presentment_money": {"amount": shown.get("amount")}}


def _nodes(connection: Any) -> list[Json]:
    return objects(object_(connection).get("nodes"))
