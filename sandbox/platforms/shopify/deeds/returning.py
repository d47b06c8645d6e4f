"""Makes, processes and ends returns.

https://shopify.dev/docs/apps/build/orders-fulfillment/returns-apps: only what was sent, and is not on its way back, can
be returned; an exchange becomes part of the order when the return is processed.
"""

from sandbox.platforms.shopify import rest
from sandbox.platforms.shopify.deeds.editing import add_line
from sandbox.platforms.shopify.looking import page
from sandbox.platforms.shopify.shop import Json, Shop, UserError, mutation, nodes, number_of

NOTE = 255
TOPICS = {"OPEN": "returns/approve", "CLOSED": "returns/close", "DECLINED": "returns/decline"}
TOPICS |= {"CANCELED": "returns/cancel", "REQUESTED": "returns/request"}
GONE = ("CANCELED", "DECLINED")


def returnable(shop: Shop, variables: Json) -> Json:
    """Lists what can be returned: `returnableFulfillments`."""
    shop.need("read_returns")
    order = shop.orders.get(variables["id"], {})
    found = []
    for parcel in order.get("fulfillments") or []:
        pieces = [{"quantity": left, "fulfillmentLineItem": piece} for piece, left in _left(order, parcel) if left > 0]
        if pieces:
            found.append({"returnableFulfillmentLineItems": {"nodes": pieces}})
    return {"returnableFulfillments": page(found, variables["after"], 1)}


@mutation("returnCreate", "return")
def create(shop: Shop, variables: Json) -> Json:
    """Makes a return that is open: `returnCreate`."""
    shop.need("write_returns")
    told = variables["input"]
    return _made(shop, shop.order(told["orderId"], "orderId"), told)


@mutation("returnProcess", "return")
def process(shop: Shop, variables: Json) -> Json:
    """Confirms what comes back, or what is sent instead: `returnProcess`."""
    shop.need("write_returns")
    told = variables["input"]
    order, returned = find(shop, told["returnId"])
    if returned["status"] != "OPEN":
        raise UserError("Return is not open.", "returnId", "INVALID_STATE")
    for name in ("returnLineItems", "exchangeLineItems"):
        for wish in told.get(name) or []:
            _take(returned, name, wish)
    for wish in told.get("exchangeLineItems") or []:
        line = next(each for each in nodes(returned, "exchangeLineItems") if each["id"] == wish["id"])
        add_line(shop, order, line["variantId"], wish["quantity"])
    shop.changed(order)
    shop.told += [("returns/update", rest.returned(returned, order)), ("orders/updated", rest.order(order))]
    return {"id": returned["id"]}


def begin(shop: Shop, order: Json) -> Json:
    """Lets the store's people take back all of it that was sent."""
    left = [each for parcel in order.get("fulfillments") or [] for each in _left(order, parcel)]
    wishes = [
        {"fulfillmentLineItemId": piece["id"], "quantity": number, "returnReason": "UNKNOWN"}
        for piece, number in left
        if number > 0
    ]
    if not wishes:
        raise ValueError(f"nothing of {order['name']} can come back")
    return _made(shop, order, {"returnLineItems": wishes})


def turn(shop: Shop, order: Json, status: str) -> Json:
    """Lets the store's people move the order's newest return on."""
    returned = nodes(order, "returns")[-1]
    returned["status"] = status
    shop.changed(order)
    shop.told.append((TOPICS[status], rest.returned(returned, order)))
    return returned


def label(shop: Shop, order: Json, url: str) -> Json:
    """Lets the store's people attach a label to the order's newest return."""
    returned, id_ = nodes(order, "returns")[-1], shop.new_id("ReverseDelivery")
    delivery = {"deliverable": {"__typename": "ReverseDeliveryShippingDeliverable", "label": {"publicFileUrl": url}}}
    returned["reverseFulfillmentOrders"] = {"nodes": [{"reverseDeliveries": {"nodes": [delivery]}}]}
    shop.changed(order)
    told = {"id": int(number_of(id_)), "admin_graphql_api_id": id_}
    shop.told.append(("reverse_deliveries/attach_deliverable", told))
    return returned


