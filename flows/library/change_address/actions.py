"""Looks where an order may still go, reads the new address, and asks the store to send it there."""

from typing import Any

import msgspec

from core.shop.orders import Order, StreetAddress
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Focus
from flows.library.change_address.reading import completed, is_box, missing, one_line, read_place
from flows.library.common import shop
from flows.library.common.deeds import own, stage, told
from flows.library.common.orders import allowed, known_orders

CHANGE, NEW = "order.change_address", "new"
OFFERED = 5  # addresses to choose from


@action("address_facts")
def address_facts(ctx: ActionContext, order_number: str) -> Result:
    """Tells where an order goes now: {number, titles, stage, …, now: in one line, others: how many are known}."""
    order = own(ctx, order_number, "address")
    facts = {**told(order), "now": one_line(order.shipping), "others": len(_others(ctx, order))}
    return Result(facts, (Focus(order.number),))


@action("list_addresses")
def list_addresses(ctx: ActionContext, order_number: str) -> Result:
    """Lists addresses of the customer's profile and other orders as choices, and that it is a new one."""
    order = own(ctx, order_number, "address")
    known = [{"value": f"a{n}", "title": one_line(each)} for n, each in enumerate(_others(ctx, order))]
    return Result([*known, {"value": NEW, "title": ""}])


@action("take_address")
def take_address(
    ctx: ActionContext,
    order_number: str,
    said: dict[str, Any] | str | None = None,
    part: dict[str, str] | None = None,
) -> Result:
    """Takes a known address (its value), or reads what was written or shared: {outcome: ok | incomplete | same |
    country | point, address, shown, missing: [line1 | city | postcode], box}. `part` is what an earlier message told
    of it.

    `point`: a place on the map of which no address is known. Another country changes taxes and shipping: a person sees
    to that.
    """
    order = own(ctx, order_number, "address")
    others = _others(ctx, order)
    index = int(said[1:]) if isinstance(said, str) else -1
    given = said if isinstance(said, dict) else {}
    read = completed(StreetAddress(**(part or {})), read_place(given, order.shipping))
    address = others[index] if 0 <= index < len(others) else read
    lacking = missing(address)
    outcome = "incomplete" if lacking else "ok"
    if "line1" in lacking and "latitude" in given:
        outcome = "point"
    if not lacking and address.country != order.shipping.country:
        outcome = "country"
    elif not lacking and _form(address) == _form(order.shipping):
        outcome = "same"
    value = {
        "outcome": outcome,
        "address": _fields(address),
        "shown": one_line(address),
        "missing": lacking,
        "box": is_box(address),
    }
    return Result(value)


@action("change_address", consequential=True)
def change_address(ctx: ActionContext, order_number: str, address: dict[str, str]) -> Result:
    """Asks the store to send an order to another address: {request: {id}}, id none where it cannot be asked."""
    order = own(ctx, order_number, "address")
    if not shop.connected(ctx, CHANGE) or stage(order) != "open":
        return Result({"request": {"id": None}})
    made = shop.request(ctx, CHANGE, order.number, {"address": address})
    return Result({"request": {"id": made.id}}, (made,))


def _others(ctx: ActionContext, order: Order) -> list[StreetAddress]:
    """Lists other whole addresses of the person, of their account and of orders that are proven as far as this one."""
    buyer = ctx.store.buyer(order.number)
    proven = [each.shipping for each in known_orders(ctx) if allowed(ctx, each, "address")]
    found: dict[str, StreetAddress] = {}
    for each in (*(buyer.addresses if buyer else ()), *proven):
        if not missing(each) and _form(each) != _form(order.shipping):
            found.setdefault(_form(each), each)
    return list(found.values())[:OFFERED]


def _form(address: StreetAddress) -> str:
    return " ".join(one_line(address).casefold().replace(",", " ").split())


def _fields(address: StreetAddress) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(address)
    return {name: value for name, value in fields.items() if value}
