"""Decides what may come back and what for; files the request for a return, an exchange or a claim."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.people.conversations import Proof
from core.shop.orders import Line, Order, ShipmentStatus
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Focus
from flows.library.common.content import by_content
from flows.library.common.orders import CLOSED, allowed, choices, find, known_orders, meant, proven
from flows.library.returns.eligibility import LineState, claimable, line_states, place
from flows.library.returns.filing import agreed, file
from flows.library.returns.history import gone
from flows.library.returns.items import named_lines
from flows.library.returns.offers import FAULTS, Chosen, offers, summed
from flows.loading.return_policy import OUTCOMES

EXCHANGE, DAYS_OF_YEAR = "exchange", 365
Answers = Mapping[str, Mapping[str, Any]]  # what was said of each line: {quantity, reason}, by its id


@action("find_returnable")
def find_returnable(
    ctx: ActionContext,
    order_number: str | list[str] | None = None,
    proof: str | list[str] | None = None,
    said: str | None = None,
    spoken_of: str | None = None,
) -> Result:
    """Finds the order that a return is about, if that is known: {outcome: one | several | ask, order_number}.

    Numbers that only stand in the message (a list) count where the order is theirs, or may yet be proven to be. Without
    any it is the only one with an item that `said` names, else the one that was spoken of last.
    """
    named_one = meant(ctx, order_number, said, spoken_of)
    if named_one is not None:
        return Result({"outcome": "one", "order_number": named_one.number})
    if isinstance(order_number, str) or (order_number and proof and not known_orders(ctx)):
        return Result({"outcome": "one", "order_number": order_number})
    mine = known_orders(ctx)
    if not mine:
        return Result(_ASK)
    likely = _likely(ctx, mine, said or "", spoken_of or "")
    return Result({"outcome": "one", "order_number": likely[0].number} if len(likely) == 1 else _SEVERAL)


@action("list_returnable")
def list_returnable(ctx: ActionContext, said: str | None = None) -> Result:
    """Lists the customer's delivered orders as choices, newest first; only those with what they named, where some
    have it; all of their orders, where none has arrived."""
    return Result(choices(_likely(ctx, known_orders(ctx), said or "")))


@action("check_return")
def check_return(ctx: ActionContext, order_number: str, said: str | None = None) -> Result:
    """Tells what of an order may come back: {outcome, order_number, deadline, lines, kept, named, late}.

    `outcome`: ok, closed (cancelled or refunded), not_delivered, just_late (a person may make an exception),
    out_of_window, returning, nothing_left. `lines` are {value, title, variant, quantity, deadline}; `kept` those that
    may not, {title, why}, where `why` is final_sale, not_returnable, returning, not_delivered or out_of_window; `named`
    the lines that `said` names. Raises PermissionError, LookupError.
    """
    order = proven_order(ctx, order_number)
    if order.status in CLOSED:
        return Result(_checked("closed", order, [], said), (Focus(order.number),))
    states = _return_states(ctx, order)
    return Result(_checked(_outcome(ctx, states, said), order, states, said), (Focus(order.number),))


@action("check_claim")
def check_claim(ctx: ActionContext, order_number: str, kind: str, said: str | None = None) -> Result:
    """Tells what of an order may be reported as our mistake: like `check_return`, with `kind` and, for what is missing,
    `coming`: what is in a parcel that has not arrived, {title, carrier, eta}. Raises PermissionError, LookupError.

    What broke later than claims are taken is taken as faulty under the warranty.
    """
    order = proven_order(ctx, order_number)
    if order.status in CLOSED:
        return Result({**_checked("closed", order, [], said), "kind": kind, "coming": []}, (Focus(order.number),))
    states = _claim_states(ctx, order, kind)
    if kind == "damaged" and not any(state.quantity for state in states):
        under_warranty = _claim_states(ctx, order, "defective")
        if any(state.quantity for state in under_warranty):
            kind, states = "defective", under_warranty
    coming = _coming(order) if kind == "missing_item" else []
    checked = {**_checked(_outcome(ctx, states, said), order, states, said), "kind": kind, "coming": coming}
    if coming and checked["outcome"] in ("not_delivered", "nothing_left"):
        checked["outcome"] = "coming"
    return Result(checked, (Focus(order.number),))


@action("list_return_lines")
def list_return_lines(
    ctx: ActionContext, order_number: str, lines: list[dict[str, Any]], but: list[str] | None = None
) -> Result:
    """Lists the lines that may come back, as choices, without those chosen already."""
    listed = [line for line in lines if line["value"] not in (but or [])]
    values = {line["value"] for line in listed}
    marked = _price_traits([line for line in proven_order(ctx, order_number).lines if line.id in values])
    return Result([{**line, "traits": marked.get(line["value"], [])} for line in listed])


@action("next_detail")
def next_detail(
    _ctx: ActionContext,
    lines: list[dict[str, Any]],
    items: list[str],
    answers: dict[str, Any] | None = None,
    quantity: int | None = None,
    reason: str | None = None,
) -> Result:
    """Finds what is still to be asked of the chosen lines: {needs: quantity | reason | none, line, answers, faults}.

    `quantity` holds for a single line, `reason` for all, unless it is "differ"; `faults`: one of them is our mistake.
    """
    known = {line["value"]: line for line in lines}
    asked = [known[item] for item in items if item in known]
    told = {line["value"]: dict((answers or {}).get(line["value"], {})) for line in asked}
    for line in asked:
        own = told[line["value"]]
        if line["quantity"] == 1 or (quantity and len(asked) == 1):
            own["quantity"] = min(quantity or 1, line["quantity"])
        if reason and reason != "differ":
            own.setdefault("reason", reason)
    for line in asked:
        for need in ("quantity", "reason"):
            if need not in told[line["value"]]:
                return Result({"needs": need, "line": line, "answers": told, "faults": False})
    found = [own["reason"] for own in told.values()]
    faults = any(each in FAULTS for each in found)
    return Result({"needs": "none", "line": None, "answers": told, "faults": faults})


@action("note_detail")
def note_detail(
    _ctx: ActionContext,
    answers: dict[str, Any],
    line: dict[str, Any],
    quantity: int | None = None,
    reason: str | None = None,
) -> Result:
    """Adds to what was said of a line: its quantity, its reason."""
    added = {"quantity": quantity, "reason": reason}
    own = {**answers.get(line["value"], {}), **{name: value for name, value in added.items() if value}}
    return Result({**answers, line["value"]: own})


@action("list_offers")
def list_offers(ctx: ActionContext, order_number: str, answers: dict[str, Any], claim: str | None = None) -> Result:
    """Tells what the customer can have for what they send back: {refund, exchange, store_credit, replacement: the
    arithmetic, or none; only: the single one; currency}. Raises PermissionError, LookupError, ValueError."""
    order = proven_order(ctx, order_number)
    return Result(offers(ctx, order, _chosen(ctx, order, answers, claim), bool(claim)))


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
    order = proven_order(ctx, order_number)
    chosen = _chosen(ctx, order, answers, claim)
    return Result(summed(ctx, order, chosen, resolution, bool(claim), exchange_for or {}))


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
    order = proven_order(ctx, order_number)
    if not allowed(ctx, order, EXCHANGE if resolution == EXCHANGE else "return"):
        raise PermissionError(order_number)
    chosen = _chosen(ctx, order, answers, claim)
    sums = summed(ctx, order, chosen, resolution, bool(claim), exchange_for or {})
    wish = agreed(chosen, resolution, claim or "", exchange_for or {}, photos or [], note or "")
    return file(ctx, order, wish, sums)


def delivered_orders(ctx: ActionContext) -> list[Order]:
    """Lists the customer's orders of which something has arrived, newest first."""
    return [
        order
        for order in known_orders(ctx)
        if order.status not in CLOSED and any(s.status == ShipmentStatus.DELIVERED for s in order.shipments)
    ]


