"""Makes a return that is approved, with what is wanted instead.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/returnCreate: it is open at once. Our number is in the note
of each line, so that a repeated request finds the return it made before. What replaces an item that was broken, wrong
or missing is released at once (returnProcess); what is exchanged as the customer wishes waits until the store has what
comes back.
"""

from typing import Any

from adapters.shops.shopify.actions.calls import (
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
from adapters.shops.shopify.admin.pages import pages
from adapters.shops.shopify.inbound.refunds import MARK
from adapters.shops.shopify.inbound.values import id_of
from adapters.shops.values import Json, object_, text
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus

_EXCHANGES = "exchangeLineItems(first: 50) { nodes { id quantity unprocessedQuantity } }"
FIND = document(
    "OrderToReturn",
    f"""returns(first: 10, reverse: true) {{ nodes {{ id status
      returnLineItems(first: 5) {{ nodes {{ id returnReasonNote }} }} {_EXCHANGES} }} }}""",
)
RETURNABLE = """query Returnable($id: ID!, $after: String) {
  returnableFulfillments(orderId: $id, first: 5, after: $after) { pageInfo { hasNextPage endCursor }
    nodes { returnableFulfillmentLineItems(first: 50) { nodes {
      quantity fulfillmentLineItem { id lineItem { id } } } } } } }"""
CREATE = f"""mutation CreateReturn($input: ReturnInput!) {{
  returnCreate(returnInput: $input) {{
    return {{ id status {_EXCHANGES} }} userErrors {{ code field message }} }} }}"""
PROCESS = """mutation ReleaseReplacement($input: ReturnProcessInput!) {
  returnProcess(input: $input) { return { id } userErrors { code field message } } }"""
REASONS = {
    "size_small": "SIZE_TOO_SMALL",
    "size_large": "SIZE_TOO_LARGE",
    "changed_mind": "UNWANTED",
    "gift": "UNWANTED",
    "not_as_described": "NOT_AS_DESCRIBED",
    "damaged": "DEFECTIVE",
    "defective": "DEFECTIVE",
    "wrong_item": "WRONG_ITEM",
    "color": "COLOR",
    "style": "STYLE",
}
OURS = frozenset(("damaged", "wrong", "missing"))  # conditions that are the store's mistake
DEAD = frozenset(("CANCELED", "DECLINED"))  # a return that was called off is none that we made
NOTE = 255


async def create_return(admin: Admin, request: OutgoingEvent) -> ShopAnswer:
    """Makes it, or finds the one that was made. Raises NoSuchOrderError, SendError."""
    wanted = request.data["return"]
    order = await find(admin, FIND, request.data["order_number"])
    made = _made(order, wanted["id"])
    try:
        if made is None:
            lines = await _lines(admin, order, wanted)
            if lines is None:
                return refused(Refusal.NOT_RETURNABLE)
            made = await _create(admin, order, wanted, lines)
        await _release(admin, made, wanted)
    except FaultsError as error:
        if error.speaks_of("quantity", "already_exists"):
            return refused(Refusal.NOT_RETURNABLE)
        return refused(Refusal.OUT_OF_STOCK) if error.speaks_of("stock", "inventory") else for_people(str(error))
    return ShopAnswer(ShopStatus.DONE, id=id_of(made["id"]))


def _made(order: Json, reference: str) -> Json | None:
    """Finds the return with our number."""
    for found in nodes(order.get("returns")):
        notes = (text(each.get("returnReasonNote")) for each in nodes(found.get("returnLineItems")))
        marks = {mark.group(1) for note in notes if (mark := MARK.search(note))}
        if reference in marks and found.get("status") not in DEAD:
            return found
    return None


async def _lines(admin: Admin, order: Json, wanted: Json) -> list[Json] | None:
    """Says which pieces go back, by the parcels they came in; None where so many cannot (any more)."""
    left = [
        {"id": object_(each.get("fulfillmentLineItem")).get("id"), "line": _line_of(each), "left": each["quantity"]}
        async for parcel in pages(admin, RETURNABLE, "returnableFulfillments", id=order["id"])
        for each in nodes(parcel.get("returnableFulfillmentLineItems"))
    ]
    lines: list[Json] = []
    for wish in wanted["lines"]:
        missing = int(wish.get("quantity") or 1)
        for piece in left:
            taken = min(missing, piece["left"]) if piece["line"] == id_of(wish["line_id"]) else 0
            if taken > 0:
                lines.append({"fulfillmentLineItemId": piece["id"], "quantity": taken, **_reason(wish, wanted)})
                piece["left"] -= taken
                missing -= taken
        if missing:
            return None
    return lines


def _line_of(each: Json) -> str:
    return id_of(object_(object_(each.get("fulfillmentLineItem")).get("lineItem")).get("id"))


def _reason(wish: Json, wanted: Json) -> dict[str, str]:
    """Writes why; the note shows the store our number, and that credit is wanted where it is."""
    reason = text(wish.get("reason")) or "other"
    credit = ", store credit" if wanted.get("resolution") == "store_credit" else ""
    mark = f" [{wanted['id']}{credit}]"
    return {
        "returnReason": REASONS.get(reason, "OTHER"),
        "returnReasonNote": reason.replace("_", " ")[: NOTE - len(mark)] + mark,
    }


async def _create(admin: Admin, order: Json, wanted: Json, lines: list[Json]) -> Json:
    told: dict[str, Any] = {"orderId": order["id"], "returnLineItems": lines}
    instead = [
        {"variantId": gid("ProductVariant", object_(line["exchange_for"])["variant_id"]), "quantity": _quantity(line)}
        for line in wanted["lines"]
        if object_(line.get("exchange_for")).get("variant_id")
    ]
    if instead:
        told["exchangeLineItems"] = instead
    return object_((await change(admin, CREATE, input=told)).get("return"))


async def _release(admin: Admin, made: Json, wanted: Json) -> None:
    """Lets a replacement for our mistake leave, if it does not already."""
    if not all(line.get("condition") in OURS for line in wanted["lines"]):
        return
    waiting = [
        {"id": each["id"], "quantity": each["unprocessedQuantity"]}
        for each in nodes(made.get("exchangeLineItems"))
        if each.get("unprocessedQuantity")
    ]
    if waiting:
        told = {"returnId": made["id"], "exchangeLineItems": waiting, "notifyCustomer": False}
        await change(admin, PROCESS, input=told)


def _quantity(line: Json) -> int:
    return int(line.get("quantity") or 1)
