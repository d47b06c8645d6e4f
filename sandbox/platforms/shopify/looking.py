"""Answers what is asked before something is done: the order by its number, as each action wants to see it."""

import re
from datetime import UTC, datetime
from typing import Any

from sandbox.platforms.shopify.deeds.editing import editable
from sandbox.platforms.shopify.money import suggested
from sandbox.platforms.shopify.shop import Json, Shop, nodes

_NAME = re.compile(r"name:'((?:[^'\\]|\\.)*)'")
_SINCE = re.compile(r"updated_at:>='?([^'\s]+)'?")


def to_cancel(shop: Shop, variables: Json) -> Json:
    """Shows orders with their returns that are open."""
    found = named(shop, variables)
    return _shown([{**order, "returns": {"nodes": _open(order)}} for order in found])


def to_send(shop: Shop, variables: Json) -> Json:
    """Shows orders with their address."""
    return _shown([{"shippingAddress": None, **order} for order in named(shop, variables)])


def to_edit(shop: Shop, variables: Json) -> Json:
    """Shows orders with their lines, whether they can be changed, and one metafield."""
    found = []
    for order in named(shop, variables):
        kept = shop.metafields.get((order["id"], variables["key"]))
        errors = [] if editable(order) else ["The order cannot be edited."]
        told = {"merchantEditable": not errors, "merchantEditableErrors": errors}
        found.append({**order, **told, "metafield": {"value": kept} if kept else None})
    return _shown(found)


def to_return(shop: Shop, variables: Json) -> Json:
    """Shows orders with their returns, newest first."""
    shop.need("read_returns")
    found = named(shop, variables)
    return _shown([{**order, "returns": {"nodes": nodes(order, "returns")[::-1]}} for order in found])


def to_refund(shop: Shop, variables: Json) -> Json:
    """Shows orders with what was given back, and what can be."""
    return _shown([{**order, "suggestedRefund": suggested(shop, order)} for order in named(shop, variables)])


def named(shop: Shop, variables: Json) -> list[Json]:
    """Finds orders by `name:'…'`, as the search does: a part of it is enough."""
    shop.need("read_orders")
    asked = _NAME.search(str(variables["query"]))
    name = re.sub(r"\\(.)", r"\1", asked.group(1)) if asked else ""
    found = [order for order in shop.orders.values() if name in order["name"]]
    for order in found:
        order.setdefault("cancelledAt", None)
    return found


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


def _open(order: Json) -> list[Json]:
    return [each for each in nodes(order, "returns") if each["status"] == "OPEN"]


def _shown(orders: list[Json]) -> Json:
    return {"orders": {"nodes": orders[:5]}}
