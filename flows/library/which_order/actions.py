"""Finds which order is meant, without a question where none is needed; else lists them, with what is in them."""

from collections.abc import Sequence
from datetime import timedelta

from core.shop.orders import Order, OrderStatus, ShipmentStatus
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.library.common.content import by_content
from flows.library.common.orders import CLOSED, choices, is_moving, is_open, known_orders, meant
from flows.understanding.lexicon.words import WORDS
from flows.understanding.normalise import folded

# Which orders a flow is about: those still to come, with nothing sent yet, with a parcel on its way, maybe missing,
# of which something has arrived, with money on its way back.
OPEN, UNSHIPPED, MOVING, MISSING, ARRIVED, REPAID = "open", "unshipped", "moving", "missing", "arrived", "repaid"
_ALONE = (ARRIVED, REPAID)  # where there is one of these, no other is meant
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
    One order of the kind that is wanted (open, unshipped, moving, missing, arrived, repaid) is meant before any other.
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
    likely = _likely(ctx, told or mine, wanted or OPEN, spoken_of)
    if not likely:
        return _found("none")
    return _found("one", likely[0].number) if len(likely) == 1 else _found("several")


@action("list_orders")
def list_orders(ctx: ActionContext, wanted: str | None = None, said: str | None = None) -> Result:
    """Lists the customer's orders as choices, newest first: those of the kind that is wanted before the others, or them
    alone; only those with what was `said`, where some of these have it."""
    mine = known_orders(ctx)
    if wanted in _ALONE:
        named = by_content(said, mine, ctx.customer.locale) if said else []
        return Result(choices(ctx, of_kind(ctx, named or mine, wanted) or named or mine))
    first = of_kind(ctx, mine, wanted or OPEN)
    return Result(choices(ctx, [*first, *(order for order in mine if order not in first)]))


def of_kind(ctx: ActionContext, orders: Sequence[Order], kind: str) -> Sequence[Order]:
    """Lists the orders of a kind. Where no parcel is on its way, or none is said to have arrived of late, what is still
    to come may be meant."""
    going = [order for order in orders if order.status not in CLOSED]
    if kind == ARRIVED:
        return [order for order in going if any(s.status is ShipmentStatus.DELIVERED for s in order.shipments)]
    if kind == REPAID:
        return [order for order in orders if _has_money(ctx, order)]
    if kind == UNSHIPPED:
        return [order for order in going if not order.shipments]
    found: list[Order] = []
    if kind == MOVING:
        found = [order for order in going if is_moving(order)]
    if kind == MISSING:
        since = ctx.now - RECENT
        found = [o for o in orders if any(s.delivered_at and s.delivered_at > since for s in o.shipments)]
    return found or [order for order in orders if is_open(order)]


def _likely(ctx: ActionContext, orders: Sequence[Order], wanted: str, spoken_of: str | None) -> Sequence[Order]:
    """Lists the orders that may be meant of these."""
    current = of_kind(ctx, orders, wanted)
    if wanted in _ALONE:
        likely = current or orders
        return [order for order in likely if order.number == spoken_of] or likely
    return current if len(current) == 1 else orders


def _has_money(ctx: ActionContext, order: Order) -> bool:
    """Tells whether money for the order was asked back, or came back."""
    ended = order.status in (OrderStatus.REFUNDED, OrderStatus.CANCELLED)
    return ended or bool(ctx.store.returns(order.number)) or bool(ctx.store.refunds(order.number))


def _meanable(mine: list[Order], said: str, spoken_of: str | None) -> list[Order]:
    """Leaves out the order that was spoken of last, where another one is asked for."""
    is_other = bool(spoken_of) and WORDS.another_order.search(folded(said)) is not None
    return [order for order in mine if not is_other or order.number != spoken_of]


def _found(outcome: str, order_number: str | list[str] | None = None) -> Result:
    return Result({"outcome": outcome, "order_number": order_number})
