"""Changes an order: its address at once, its items in an edit that counts only when it is committed."""

import copy
import re

from sandbox.platforms.shopify import rest
from sandbox.platforms.shopify.money import bag
from sandbox.platforms.shopify.shop import Json, Shop, UserError, mutation, nodes, number_of

SENT = ("FULFILLED", "PARTIALLY_FULFILLED")
FIELDS = ("address1", "address2", "city", "zip", "provinceCode", "firstName", "lastName", "company", "phone")
ZIPS = {"US": r"\d{5}(-\d{4})?", "DE": r"\d{5}", "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d"}


@mutation("orderUpdate", "order")
def update(shop: Shop, variables: Json) -> Json:
    """Writes a new address: `orderUpdate`."""
    shop.need("write_orders")
    order, address = shop.order(variables["input"]["id"]), variables["input"]["shippingAddress"]
    pattern = ZIPS.get(address.get("countryCode", ""))
    if pattern and not re.fullmatch(pattern, str(address.get("zip", "")).upper()):
        raise UserError("Zip is not valid for the country", "shippingAddress.zip")
    if address.get("countryCode") == "US" and not re.fullmatch("[A-Z]{2}", address.get("provinceCode") or ""):
        raise UserError("Province is not a valid province in the country", "shippingAddress.province")
    order["shippingAddress"] = {**dict.fromkeys(FIELDS), **address, "countryCodeV2": address.get("countryCode")}
    shop.changed(order)
    shop.told.append(("orders/updated", rest.order(order)))
    return {"id": order["id"]}


@mutation("metafieldsSet", "metafields")
def keep(shop: Shop, variables: Json) -> list[Json]:
    """Writes metafields: `metafieldsSet`. Namespaces that begin with $app are the app's own."""
    shop.need("write_orders")
    for field in variables["metafields"]:
        shop.metafields[(field["ownerId"], field["key"])] = field["value"]
    return [{"id": shop.new_id("Metafield")} for _ in variables["metafields"]]


@mutation("orderEditBegin", "calculatedOrder")
def begin(shop: Shop, variables: Json) -> Json:
    """Begins an edit: `orderEditBegin`."""
    shop.need("write_order_edits")
    order = shop.order(variables["id"])
    if not editable(order):
        raise UserError("The order cannot be edited.", "id")
    id_ = shop.new_id("CalculatedOrder")
    lines = {f"gid://shopify/CalculatedLineItem/{number_of(each['id'])}": each for each in nodes(order, "lineItems")}
    shop.edits[id_] = {"order": order["id"], "lines": lines, "set": {}, "added": [], "seen": order["updatedAt"]}
    return {"id": id_, "lineItems": {"nodes": [{"id": each} for each in lines]}}


@mutation("orderEditSetQuantity", "calculatedOrder")
def set_quantity(shop: Shop, variables: Json) -> Json:
    """Stages another quantity: `orderEditSetQuantity`."""
    shop.need("write_order_edits")
    edit = _edit(shop, variables["id"])
    line = edit["lines"].get(variables["line"])
    if line is None:
        raise UserError("The calculated line item does not exist.", "lineItemId")
    if variables["quantity"] > line["currentQuantity"]:
        _require_stock(shop, number_of((line.get("variant") or {}).get("id")), variables["quantity"])
    edit["set"][line["id"]] = variables["quantity"]
    return {"id": variables["id"]}


@mutation("orderEditAddVariant", "calculatedOrder")
def add_variant(shop: Shop, variables: Json) -> Json:
    """Stages another line: `orderEditAddVariant`."""
    shop.need("write_order_edits")
    edit = _edit(shop, variables["id"])
    if variables["quantity"] < 1:
        raise UserError("Quantity must be greater than 0", "quantity")
    _require_stock(shop, number_of(variables["variant"]), variables["quantity"])
    edit["added"].append((variables["variant"], variables["quantity"]))
    return {"id": variables["id"]}


@mutation("orderEditCommit", "order")
def commit(shop: Shop, variables: Json) -> Json:
    """Makes what was staged true: `orderEditCommit`. An order that changed meanwhile is not overwritten."""
    shop.need("write_order_edits")
    edit = _edit(shop, variables["id"])
    order = shop.orders[edit["order"]]
    if order["updatedAt"] != edit["seen"]:
        raise UserError("The order has changed since the edit began.", "id")
    if not edit["set"] and not edit["added"]:
        raise UserError("There are no changes to commit.", "id")
    del shop.edits[variables["id"]]
    for line in nodes(order, "lineItems"):
        if line["id"] in edit["set"]:
            line["currentQuantity"] = line["unfulfilledQuantity"] = edit["set"][line["id"]]
    for variant, quantity in edit["added"]:
        add_line(shop, order, variant, quantity)
    shop.changed(order)
    edited = {"order_id": int(number_of(order["id"])), "notify_customer": False}
    shop.told += [("orders/edited", {"order_edit": edited}), ("orders/updated", rest.order(order))]
    return {"id": order["id"]}


def editable(order: Json) -> bool:
    """Tells whether items can still be changed."""
    return not order.get("cancelledAt") and order.get("displayFulfillmentStatus") not in SENT


def add_line(shop: Shop, order: Json, variant: str, quantity: int) -> Json:
    """Adds a line to an order, at the price of the variant."""
    known = shop.variants.get(number_of(variant), {})
    price = bag(known.get("price", 0), order["presentmentCurrencyCode"])
    line = {
        "id": shop.new_id("LineItem"),
        "title": known.get("title", "Item"),
        "sku": known.get("sku"),
        "variantTitle": known.get("variant"),
        "quantity": quantity,
        "currentQuantity": quantity,
        "unfulfilledQuantity": quantity,
        "originalUnitPriceSet": price,
        "product": None,
        "variant": {"id": variant},
        "taxLines": [],
        "discountAllocations": [],
    }
    nodes(order, "lineItems").append(copy.deepcopy(line))
    if number_of(variant) in shop.stock:
        shop.stock[number_of(variant)] -= quantity
    return line


def _edit(shop: Shop, id_: str) -> Json:
    found = shop.edits.get(id_)
    if found is None:
        raise UserError("The calculated order does not exist.", "id")
    return found


def _require_stock(shop: Shop, variant: str, quantity: int) -> None:
    if shop.stock.get(variant, quantity) < quantity:
        raise UserError("The variant does not have enough inventory available.", "variantId")