def find(shop: Shop, id_: str) -> tuple[Json, Json]:
    """Returns a return, and its order. Raises UserError."""
    for order in shop.orders.values():
        for each in nodes(order, "returns"):
            if each["id"] == id_:
                return order, each
    raise UserError("Return does not exist", "returnId", "NOT_FOUND")


def pieces(parcel: Json) -> list[Json]:
    """Lists the pieces of a parcel; each has an id of its own."""
    listed = nodes(parcel, "fulfillmentLineItems")
    for place, each in enumerate(listed):
        each.setdefault("id", f"gid://shopify/FulfillmentLineItem/{number_of(parcel['id'])}{place:02d}")
    return listed


def _left(order: Json, parcel: Json) -> list[tuple[Json, int]]:
    if parcel.get("status") != "SUCCESS":
        return []
    going = [
        line
        for each in nodes(order, "returns")
        if each["status"] not in GONE
        for line in nodes(each, "returnLineItems")
    ]
    taken = {piece["id"]: 0 for piece in pieces(parcel)}
    for line in going:
        id_ = line["fulfillmentLineItem"]["id"]
        taken[id_] = taken.get(id_, 0) + line["quantity"]
    return [(piece, piece["quantity"] - taken[piece["id"]]) for piece in pieces(parcel)]


def _made(shop: Shop, order: Json, told: Json) -> Json:
    left = {
        piece["id"]: (piece, number)
        for parcel in order.get("fulfillments") or []
        for piece, number in _left(order, parcel)
    }
    lines = []
    for place, wish in enumerate(told["returnLineItems"]):
        where = f"returnInput.returnLineItems.{place}"
        piece, number = left.get(wish["fulfillmentLineItemId"], (None, 0))
        if piece is None:
            raise UserError("Fulfillment line item does not exist", f"{where}.fulfillmentLineItemId", "NOT_FOUND")
        if not 0 < wish["quantity"] <= number:
            raise UserError("Quantity is not available for return", f"{where}.quantity", "INVALID")
        left[piece["id"]] = (piece, number - wish["quantity"])
        lines.append(_line(shop, piece, wish, where))
    instead = [_exchange(shop, each) for each in told.get("exchangeLineItems") or []]
    place = len(nodes(order, "returns")) + 1
    made: Json = {
        "id": shop.new_id("Return"),
        "name": f"{order['name']}-R{place}",
        "status": "OPEN",
        "createdAt": shop.now(),
    }
    made |= {"returnLineItems": {"nodes": lines}, "exchangeLineItems": {"nodes": instead}}
    nodes(order, "returns").append(made)
    shop.changed(order)
    shop.told += [("returns/approve", rest.returned(made, order)), ("orders/updated", rest.order(order))]
    return made


def _line(shop: Shop, piece: Json, wish: Json, where: str) -> Json:
    note = wish.get("returnReasonNote") or ""
    if wish.get("returnReason") == "OTHER" and not note:
        raise UserError("Return reason note can't be blank", f"{where}.returnReasonNote", "BLANK")
    if len(note) > NOTE:
        raise UserError("Return reason note is too long", f"{where}.returnReasonNote", "TOO_LONG")
    told = {"__typename": "ReturnLineItem", "id": shop.new_id("ReturnLineItem"), "quantity": wish["quantity"]}
    told |= {"unprocessedQuantity": wish["quantity"], "returnReason": wish.get("returnReason") or "UNKNOWN"}
    return {**told, "returnReasonNote": note, "customerNote": None, "fulfillmentLineItem": piece}


def _exchange(shop: Shop, wish: Json) -> Json:
    if shop.stock.get(number_of(wish["variantId"]), wish["quantity"]) < wish["quantity"]:
        raise UserError("Variant is out of stock", "returnInput.exchangeLineItems", "INVALID")
    told = {"id": shop.new_id("ExchangeLineItem"), "variantId": wish["variantId"], "quantity": wish["quantity"]}
    return {**told, "unprocessedQuantity": wish["quantity"]}


def _take(returned: Json, name: str, wish: Json) -> None:
    line = next((each for each in nodes(returned, name) if each["id"] == wish["id"]), None)
    if line is None or wish["quantity"] > line["unprocessedQuantity"]:
        raise UserError("Quantity is more than can be processed", name, "INVALID")
    line["unprocessedQuantity"] -= wish["quantity"]
