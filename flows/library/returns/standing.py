"""Says how it stands with an order and its lines: what is open, what is kept and why, and what the customer named."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from core.shop.orders import Line, Order
from flows.engine.context import ActionContext
from flows.library.returns.eligibility import LineState, place
from flows.library.returns.items import named_lines
from flows.loading.return_policy import OUTCOMES


def standing(
    ctx: ActionContext, outcome: str, order: Order, states: Sequence[LineState] = (), said: str | None = None
) -> dict[str, Any]:
    """Writes what flows read of an order: {outcome, order_number, deadline, lines, kept, named, late, ended, currency,
    outcomes}. `ended` is the day on which the last window closed, of what is too late."""
    lines = [_line(state) for state in states if state.quantity]
    kept = [{"title": state.line.title, "why": state.why} for state in states if not state.quantity]
    late = [state.late for state in states if state.late]
    ended = place(ctx.customer.timezone, ctx.now).today - timedelta(days=min(late)) if late else None
    open_lines = [state.line for state in states if state.quantity]
    return {
        "outcome": outcome,
        "order_number": order.number.lstrip("#"),
        "deadline": max((line["deadline"] for line in lines if line["deadline"]), default=None),
        "lines": lines,
        "kept": kept,
        "named": named_lines(said, open_lines) if said else [],
        "late": max(late, default=0),
        "ended": ended.isoformat() if ended else None,
        "currency": order.currency,
        "outcomes": {name: any(name in state.offers for state in states) for name in OUTCOMES},
    }


def outcome_of(ctx: ActionContext, states: Sequence[LineState], said: str | None) -> str:
    """Says how it stands with what was named of an order, else with all of it: ok, just_late, out_of_window,
    not_delivered, returning, nothing_left."""
    named = set(named_lines(said, [state.line for state in states])) if said else set()
    meant = [state for state in states if state.line.id in named] or list(states)
    if any(state.quantity for state in meant):
        return "ok"
    reasons = {state.why for state in meant}
    late = [state.late for state in meant if state.why == "out_of_window"]
    if late:
        return "just_late" if min(late) <= ctx.policies.returns.grace_days else "out_of_window"
    if "not_delivered" in reasons:
        return "not_delivered"
    if reasons == {"returning"}:
        return "returning"
    return "ok" if any(state.quantity for state in states) and not named else "nothing_left"


def price_traits(lines: Sequence[Line]) -> dict[str, list[str]]:
    """Tells by id which line is the cheapest and which the dearest, where all prices are known and differ."""
    priced = sorted(lines, key=lambda line: line.unit_price)
    if len({line.unit_price for line in lines}) < len(lines) or len(lines) < 2 or not priced[0].unit_price:
        return {}
    return {priced[0].id: ["cheapest"], priced[-1].id: ["dearest"]}


def _line(state: LineState) -> dict[str, Any]:
    line = state.line
    last = max((offer.until for offer in state.offers.values()), default=None)
    return {
        "value": line.id,
        "title": line.title,
        "variant": line.label,
        "quantity": state.quantity,
        "deadline": last.isoformat() if last else None,
    }
