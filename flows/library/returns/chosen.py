"""Reads which pieces of an order are sent back, and checks again that they may be."""

from collections.abc import Mapping
from typing import Any

from core.shop.orders import Order
from flows.engine.context import ActionContext
from flows.library.returns.eligibility import LineState, claimable, line_states, place
from flows.library.returns.history import gone
from flows.library.returns.offers import Chosen

RETURN, EXCHANGE, DAYS_OF_YEAR = "return", "exchange", 365
FAULTY = "defective"  # what broke later than claims are taken, while the warranty lasts
Answers = Mapping[str, Mapping[str, Any]]  # what was said of each line: {quantity, reason}, by its id


def return_states(ctx: ActionContext, order: Order) -> list[LineState]:
    """Tells of each line of an order what may come back today."""
    return line_states(ctx.policies.returns, order, gone(ctx, order), place(ctx.customer.timezone, ctx.now))


def claim_states(ctx: ActionContext, order: Order, kind: str) -> list[LineState]:
    """Tells of each line of an order whether a mistake of ours of this kind may be reported today."""
    days: int | None = ctx.policies.returns.claims.window_days
    if kind == FAULTY:
        days = round(ctx.policies.warranty_months * DAYS_OF_YEAR / 12) or None
    return claimable(order, gone(ctx, order), place(ctx.customer.timezone, ctx.now), days)


def chosen(ctx: ActionContext, order: Order, answers: Answers, claim: str | None) -> list[Chosen]:
    """Reads what is sent back. Raises ValueError where it may not be."""
    states = claim_states(ctx, order, claim) if claim else return_states(ctx, order)
    known = {state.line.id: state for state in states}
    found = []
    for line_id, own in answers.items():
        state = known.get(line_id)
        quantity = int(own.get("quantity") or 0)
        if state is None or not 1 <= quantity <= state.quantity:
            raise ValueError("not returnable")
        found.append(Chosen(state, quantity, str(claim or own["reason"])))
    if not found:
        raise ValueError("nothing chosen")
    return found
