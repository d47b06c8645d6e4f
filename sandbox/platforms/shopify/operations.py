"""Answers the operations of the Admin API that the product calls, by the names it gives them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
NAME = re.compile(r"\s*(?:query|mutation)\s+(\w+)")
NEEDS = {
    "orders": "read_orders",
    "fulfillments": "read_fulfillments",
    "fulfillment": "read_fulfillments",
    "refunds": "read_orders",
    "returns": "read_returns",
    "customers": "read_customers",
    "products": "read_products",
    "variants": "read_products",
}
_TOPIC = re.compile(r"[A-Z]+(_[A-Z]+)+")
_SINCE = re.compile(r"updated_at:>='?([^'\s]+)'?")


class DeniedError(Exception):
    """Raised where a scope is missing; its words name it."""


class Shop:
    """Holds what the shop knows: its name, the scopes that it granted, subscriptions, and orders in GraphQL's shape."""

    def __init__(self, domain: str, name: str) -> None:
        self.domain = domain
        self.name = name
        self.scopes: set[str] = set(NEEDS.values())
        self.subscriptions: dict[str, Json] = {}
        self.orders: dict[str, Json] = {}
        self._count = 0

    def answer(self, query: str, variables: Json) -> Json:
        """Answers one operation with its `data`. Raises DeniedError, LookupError for one that nobody knows."""
        found = NAME.match(query)
        operation = OPERATIONS.get(found.group(1)) if found else None
        if operation is None:
            raise LookupError(f"no operation {found.group(1) if found else query[:40]!r}")
        return operation(self, variables)

    def installation(self, _variables: Json) -> Json:
        """Names the shop, and the scopes."""
        scopes = [{"handle": each} for each in sorted(self.scopes)]
        shop = {"name": self.name, "myshopifyDomain": self.domain}
        return {"shop": shop, "currentAppInstallation": {"accessScopes": scopes}}

    def listed(self, variables: Json) -> Json:
        """Lists the app's subscriptions, a page of ten."""
        return {"webhookSubscriptions": _page(list(self.subscriptions.values()), variables.get("after"), 10)}

    def subscribe(self, variables: Json) -> Json:
        """Makes a subscription; the same one twice is refused."""
        topic, webhook = str(variables["topic"]), variables["webhook"]
        self._require(topic)
        errors = _refused(topic, webhook)
        if any(each["topic"] == topic and each["uri"] == webhook["uri"] for each in self.subscriptions.values()):
            errors.append({"field": ["webhookSubscription", "uri"], "message": "Address has already been taken"})
        made = None
        if not errors:
            self._count += 1
            made = {"id": f"gid://shopify/WebhookSubscription/{self._count}", "topic": topic, **webhook}
            self.subscriptions[made["id"]] = made
        return {"webhookSubscriptionCreate": {"webhookSubscription": made, "userErrors": errors}}

    def resubscribe(self, variables: Json) -> Json:
        """Changes a subscription."""
        known = self.subscriptions.get(str(variables["id"]))
        errors = [] if known else [{"field": ["id"], "message": "Webhook subscription does not exist"}]
        if known:
            errors = _refused(known["topic"], variables["webhook"])
        if known and not errors:
            known.update(variables["webhook"])
        return {"webhookSubscriptionUpdate": {"webhookSubscription": known, "userErrors": errors}}

    def changed(self, variables: Json) -> Json:
        """Lists orders by the time of their last change, a page of two."""
        self._require("ORDERS_LIST")
        since = _SINCE.search(str(variables["query"]))
        begin = _moment(since.group(1)) if since else datetime.fromtimestamp(0, UTC)
        listed = sorted(self.orders.values(), key=lambda each: _moment(each["updatedAt"]))
        found = [each for each in listed if _moment(each["updatedAt"]) >= begin]
        return {"orders": _page(found, variables["after"], 2)}

    def _require(self, topic: str) -> None:
        scope = NEEDS.get(topic.lower().partition("_")[0], "")
        if scope and not self.scopes & {scope, scope.replace("read_", "write_")}:
            raise DeniedError(f"`{scope}` access scope.")


OPERATIONS: dict[str, Callable[[Shop, Json], Json]] = {
    "Installation": Shop.installation,
    "Subscriptions": Shop.listed,
    "Subscribe": Shop.subscribe,
    "Resubscribe": Shop.resubscribe,
    "Changed": Shop.changed,
}


def _refused(topic: str, webhook: Json) -> list[Json]:
    errors = []
    if not _TOPIC.fullmatch(topic):
        errors.append({"field": ["topic"], "message": f"Topic {topic} is invalid"})
    if not str(webhook.get("uri", "")).startswith(("https://", "http://127.0.0.1:")):
        errors.append({"field": ["webhookSubscription", "uri"], "message": "Address protocol http:// is not supported"})
    return errors


def _page(items: list[Json], after: Any, size: int) -> Json:
    begin = int(after) if after else 0
    end = begin + size
    info = {"hasNextPage": end < len(items), "endCursor": str(end) if items else None}
    return {"nodes": items[begin:end], "pageInfo": info}


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)
