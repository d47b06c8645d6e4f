"""Reads the points of an account."""

from core.people.conversations import Proof
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.library.common.orders import find, known_orders, proven


@action("read_points")
def read_points(ctx: ActionContext, order_number: str | None = None) -> Result:
    """Reads {known, points, tier, expiring: {points, on} | none}: of whoever writes, or of a proven order's customer.

    Raises PermissionError for an order that is not proven.
    """
    named = order_number
    if named is None and (mine := known_orders(ctx)):
        named = mine[0].number
    order = find(ctx, named) if named else None
    if order is not None and not proven(ctx, order, Proof.CONTACT):
        raise PermissionError(order.number)
    buyer = (ctx.store.buyer(order.number) if order else None) or ctx.store.buyer()
    expiring = buyer.expiring if buyer else None
    coming = expiring is not None and expiring.on >= ctx.now.date() and expiring.points > 0
    return Result(
        {
            "known": buyer is not None and (buyer.points is not None or order is not None),
            "points": buyer.points if buyer else None,
            "tier": buyer.tier if buyer else "",
            "expiring": {"points": expiring.points, "on": expiring.on.isoformat()} if expiring and coming else None,
        }
    )
