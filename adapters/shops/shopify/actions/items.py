"""Changes the items of an order that has not left, in one edit: all of it, or nothing.

https://shopify.dev/docs/apps/build/orders-fulfillment/order-management-apps/edit-orders: what is begun and not
committed is no change. Before the first edit the aim is written to the order (a metafield of our app, named by the
request's id), so that a repeated request sees what is still to be done, and adds nothing twice.
"""

import json
from typing import Any

import msgspec

from adapters.shops.shopify.actions.calls import (
    DONE,
    LEFT,
    NOTE,
    FaultsError,
    change,
    document,
    find,
    for_people,
    gid,
    nodes,
    refused,
)
from adapters.shops.shopify.admin.client import Admin
from adapters.shops.shopify.inbound.values import id_of
from adapters.shops.values import Json, object_, text
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import Refusal, ShopAnswer

NAMESPACE = "$app"  # reserved for our app: nobody else writes there
FIND = document(
    "OrderToEdit",
    """merchantEditable merchantEditableErrors lineItems(first: 250) { nodes { id currentQuantity variant { id } } }
    metafield(namespace: "$app", key: $key) { value }""",
    ", $key: String!",
)
AIM = """mutation KeepAim($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { metafields { id } userErrors { field message code } } }"""
BEGIN = """mutation BeginEdit($id: ID!) {
  orderEditBegin(id: $id) {
    calculatedOrder { id lineItems(first: 250) { nodes { id } } } userErrors { field message } } }"""
SET = """mutation SetQuantity($id: ID!, $line: ID!, $quantity: Int!) {
  orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: true) {
    calculatedOrder { id } userErrors { field message } } }"""
ADD = """mutation AddVariant($id: ID!, $variant: ID!, $quantity: Int!) {
  orderEditAddVariant(id: $id, variantId: $variant, quantity: $quantity, allowDuplicates: true) {
    calculatedOrder { id } userErrors { field message } } }"""
COMMIT = """mutation CommitEdit($id: ID!, $note: String) {
  orderEditCommit(id: $id, notifyCustomer: false, staffNote: $note) {
    order { id } userErrors { field message } } }"""
_SOLD_OUT = ("stock", "inventory", "available")


class Aim(msgspec.Struct, frozen=True):
    """How many of each line there shall be, and how many of each variant on all other lines."""

    lines: dict[str, int] = {}
    variants: dict[str, int] = {}


async def change_items(admin: Admin, request: OutgoingEvent) -> ShopAnswer:
    """Changes them. Raises NoSuchOrderError, SendError."""
    order = await find(admin, FIND, request.data["order_number"], key=request.data["id"])
    kept = _kept(order)
    aim = kept or _aim(request.data["items"], order)
    lines, variants = _lacking(aim, order)
    if not lines and not variants:
        return DONE
    if refusal := _refusal(order):
        return refusal
    try:
        if kept is None:
            await _keep(admin, order, request.data["id"], aim)
        await _edit(admin, order, request.data["id"], lines, variants)
    except FaultsError as error:
        return refused(Refusal.OUT_OF_STOCK) if error.speaks_of(*_SOLD_OUT) else for_people(str(error))
    return DONE


def _refusal(order: Json) -> ShopAnswer | None:
    if order.get("cancelledAt"):
        return refused(Refusal.CANCELLED)
    if text(order.get("displayFulfillmentStatus")) in LEFT:
        return refused(Refusal.SENT)
    if order.get("merchantEditable") is False:
        return for_people(" ".join(map(str, order.get("merchantEditableErrors") or ["the order cannot be edited"])))
    return None


def _kept(order: Json) -> Aim | None:
    """Reads the aim that an earlier try of this request wrote."""
    value = text(object_(order.get("metafield")).get("value"))
    try:
        return msgspec.json.decode(value, type=Aim) if value else None
    except msgspec.DecodeError:
        return None


def _aim(items: list[dict[str, Any]], order: Json) -> Aim:
    """Works out what there shall be in the end of what is wished: `[{line_id?, quantity?, variant_id?}]`."""
    now_is = {id_of(line.get("id")): line for line in nodes(order.get("lineItems"))}
    lines: dict[str, int] = {}
    more: dict[str, int] = {}
    for wish in items:
        line_id, variant, quantity = id_of(wish.get("line_id")), id_of(wish.get("variant_id")), wish.get("quantity")
        line = now_is.get(line_id, {})
        if line_id and variant in ("", _variant(line)):
            lines[line_id] = int(line.get("currentQuantity", 0) if quantity is None else quantity)
            continue
        if line_id:
            lines[line_id] = 0
        of_line = line.get("currentQuantity", 1) if line_id else 1
        more[variant] = more.get(variant, 0) + int(of_line if quantity is None else quantity)
    return Aim(lines, {variant: _there(order, variant, lines) + added for variant, added in more.items()})


def _lacking(aim: Aim, order: Json) -> tuple[dict[str, int], dict[str, int]]:
    """Says what is to be done: quantities of lines to be set, and how many of a variant are to be added."""
    now_is = {id_of(line.get("id")): int(line.get("currentQuantity") or 0) for line in nodes(order.get("lineItems"))}
    lines = {id_: wished for id_, wished in aim.lines.items() if now_is.get(id_, 0) != wished}
    lacking = {variant: wished - _there(order, variant, aim.lines) for variant, wished in aim.variants.items()}
    return lines, {variant: number for variant, number in lacking.items() if number > 0}


def _there(order: Json, variant: str, but: dict[str, int]) -> int:
    """Counts a variant on all lines that have no aim of their own."""
    lines = (each for each in nodes(order.get("lineItems")) if id_of(each.get("id")) not in but)
    return sum(int(each.get("currentQuantity") or 0) for each in lines if _variant(each) == variant)


def _variant(line: Json) -> str:
    return id_of(object_(line.get("variant")).get("id"))


async def _keep(admin: Admin, order: Json, key: str, aim: Aim) -> None:
    value = json.dumps(msgspec.to_builtins(aim))
    field = {"ownerId": order["id"], "namespace": NAMESPACE, "key": key, "type": "json", "value": value}
    await change(admin, AIM, metafields=[field])


async def _edit(admin: Admin, order: Json, key: str, lines: dict[str, int], variants: dict[str, int]) -> None:
    """Makes one edit. A line that the edit does not have any more has nothing left to be changed."""
    begun = object_((await change(admin, BEGIN, id=order["id"])).get("calculatedOrder"))
    known = {id_of(each.get("id")): each["id"] for each in nodes(begun.get("lineItems"))}
    for line_id, quantity in lines.items():
        if line_id in known:
            await change(admin, SET, id=begun["id"], line=known[line_id], quantity=quantity)
    for variant, quantity in variants.items():
        await change(admin, ADD, id=begun["id"], variant=gid("ProductVariant", variant), quantity=quantity)
    note = f"The customer asked for it in a chat. Doorstep {key}"[:NOTE]
    await change(admin, COMMIT, id=begun["id"], note=note)
