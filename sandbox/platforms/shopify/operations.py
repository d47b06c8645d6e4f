"""Answers the operations of the Admin API that the product calls, by the names it gives them."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.platforms.shopify import looking
from sandbox.platforms.shopify.deeds import cancelling, editing, refunding, returning
from sandbox.platforms.shopify.shop import Json, Shop

NAME = re.compile(r"\s*(?:query|mutation)\s+(\w+)")
NEEDS = {
    "orders": "read_orders",
    "disputes": "read_shopify_payments_disputes",
    "fulfillments": "read_fulfillments",
    "fulfillment": "read_fulfillments",
    "refunds": "read_orders",
    "returns": "read_returns",
    "customers": "read_customers",
    "products": "read_products",
    "variants": "read_products",
    "CUSTOMERS_MERGE": "read_customer_merge",
}
_TOPIC = re.compile(r"[A-Z]+(_[A-Z]+)+")


def answer(shop: Shop, query: str, variables: Json) -> Json:
    """Answers one operation with its `data`.

    Raises DeniedError, NoKeyError, and LookupError for an operation that nobody knows.
    """
    found = NAME.match(query)
    operation = OPERATIONS.get(found.group(1)) if found else None
    if operation is None:
        raise LookupError(f"no operation {found.group(1) if found else query[:40]!r}")
    if "refundCreate" in query and not refunding.KEYED.search(query):
        raise refunding.NoKeyError("The @idempotent directive is required for this mutation but was not provided.")
    return operation(shop, variables)


def installation(shop: Shop, _variables: Json) -> Json:
    """Names the shop, and the scopes."""
    scopes = [{"handle": each} for each in sorted(shop.scopes)]
    named = {"name": shop.name, "myshopifyDomain": shop.domain}
    return {"shop": named, "currentAppInstallation": {"accessScopes": scopes}}


def listed(shop: Shop, variables: Json) -> Json:
    """Lists the app's subscriptions, a page of ten."""
    return {"webhookSubscriptions": looking.page(list(shop.subscriptions.values()), variables.get("after"), 10)}


def subscribe(shop: Shop, variables: Json) -> Json:
    """Makes a subscription; the same one twice is refused."""
    topic, webhook = str(variables["topic"]), variables["webhook"]
    _require(shop, topic)
    errors = _refused(topic, webhook)
    if any(each["topic"] == topic and each["uri"] == webhook["uri"] for each in shop.subscriptions.values()):
        errors.append({"field": ["webhookSubscription", "uri"], "message": "Address has already been taken"})
    made = None
    if not errors:
        made = {"id": shop.new_id("WebhookSubscription"), "topic": topic, **webhook}
        shop.subscriptions[made["id"]] = made
    return {"webhookSubscriptionCreate": {"webhookSubscription": made, "userErrors": errors}}


def resubscribe(shop: Shop, variables: Json) -> Json:
    """Changes a subscription."""
    known = shop.subscriptions.get(str(variables["id"]))
    errors = [] if known else [{"field": ["id"], "message": "Webhook subscription does not exist"}]
    if known:
        errors = _refused(known["topic"], variables["webhook"])
    if known and not errors:
        known.update(variables["webhook"])
    return {"webhookSubscriptionUpdate": {"webhookSubscription": known, "userErrors": errors}}


def changed(shop: Shop, variables: Json) -> Json:
    """Lists orders by the time of their last change, a page of two."""
    shop.need("read_orders")
    return {"orders": looking.changed(list(shop.orders.values()), variables, 2)}


def changed_customers(shop: Shop, variables: Json) -> Json:
    """Lists customers likewise."""
    shop.need("read_customers")
    return {"customers": looking.changed(list(shop.customers.values()), variables, 2)}


def changed_products(shop: Shop, variables: Json) -> Json:
    """Lists products likewise, each with a page of its variants."""
    shop.need("read_products")
    page = looking.changed(list(shop.products.values()), variables, 2)
    page["nodes"] = [{**each, "variants": looking.page(each["variants"]["nodes"], None, 75)} for each in page["nodes"]]
    return {"products": page}


def job(shop: Shop, variables: Json) -> Json:
    """Shows a job."""
    shop.need("read_orders")
    return {"node": cancelling.look(shop, str(variables["id"]))}


OPERATIONS: dict[str, Callable[[Shop, Json], Json]] = {
    "Installation": installation,
    "Subscriptions": listed,
    "Subscribe": subscribe,
    "Resubscribe": resubscribe,
    "Changed": changed,
    "ChangedCustomers": changed_customers,
    "ChangedProducts": changed_products,
    "Variants": looking.variants,
    "OrderNamed": looking.named,
    "OrderNow": looking.now,
    "OrderLines": looking.lines,
    "OrderMoves": looking.moves,
    "OrderReturns": looking.to_return,
    "OrderToCancel": looking.to_cancel,
    "CancelOrder": cancelling.begin,
    "CancelJob": job,
    "OrderToSend": looking.moves,
    "SendElsewhere": editing.update,
    "OrderToEdit": looking.to_edit,
    "KeepAim": editing.keep,
    "BeginEdit": editing.begin,
    "SetQuantity": editing.set_quantity,
    "AddVariant": editing.add_variant,
    "CommitEdit": editing.commit,
    "OrderToReturn": looking.to_return,
    "Returnable": returning.returnable,
    "CreateReturn": returning.create,
    "ReleaseReplacement": returning.process,
    "OrderToRefund": looking.to_refund,
    "GiveBack": refunding.create,
}


def _require(shop: Shop, topic: str) -> None:
    if scope := NEEDS.get(topic) or NEEDS.get(topic.lower().partition("_")[0], ""):
        shop.need(scope)


def _refused(topic: str, webhook: Json) -> list[dict[str, Any]]:
    errors = []
    if not _TOPIC.fullmatch(topic):
        errors.append({"field": ["topic"], "message": f"Topic {topic} is invalid"})
    if not str(webhook.get("uri", "")).startswith(("https://", "http://127.0.0.1:")):
        errors.append({"field": ["webhookSubscription", "uri"], "message": "Address protocol http:// is not supported"})
    return errors