def proven_order(ctx: ActionContext, order_number: str) -> Order:
    """Finds an order that the customer has proven to be theirs. Raises PermissionError, LookupError."""
    order = find(ctx, order_number)
    if order is None:
        raise LookupError(order_number)
    if not proven(ctx, order, Proof.CONTACT):
        raise PermissionError(order_number)
    return order


_ASK: dict[str, Any] = {"outcome": "ask", "order_number": None}
_SEVERAL: dict[str, Any] = {"outcome": "several", "order_number": None}


def _likely(ctx: ActionContext, mine: Sequence[Order], said: str, spoken_of: str = "") -> Sequence[Order]:
    """Lists the orders that may be meant: with what is named, whether it has arrived or not; else those that have."""
    named, delivered = by_content(said, mine, ctx.customer.locale), delivered_orders(ctx)
    arrived = [order for order in named or mine if order in delivered] or named or mine
    return [order for order in arrived if order.number == spoken_of] or arrived


def _return_states(ctx: ActionContext, order: Order) -> list[LineState]:
    where = place(ctx.customer.timezone, ctx.now)
    return line_states(ctx.policies.returns, order, gone(ctx, order), where)


def _claim_states(ctx: ActionContext, order: Order, kind: str) -> list[LineState]:
    where = place(ctx.customer.timezone, ctx.now)
    days: int | None = ctx.policies.returns.claims.window_days
    if kind == "defective":
        days = round(ctx.policies.warranty_months * DAYS_OF_YEAR / 12) or None
    return claimable(order, gone(ctx, order), where, days)


