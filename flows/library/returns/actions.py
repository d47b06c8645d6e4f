"""Decides what may come back and what for; files the request for a return, an exchange or a claim."""

from typing import Any

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Focus
from flows.library.common.deeds import own
from flows.library.common.orders import CLOSED
from flows.library.returns.answers import Common, next_of, noted, quantities
from flows.library.returns.chosen import EXCHANGE, RETURN, chosen, return_states
from flows.library.returns.filing import agreed, file
from flows.library.returns.offers import offers, summed
from flows.library.returns.standing import outcome_of, price_traits, standing


@action("check_return")
def check_return(ctx: ActionContext, order_number: str, said: str | None = None) -> Result:
    """Tells what of an order may come back: {outcome, order_number, deadline, lines, kept, named, late, ended}.

    `outcome`: ok, closed (cancelled or refunded), not_delivered, just_late (a person may make an exception),
    out_of_window, returning, nothing_left. `lines` are {value, title, variant, quantity, deadline}; `kept` those that
    may not, {title, why}, where `why` is final_sale, not_returnable, returning, not_delivered or out_of_window; `named`
    the lines that `said` names. Raises PermissionError, LookupError.
    """
    order = own(ctx, order_number, RETURN)
    if order.status in CLOSED:
        return Result(standing(ctx, "closed", order), (Focus(order.number),))
    states = return_states(ctx, order)
    return Result(standing(ctx, outcome_of(ctx, states, said), order, states, said), (Focus(order.number),))


@action("list_return_lines")
def list_return_lines(
    ctx: ActionContext, order_number: str, lines: list[dict[str, Any]], but: list[str] | None = None
) -> Result:
    """Lists the lines that may come back, as choices, without those chosen already."""
    listed = [line for line in lines if line["value"] not in (but or [])]
    values = {line["value"] for line in listed}
    marked = price_traits([line for line in own(ctx, order_number, RETURN).lines if line.id in values])
    return Result([{**line, "traits": marked.get(line["value"], [])} for line in listed])


@action("read_quantities")
def read_quantities(
    _ctx: ActionContext, lines: list[dict[str, Any]], items: list[str], said: list[str | None]
) -> Result:
    """Reads how many of the chosen items were said along with them: {by_line: pieces by the line's id, only: those of
    the single chosen one, or none}. "1x2" is two of the first, "2 of the socks" two of these."""
    found = quantities([text for text in said if text], lines)
    by_line = {line: count for line, count in found.items() if line in items}
    return Result({"by_line": by_line, "only": by_line.get(items[0]) if len(items) == 1 else None})


@action("next_detail")
def next_detail(
    _ctx: ActionContext,
    lines: list[dict[str, Any]],
    items: list[str],
    answers: dict[str, Any] | None = None,
    said: dict[str, Any] | None = None,
    quantity: int | None = None,
    reason: str | None = None,
    for_all: bool = False,
) -> Result:
    """Finds what is still to be asked of the chosen lines: {needs: quantity | reason | none, line, answers, faults}.

    `quantity` holds for a single line, `reason` for all that are there when it is asked, unless it is "differ", and
    with `for_all` for what is added later too; `said` is what `read_quantities` found; `faults`: one of the reasons is
    our mistake.
    """
    common = Common(quantity, reason, (said or {}).get("by_line", {}), for_all)
    return Result(next_of(lines, items, answers or {}, common))


@action("note_detail")
def note_detail(
    _ctx: ActionContext,
    answers: dict[str, Any],
    line: dict[str, Any],
    quantity: int | None = None,
    reason: str | None = None,
) -> Result:
    """Adds to what was said of a line: its quantity, its reason."""
    return Result(noted(answers, line, quantity, reason))


@action("list_offers")
def list_offers(ctx: ActionContext, order_number: str, answers: dict[str, Any], claim: str | None = None) -> Result:
    """Tells what the customer can have for what they send back: {refund, exchange, store_credit, replacement: the
    arithmetic, or none; only: the single one; currency}. Raises PermissionError, LookupError, ValueError."""
    order = own(ctx, order_number, RETURN)
    return Result(offers(ctx, order, chosen(ctx, order, answers, claim), bool(claim)))


@action("sum_up")
def sum_up(
    ctx: ActionContext,
    order_number: str,
    answers: dict[str, Any],
    resolution: str,
    claim: str | None = None,
    exchange_for: dict[str, Any] | None = None,
) -> Result:
    """Writes the summary: {lines, goods, restocking, fee, shipping, bonus, total, currency, difference, pays, keep,
    approved, …}. Raises PermissionError, LookupError, ValueError."""
    order = own(ctx, order_number, RETURN)
    return Result(summed(ctx, order, chosen(ctx, order, answers, claim), resolution, bool(claim), exchange_for or {}))


@action("create_return", consequential=True)
def create_return(
    ctx: ActionContext,
    order_number: str,
    answers: dict[str, Any],
    resolution: str,
    claim: str | None = None,
    exchange_for: dict[str, Any] | None = None,
    photos: list[Any] | None = None,
    note: str | None = None,
) -> Result:
    """Files the request: {reference, approved, request}; `request` is the id under which the store's system is asked,
    where no person has to decide. Checks everything again. Raises PermissionError, LookupError, ValueError."""
    order = own(ctx, order_number, EXCHANGE if resolution == EXCHANGE else RETURN)
    lines = chosen(ctx, order, answers, claim)
    sums = summed(ctx, order, lines, resolution, bool(claim), exchange_for or {})
    wish = agreed(lines, resolution, claim or "", exchange_for or {}, photos or [], note or "")
    return file(ctx, order, wish, sums)
