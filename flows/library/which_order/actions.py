"""Finds which order is meant, without a question where none is needed; else lists them, with what is in them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.shop.orders import Order
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.library.common.content import by_content
from flows.library.common.orders import CLOSED, choices, is_moving, is_open, known_orders, meant
from flows.understanding.lexicon.words import WORDS
from flows.understanding.normalise import folded

OPEN, UNSHIPPED, MOVING, MISSING = "open", "unshipped", "moving", "missing"  # which orders a flow is about
RECENT = timedelta(days=30)


@action("find_orders")
def find_orders(
    ctx: ActionContext,
    order_number: str | list[str] | None = None,
    proof: str | list[str] | None = None,
    wanted: str | None = None,
    said: str | None = None,
    spoken_of: str | None = None,
) -> Result:
    """Finds the order that is meant, if no question is needed: {outcome: one | several | none | ask, order_number}.

    `ask`: a number was named, but the customer is not known as its buyer. Numbers that only stand in the message (a
    list) count where the order is theirs, or may yet be proven to be. Then what is in it (`said`) tells which it is,
    also where another was `spoken_of` last: "my other order" is not that one.
    One order of the kind that is wanted (open, unshipped, moving, missing) is meant before any other.
    """
    mine = _meanable(known_orders(ctx), said or "", spoken_of)
    named_one = meant(ctx, order_number, said, spoken_of)
    if named_one is not None:
        return _found("one", named_one.number)
    if isinstance(order_number, str) or (order_number and proof and not mine):
        return _found("ask", order_number)
    told = by_content(said, mine, ctx.customer.locale) if said else []
    if len(told) == 1:
        return _found("one", told[0].number)
    current = of_kind(told or mine, wanted or OPEN, ctx.now)
    likely = current if len(current) == 1 else told or mine
    if not likely:
        return _found("none")
    return _found("one", likely[0].number) if len(likely) == 1 else _found("several")


@action("list_orders")
def list_orders(ctx: ActionContext, wanted: str | None = None) -> Result:
    """Lists the customer's orders as choices, those of the kind that is wanted first, then newest first."""
    mine = known_orders(ctx)
    first = of_kind(mine, wanted or OPEN, ctx.now)
    return Result(choices(ctx, [*first, *(order for order in mine if order not in first)]))


def of_kind(orders: Sequence[Order], kind: str, now: datetime) -> list[Order]:
    """Lists the orders of a kind: still to come, with nothing sent yet, with a parcel on its way, or that may be
    missing, as a parcel of theirs is said to have arrived of late."""
    if kind == UNSHIPPED:
        return [order for order in orders if order.status not in CLOSED and not order.shipments]
    if kind == MOVING:
        moving = [order for order in orders if order.status not in CLOSED and is_moving(order)]
        if moving:
            return moving
    if kind == MISSING:
        late = [o for o in orders if any(s.delivered_at and s.delivered_at > now - RECENT for s in o.shipments)]
        if late:
            return late
    return [order for order in orders if is_open(order)]


def _meanable(mine: list[Order], said: str, spoken_of: str | None) -> list[Order]:
    """Leaves out the order that was spoken of last, where another one is asked for."""
    is_other = bool(spoken_of) and WORDS.another_order.search(folded(said)) is not None
    return [order for order in mine if not is_other or order.number != spoken_of]


def _found(outcome: str, order_number: str | list[str] | None = None) -> Result:
    return Result({"outcome": outcome, "order_number": order_number})