def _chosen(ctx: ActionContext, order: Order, answers: Answers, claim: str | None) -> list[Chosen]:
    """Reads what is sent back, and checks again that it may be. Raises ValueError."""
    states = _claim_states(ctx, order, claim) if claim else _return_states(ctx, order)
    known = {state.line.id: state for state in states}
    chosen = []
    for line_id, own in answers.items():
        state = known.get(line_id)
        quantity = int(own.get("quantity") or 0)
        if state is None or not 1 <= quantity <= state.quantity:
            raise ValueError("not returnable")
        chosen.append(Chosen(state, quantity, str(claim or own["reason"])))
    if not chosen:
        raise ValueError("nothing chosen")
    return chosen


def _checked(outcome: str, order: Order, states: Sequence[LineState], said: str | None) -> dict[str, Any]:
    lines = [_line(state) for state in states if state.quantity]
    kept = [{"title": state.line.title, "why": state.why} for state in states if not state.quantity]
    open_lines = [state.line for state in states if state.quantity]
    return {
        "outcome": outcome,
        "order_number": order.number.lstrip("#"),
        "deadline": max((line["deadline"] for line in lines if line["deadline"]), default=None),
        "lines": lines,
        "kept": kept,
        "named": named_lines(said, open_lines) if said else [],
        "late": max((state.late for state in states), default=0),
        "currency": order.currency,
        "outcomes": {name: any(name in state.offers for state in states) for name in OUTCOMES},
    }


def _outcome(ctx: ActionContext, states: Sequence[LineState], said: str | None) -> str:
    """Says how it stands with an order: with what was named of it, else with all of it."""
    named = set(named_lines(said, [state.line for state in states])) if said else set()
    meant_ = [state for state in states if state.line.id in named] or list(states)
    if any(state.quantity for state in meant_):
        return "ok"
    reasons = {state.why for state in meant_}
    late = [state.late for state in meant_ if state.why == "out_of_window"]
    if late:
        return "just_late" if min(late) <= ctx.policies.returns.grace_days else "out_of_window"
    if "not_delivered" in reasons:
        return "not_delivered"
    if reasons == {"returning"}:
        return "returning"
    return "ok" if any(state.quantity for state in states) and not named else "nothing_left"


def _line(state: LineState) -> dict[str, Any]:
    line = state.line
    last = max((offer.until for offer in state.offers.values()), default=None)
    return {
        "value": line.id,
        "title": line.title,
        "variant": line.variant,
        "quantity": state.quantity,
        "deadline": last.isoformat() if last else None,
    }


def _coming(order: Order) -> list[dict[str, Any]]:
    """Lists what of an order is on its way in another parcel, or in none yet."""
    arrived = {each.line_id for s in order.shipments if s.status == ShipmentStatus.DELIVERED for each in s.lines}
    whole = any(s.status == ShipmentStatus.DELIVERED and not s.lines for s in order.shipments)
    listed = []
    for line in order.lines:
        parcel = next((s for s in order.shipments if any(each.line_id == line.id for each in s.lines)), None)
        if line.id not in arrived and not whole:
            eta = parcel.eta.isoformat() if parcel and parcel.eta else None
            listed.append({"title": line.title, "carrier": parcel.carrier if parcel else "", "eta": eta})
    return listed


def _price_traits(lines: Sequence[Line]) -> dict[str, list[str]]:
    """Tells by id which line is the cheapest and which the dearest, where all prices are known and differ."""
    priced = sorted(lines, key=lambda line: line.unit_price)
    if len({line.unit_price for line in lines}) < len(lines) or len(lines) < 2 or not priced[0].unit_price:
        return {}
    return {priced[0].id: ["cheapest"], priced[-1].id: ["dearest"]}
