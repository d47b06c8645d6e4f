"""Finds the order that is to be a present, and has it wrapped."""

from typing import Any

from core.shop.catalogue import Product, Variant
from core.shop.orders import Line
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.language.formats import as_day, local
from flows.library.common import shop
from flows.library.common.deeds import own, stage
from flows.library.common.orders import CLOSED, known_orders, meant

CHANGE = "order.change_items"


@action("look_at_gift")
def look_at_gift(ctx: ActionContext, locale: str, order_number: str | list[str] | None = None) -> Result:
    """Tells {outcome: open | sent | closed | several | none, number, wrapping: {title, price, currency} | none}: the
    order that is named, else the only one that has not left. `wrapping` is there where the store's own system can add
    it."""
    waiting = [order for order in known_orders(ctx) if stage(order) == "open"]
    named = meant(ctx, order_number)
    if named is None and len(waiting) != 1:
        return Result({"outcome": "several" if waiting else "none", "number": None, "wrapping": None})
    found = named or waiting[0]
    outcome = "open" if found in waiting else "closed" if found.status in CLOSED else "sent"
    return Result({"outcome": outcome, "number": found.number.lstrip("#"), "wrapping": _wrapping(ctx, locale)})


@action("add_wrapping", consequential=True)
def add_wrapping(ctx: ActionContext, order_number: str) -> Result:
    """Asks the store to add the wrapping to an order: {request: {id}}, id none where it cannot be asked any more."""
    order = own(ctx, order_number, "items")
    found = _variant(ctx)
    if found is None or stage(order) != "open":
        return Result({"request": {"id": None}})
    made = shop.request(ctx, CHANGE, order.number, {"items": [{"variant_id": found[1].id, "quantity": 1}]})
    return Result({"request": {"id": made.id}}, (made,))


def _wrapping(ctx: ActionContext, locale: str) -> dict[str, Any] | None:
    found = _variant(ctx)
    if found is None:
        return None
    product, variant = found
    price = str(variant.price) if variant.price else None
    return {"title": product.named(locale), "price": price, "currency": variant.currency or ctx.facts.shop["currency"]}


def _variant(ctx: ActionContext) -> tuple[Product, Variant] | None:
    """Finds the item that wraps an order, where the store has it and can be asked to add it."""
    wanted = ctx.policies.gift_wrapping
    if not wanted or not shop.connected(ctx, CHANGE):
        return None
    product = ctx.store.products_of([Line(wanted, "", variant_id=wanted)]).get(wanted)
    variant = product.variant(wanted) if product else None
    today = as_day(local(ctx.now, ctx.customer.timezone))
    return (product, variant) if product and variant and variant.is_there(today) else None
