"""Fetches orders that changed since a time: first which, then each with its lines, parcels, refunds and returns.

https://shopify.dev/docs/api/admin-graphql/latest/queries/orders. A query may cost a thousand points at most, and a
connection costs as much as it may bring (https://shopify.dev/docs/api/usage/limits): so an order is read in parts.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from adapters.shops.shopify.admin.client import Admin
from adapters.shops.shopify.admin.pages import pages
from adapters.shops.shopify.catchup import shapes
from adapters.shops.shopify.inbound.headers import Envelope
from adapters.shops.shopify.inbound.orders import ordered
from adapters.shops.shopify.inbound.refunds import returned
from adapters.shops.shopify.inbound.values import id_of
from adapters.shops.values import Json, digest, object_, text
from adapters.transport.json_text import without_nul
from core.shop.store_events import StoreEvent

_ADDRESS = "{ firstName lastName name address1 address2 city zip provinceCode countryCodeV2 phone }"
_MONEY = "{ presentmentMoney { amount currencyCode } }"
_LINES = f"""pageInfo {{ hasNextPage endCursor }} nodes {{
  id title sku variantTitle quantity currentQuantity unfulfilledQuantity originalUnitPriceSet {_MONEY}
  product {{ id }} variant {{ id }} taxLines {{ priceSet {_MONEY} }}
  discountAllocations {{ allocatedAmountSet {_MONEY} discountApplication {{ index }} }} }}"""
CHANGED = """query Changed($query: String!, $after: String) {
  orders(first: 100, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor } nodes { id updatedAt } } }"""
NOW = f"""query OrderNow($id: ID!) {{
  order(id: $id) {{
    id name createdAt updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus
    currencyCode presentmentCurrencyCode taxesIncluded email phone customerLocale statusPageUrl paymentGatewayNames
    currentTotalPriceSet {_MONEY} totalPriceSet {_MONEY} customAttributes {{ key value }}
    shippingAddress {_ADDRESS} billingAddress {_ADDRESS}
    customer {{ id firstName lastName defaultEmailAddress {{ emailAddress }}
      defaultPhoneNumber {{ phoneNumber smsMarketingConsent {{ state updatedAt }}
        whatsAppMarketingConsent {{ state updatedAt }} }} }}
    lineItems(first: 50) {{ {_LINES} }}
    shippingLines(first: 5) {{ nodes {{ title discountedPriceSet {_MONEY} }} }}
    discountApplications(first: 10) {{ nodes {{ index
      ... on DiscountCodeApplication {{ code }} ... on AutomaticDiscountApplication {{ title }} }} }} }} }}"""
LINES = f"""query OrderLines($id: ID!, $after: String) {{
  order(id: $id) {{ lineItems(first: 50, after: $after) {{ {_LINES} }} }} }}"""
MOVES = f"""query OrderMoves($id: ID!) {{
  order(id: $id) {{
    fulfillments(first: 10) {{ id status displayStatus updatedAt trackingInfo(first: 1) {{ company number url }}
      fulfillmentLineItems(first: 20) {{ nodes {{ quantity lineItem {{ id }} }} }} }}
    refunds(first: 10) {{ id createdAt
      transactions(first: 3) {{ nodes {{ kind status gateway amountSet {_MONEY} }} }}
      refundLineItems(first: 10) {{ nodes {{ quantity lineItem {{ id }} }} }} }} }} }}"""
RETURNS = """query OrderReturns($id: ID!) {
  order(id: $id) { returns(first: 5, reverse: true) { nodes { id name status
    returnLineItems(first: 20) { nodes { quantity returnReason returnReasonNote customerNote
      ... on ReturnLineItem { fulfillmentLineItem { lineItem { id } } } } }
    reverseFulfillmentOrders(first: 2) { nodes { reverseDeliveries(first: 2) { nodes { deliverable {
      ... on ReverseDeliveryShippingDeliverable { label { publicFileUrl } } } } } } } } } } }"""


async def changed(admin: Admin, shop: str, since: datetime, *, returns: bool) -> list[StoreEvent]:
    """Fetches them, oldest change first; each event has the time of the order's change. `returns`: with these.

    An order that cannot be read is left out: the others are news too. Raises SendError.
    """
    found: list[StoreEvent] = []
    asked = f"updated_at:>='{since.isoformat()}'"
    async for named in pages(admin, CHANGED, "orders", query=asked):
        node = await _whole(admin, text(named.get("id")))
        back = await _part(admin, RETURNS, node) if returns else {}
        found += _events(node, shapes.nodes(back.get("returns")), shop)
    return found


async def _whole(admin: Admin, id_: str) -> Json:
    """Reads an order in all its parts."""
    node = object_(without_nul((await admin.ask(NOW, id=id_)).get("order")))
    lines = object_(node.get("lineItems"))
    if object_(lines.get("pageInfo")).get("hasNextPage"):
        every = [line async for line in pages(admin, LINES, "order", "lineItems", id=id_)]
        node = {**node, "lineItems": {"nodes": every}}
    return {**node, **await _part(admin, MOVES, node)}


async def _part(admin: Admin, query: str, node: Json) -> Json:
    return object_(without_nul((await admin.ask(query, id=node.get("id"))).get("order")))


def _events(node: Json, returns: Sequence[Json], shop: str) -> list[StoreEvent]:
    """Translates one order; its id names this very state of it, so that asking twice is one event."""
    changed_at = text(node.get("updatedAt"))
    try:
        at = datetime.fromisoformat(changed_at)
        envelope = Envelope(f"changed:{id_of(node.get('id'))}:{changed_at}", "orders/updated", shop, at)
        events = list(ordered(envelope, shapes.order(node)))
        return events + [event for each in returns for event in _returned(each, node, shop, at)]
    except (ValueError, ValidationError):
        return []


def _returned(told: Json, order: Json, shop: str, at: datetime) -> Sequence[StoreEvent]:
    """Translates a return; one that stands as it stood is the same event."""
    key = f"changed:{id_of(told.get('id'))}:{digest(told)}"
    envelope = Envelope(key, "returns/update", shop, at)
    return returned(envelope, shapes.returned(told, text(order.get("id"))))
