"""Finds the order that is to be a present."""

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.library.common.orders import CLOSED, known_orders, meant


@action("look_at_gift")
def look_at_gift(ctx: ActionContext, order_number: str | list[str] | None = None) -> Result:
    """Tells {outcome: open | sent | none, number}: the order that is named, else the only one that has not left."""
    mine = known_orders(ctx)
    waiting = [order for order in mine if order.status not in CLOSED and not order.shipments]
    named = meant(ctx, order_number)
    if named is not None:
        return Result({"outcome": "open" if named in waiting else "sent", "number": named.number.lstrip("#")})
    if len(waiting) == 1:
        return Result({"outcome": "open", "number": waiting[0].number.lstrip("#")})
    return Result({"outcome": "none", "number": None})
