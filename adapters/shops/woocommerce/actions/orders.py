"""Cancels and changes orders that have not left.

https://developer.woocommerce.com/docs/apis/rest-api/v3/orders/
"""

from decimal import Decimal
from typing import Any

from adapters.shops.values import Json, decimal, object_, objects, text
from adapters.shops.woocommerce.actions import refunds
from adapters.shops.woocommerce.actions.found import (
    UNPAID,
    Refused,
    is_marked,
    is_paid,
    mark,
    path_of,
    remaining,
    require_open,
)
from adapters.shops.woocommerce.inbound.lines import counted
from adapters.shops.woocommerce.inbound.products import VARIATION
from adapters.shops.woocommerce.inbound.values import id_of, priced
from adapters.shops.woocommerce.rest.client import Rest
from core.errors import Outcome, SendError
from core.shop.shop_actions import Refusal

ADDRESS = {
    "line1": "address_1",
    "line2": "address_2",
    "city": "city",
    "postcode": "postcode",
    "region": "state",
    "country": "country",
}


async def cancel(rest: Rest, order: Json, wanted: Json) -> str:
    """Cancels an order and pays all of it back, first: what cannot be paid back is not cancelled. Raises SendError."""
    request_id = str(wanted["id"])
    if text(order.get("status")) == "cancelled" or is_marked(order, request_id):
        return id_of(order.get("id"))
    if text(order.get("status")) != "refunded":  # else the money went back in an earlier try
        require_open(order)
    if is_paid(order) and remaining(order) > 0:
        await refunds.pay_back(rest, order, request_id, None, _all(order))
    await rest.put(path_of(order), {"status": "cancelled", "meta_data": [mark(request_id)]})
    return id_of(order.get("id"))


async def change_address(rest: Rest, order: Json, wanted: Json) -> str:
    """Sends an order elsewhere in its country; another one changes taxes and prices, and is people's work."""
    address = object_(wanted.get("address"))
    told = {ADDRESS[name]: text(value) for name, value in address.items() if name in ADDRESS and text(value)}
    now_is = object_(order.get("shipping"))
    if not told:
        raise SendError(Outcome.CONTENT_REJECTED, "no_address", "the request names no address")
    if is_marked(order, str(wanted["id"])) or all(_same(value, now_is.get(name)) for name, value in told.items()):
        return id_of(order.get("id"))
    require_open(order)
    home = text(now_is.get("country")) or text(object_(order.get("billing")).get("country"))
    if not _same(told.get("country", home), home):
        raise SendError(Outcome.CONTENT_REJECTED, "other_country", "taxes and the price of the delivery change")
    whole = {"address_2": "", **told, "country": home}
    await rest.put(path_of(order), {"shipping": whole, "meta_data": [mark(str(wanted["id"]))]})
    return id_of(order.get("id"))


async def change_items(rest: Rest, order: Json, wanted: Json) -> str:
    """Changes what is in an order that is not paid. In one that is, money moves with each change: people do that."""
    if is_marked(order, str(wanted["id"])):
        return id_of(order.get("id"))
    require_open(order)
    if text(order.get("status")) not in UNPAID or is_paid(order):
        raise SendError(Outcome.CONTENT_REJECTED, "paid_already", "the order is paid, and its price would change")
    sold = {id_of(each.get("id")): each for each in objects(order.get("line_items"))}
    changed: list[Json] = []
    for item in objects(wanted.get("items")):
        changed += await _changed(rest, item, sold)
    gone = {id_of(each.get("id")) for each in changed if each.get("quantity") == 0}
    if gone >= sold.keys() and not any("product_id" in each for each in changed):
        raise SendError(Outcome.CONTENT_REJECTED, "nothing_left", "nothing would be left of the order")
    await rest.put(path_of(order), {"line_items": changed, "meta_data": [mark(str(wanted["id"]))]})
    return id_of(order.get("id"))


async def _changed(rest: Rest, item: Json, sold: dict[str, Json]) -> list[Json]:
    """Writes one wish as the lines that say it: so many of a line, none of it, another variant in its place."""
    line_id, variant = text(item.get("line_id")), text(item.get("variant_id"))
    if not line_id:
        return [await _new(rest, variant, counted(item.get("quantity", 1)))]
    line = sold.get(line_id)
    if line is None:
        raise SendError(Outcome.CONTENT_REJECTED, "no_line", "a line of the request is not in the order")
    quantity = item.get("quantity", counted(line.get("quantity")))
    if quantity == 0 or not variant or variant in (id_of(line.get("variation_id")), id_of(line.get("product_id"))):
        return [_so_many(line, quantity)]
    return [_so_many(line, 0), await _new(rest, variant, counted(quantity))]


def _so_many(line: Json, quantity: Any) -> Json:
    """Writes a line with its new number; the shop works out its taxes, not its price."""
    if quantity == 0:
        return {"id": line.get("id"), "quantity": 0}
    share = Decimal(counted(quantity)) / counted(line.get("quantity"))
    prices = {name: priced(decimal(line.get(name)) * share) for name in ("subtotal", "total")}
    return {"id": line.get("id"), "quantity": counted(quantity), **prices}


async def _new(rest: Rest, variant: str, quantity: int) -> Json:
    """Writes a new line. Raises Refused for what cannot be had."""
    try:
        found = (await rest.get(f"products/{variant}")).object
    except SendError as error:
        if error.outcome is not Outcome.CONTENT_REJECTED:
            raise
        raise SendError(Outcome.CONTENT_REJECTED, "no_variant", "the shop has no such variant") from None
    stock = found.get("stock_quantity")
    is_counted = found.get("manage_stock") in (True, "parent") and found.get("backorders") in (None, "no")
    if text(found.get("stock_status")) == "outofstock" or (is_counted and decimal(stock) < quantity):
        raise Refused(Refusal.OUT_OF_STOCK)
    if text(found.get("type")) in VARIATION:
        return {"product_id": found.get("parent_id"), "variation_id": found.get("id"), "quantity": quantity}
    return {"product_id": found.get("id"), "quantity": quantity}


def _all(order: Json) -> list[Json]:
    return [
        {"line_id": id_of(each.get("id")), "quantity": counted(each.get("quantity"))}
        for each in objects(order.get("line_items"))
    ]


def _same(one: Any, other: Any) -> bool:
    return " ".join(str(one or "").split()).casefold() == " ".join(str(other or "").split()).casefold()
