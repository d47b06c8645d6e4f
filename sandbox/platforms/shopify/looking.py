"""Answers what is asked before something is done: the order by its number, as each action wants to see it."""

import re
from datetime import UTC, datetime
from typing import Any

from sandbox.platforms.shopify.deeds.editing import editable
from sandbox.platforms.shopify.money import suggested
from sandbox.platforms.shopify.shop import Json, Shop, nodes

_NAME = re.compile(r"name:'((?:[^'\\]|\\.)*)'")
_ORDER: Json = {"shippingLines": {"nodes": []}, "discountApplications": {"nodes": []}, "customer": None}
_SINCE = re.compile(r"updated_at:>='?([^'\s]+)'?")


def named(shop: Shop, variables: Json) -> Json:
    """Finds orders by `name:'…'`, as the search does: a part of it is enough."""
    shop.need("read_orders")
    asked = _NAME.search(str(variables["query"]))
    name = re.sub(r"\\(.)", r"\1", asked.group(1)) if asked else ""
    return {"orders": {"nodes": [order for order in shop.orders.values() if name in order["name"]][:20]}}


def now(shop: Shop, variables: Json) -> Json:
    """Shows an order."""
    order = _order(shop, variables)
    return {"order": order and {**_ORDER, **order, "lineItems": page(nodes(order, "lineItems"), None, 50)}}


def lines(shop: Shop, variables: Json) -> Json:
    """Shows lines of an order, a page of fifty."""
    order = _order(shop, variables)
    return {"order": order and {"lineItems": page(nodes(order, "lineItems"), variables["after"], 50)}}


def moves(shop: Shop, variables: Json) -> Json:
    """Shows an order with its parcels and refunds."""
    order = _order(shop, variables)
    return {"order": order and {"fulfillments": [], "refunds": [], **order}}


def to_cancel(shop: Shop, variables: Json) -> Json:
    """Shows an order with its returns that are open."""
    order = _order(shop, variables)
    return {"order": order and {**order, "returns": {"nodes": _open(order)}}}


def to_edit(shop: Shop, variables: Json) -> Json:
    """Shows an order with its lines, whether they can be changed, and one metafield."""
    order = _order(shop, variables)
    if order is None:
        return {"order": None}
    kept = shop.metafields.get((order["id"], variables["key"]))
    errors = [] if editable(order) else ["The order cannot be edited."]
    told = {"merchantEditable": not errors, "merchantEditableErrors": errors}
    return {"order": {**order, **told, "metafield": {"value": kept} if kept else None}}


def to_return(shop: Shop, variables: Json) -> Json:
    """Shows an order with its returns, newest first."""
    shop.need("read_returns")
    order = _order(shop, variables)
    listed = order and [{"reverseFulfillmentOrders": {"nodes": []}, **each} for each in nodes(order, "returns")[::-1]]
    return {"order": order and {**order, "returns": {"nodes": listed}}}


def to_refund(shop: Shop, variables: Json) -> Json:
    """Shows an order with what was given back, and what can be."""
    order = _order(shop, variables)
    return {"order": order and {**order, "suggestedRefund": suggested(shop, order)}}


def variants(shop: Shop, variables: Json) -> Json:
    """Shows variants of a product."""
    shop.need("read_products")
    product = shop.products.get(variables["id"])
    return {"product": product and {"variants": page(nodes(product, "variants"), variables["after"], 250)}}


def changed(listed: list[Json], variables: Json, size: int) -> Json:
    """Lists what changed since `updated_at:>=`, oldest first, a page of `size`."""
    since = _SINCE.search(str(variables["query"]))
    begin = datetime.fromisoformat(since.group(1)) if since else datetime.fromtimestamp(0, UTC)
    ordered = sorted(listed, key=lambda each: datetime.fromisoformat(each["updatedAt"]))
    return page(
        [each for each in ordered if datetime.fromisoformat(each["updatedAt"]) >= begin], variables["after"], size
    )


def page(items: list[Json], after: Any, size: int) -> Json:
    """Cuts a page out of a connection."""
    begin = int(after) if after else 0
    end = begin + size
    info = {"hasNextPage": end < len(items), "endCursor": str(end) if items else None}
    return {"nodes": items[begin:end], "pageInfo": info}


def _order(shop: Shop, variables: Json) -> Json | None:
    shop.need("read_orders")
    order = shop.orders.get(variables["id"])
    if order is not None:
        order.setdefault("cancelledAt", None)
    return order


def _open(order: Json) -> list[Json]:
    return [each for each in nodes(order, "returns") if each["status"] == "OPEN"]
