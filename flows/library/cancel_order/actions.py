"""Looks whether an order can be cancelled, and asks the store to."""

import re

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Focus
from flows.library.common import shop
from flows.library.common.deeds import own, stage, told
from flows.library.common.orders import allowed, known_orders
from flows.library.stock_problem.actions import short_of

CANCEL = "order.cancel"
MOST = 10  # orders that are cancelled at once
_ALL = re.compile(r"\b(?:all|every|both)\b|全部|所有|都", re.IGNORECASE)


@action("cancel_facts")
def cancel_facts(ctx: ActionContext, order_number: str) -> Result:
    """Tells what cancelling an order means: {number, titles, amount, currency, stage, payment, short: what is not in
    stock, or none}."""
    order = own(ctx, order_number, "cancel")
    return Result({**told(order), "short": short_of(ctx, order)}, (Focus(order.number),))


@action("all_to_cancel")
def all_to_cancel(ctx: ActionContext, said: str) -> Result:
    """Lists the orders of "cancel all my orders", where several can be: [{number, titles, amount, …}]."""
    if not _ALL.search(said):
        return Result([])
    mine = [order for order in known_orders(ctx) if stage(order) == "open" and allowed(ctx, order, "cancel")]
    return Result([told(order) for order in mine[:MOST]] if len(mine) > 1 else [])


@action("cancel_order", consequential=True)
def cancel_order(ctx: ActionContext, order_number: str, reason: str | None = None) -> Result:
    """Asks the store to cancel an order: {request: {id}}, id none where it cannot be asked. Looks at the order anew."""
    order = own(ctx, order_number, "cancel")
    if not shop.connected(ctx, CANCEL) or stage(order) != "open":
        return Result({"request": {"id": None}})
    made = shop.request(ctx, CANCEL, order.number, {"reason": reason} if reason else {})
    return Result({"request": {"id": made.id}}, (made,))


@action("cancel_orders", consequential=True)
def cancel_orders(ctx: ActionContext, orders: list[dict[str, str]]) -> Result:
    """Asks the store to cancel several orders: {asked: how many}. What comes of each is told when it is known."""
    found = [own(ctx, each["number"], "cancel") for each in orders]
    if not shop.connected(ctx, CANCEL):
        return Result({"asked": 0})
    made = tuple(shop.request(ctx, CANCEL, order.number, {}) for order in found if stage(order) == "open")
    return Result({"asked": len(made)}, made)
