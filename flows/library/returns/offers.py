"""Works out what the customer can have for what they send back, and whether a person must decide."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, get_args

import msgspec
from msgspec.structs import replace

from core.shop.money import ZERO, exact, written
from core.shop.orders import Order
from flows.engine.context import ActionContext
from flows.library.returns.amounts import Paid, Sums, difference, goods_value, paid_for, settle
from flows.library.returns.eligibility import LineState
from flows.library.returns.history import exchanged_before, gone, refunded, refunds_only, returns_in_a_year
from flows.loading.return_policy import OUTCOMES, Outcome, ReturnPolicy, Terms

FAULTS = ("damaged", "defective", "wrong_item", "missing_item")  # our mistakes, among the reasons
GIFT = "gift"  # a reason: what was given to the customer is worth credit, and nothing to its giver
REPLACEMENT = "replacement"  # the same once more, for our mistake


class Chosen(msgspec.Struct, frozen=True):
    """Holds what is sent back of a line, and why."""

    state: LineState
    quantity: int
    reason: str

    @property
    def line_id(self) -> str:
        """Returns the line's id."""
        return self.state.line.id


def offers(ctx: ActionContext, order: Order, chosen: Sequence[Chosen], claim: bool) -> dict[str, Any]:
    """Lists the outcomes that are open for all that is chosen, each with what it comes to."""
    policy = ctx.policies.returns
    found: dict[str, Any] = {}
    for outcome in OUTCOMES:
        if _open(policy, order, chosen, outcome, claim):
            found[outcome] = _told(_sums(ctx, order, chosen, outcome))
    if claim:
        found[REPLACEMENT] = {"total": None}
    names = [name for name in (*OUTCOMES, REPLACEMENT) if name in found]
    return {
        **{name: found.get(name) for name in (*OUTCOMES, REPLACEMENT)},
        "only": names[0] if len(names) == 1 else None,
        "count": len(names),
        "currency": order.currency,
        "priced": _priced(chosen),
    }


def summed(
    ctx: ActionContext,
    order: Order,
    chosen: Sequence[Chosen],
    resolution: str,
    claim: bool,
    exchange_for: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Writes the whole summary of a request. Raises ValueError where its outcome is not open."""
    policy = ctx.policies.returns
    if resolution == REPLACEMENT and claim:
        outcome: Outcome = "exchange"
    elif resolution in get_args(Outcome) and _open(policy, order, chosen, resolution, claim):  # type: ignore[arg-type]
        outcome = resolution  # type: ignore[assignment]
    else:
        raise ValueError("this outcome is not open")
    sums = _sums(ctx, order, chosen, outcome)
    dearer = _difference(ctx, order, chosen, exchange_for) if resolution == "exchange" else None
    ours = claim or all(each.reason in FAULTS for each in chosen)
    terms = _terms(policy, order, outcome)
    keep = _may_keep(policy, order, chosen, sums, ours)
    told = {
        **_told(sums),
        "lines": [_line(order, each, exchange_for) for each in chosen],
        "order_number": order.number.lstrip("#"),
        "priced": _priced(chosen),
        "difference": None if dearer is None else written(dearer, order.currency),
        "dearer": None if dearer is None else (dearer > 0) - (dearer < 0),
        "gap": None if dearer is None else written(abs(dearer), order.currency),
        "pays": "store" if ours or keep else terms.return_shipping,
        "keep": keep,
        "fault": ours,
        "gift": any(each.reason == GIFT for each in chosen),
        "resolution": resolution,
    }
    return {**told, "approved": _approves(ctx, order, chosen, resolution, claim, sums, dearer)}


def _open(policy: ReturnPolicy, order: Order, chosen: Sequence[Chosen], outcome: Outcome, claim: bool) -> bool:
    if claim:
        return outcome == "refund"
    if any(each.reason == GIFT for each in chosen) and outcome != "exchange":
        return outcome == "store_credit"
    if all(each.reason in FAULTS for each in chosen):
        return outcome != "store_credit" or _terms(policy, order, outcome).enabled
    return all(each.reason in FAULTS or outcome in each.state.offers for each in chosen)


def _sums(ctx: ActionContext, order: Order, chosen: Sequence[Chosen], outcome: Outcome) -> Sums:
    """Adds up what is free of fees and what is not."""
    policy, back = ctx.policies.returns, gone(ctx, order)
    terms = _terms(policy, order, outcome)
    first = outcome == "exchange" and terms.first_free and not exchanged_before(ctx, order)
    free = [each for each in chosen if first or _is_free(each, outcome)]
    paid = paid_for(order, refunded(ctx, order))
    withdrawn = outcome == "refund" and _all_of_it(ctx, order, free) and not any(e.reason in FAULTS for e in free)
    without = settle(paid, _pieces(free), back, terms, free=True, with_shipping=withdrawn)
    rest = [each for each in chosen if each not in free]
    spent = replace(paid, refunded=paid.refunded + without.total - without.bonus)
    return _added(without, settle(spent, _pieces(rest), back, terms))


def _is_free(each: Chosen, outcome: Outcome) -> bool:
    offer = each.state.offers.get(outcome)
    return each.reason in FAULTS or (offer is not None and offer.by_law)


def _all_of_it(ctx: ActionContext, order: Order, chosen: Sequence[Chosen]) -> bool:
    """Tells whether with these pieces nothing of an order is left that was not sent back for the money."""
    pieces = _pieces(chosen)
    for line_id, count in refunds_only(ctx, order).items():
        pieces[line_id] = pieces.get(line_id, 0) + count
    return pieces == {line.id: line.quantity for line in order.lines}


def _added(one: Sums, other: Sums) -> Sums:
    return Sums(
        one.currency,
        one.goods + other.goods,
        one.restocking + other.restocking,
        one.fee + other.fee,
        one.shipping + other.shipping,
        one.bonus + other.bonus,
        one.total + other.total,
        one.capped or other.capped,
    )


def _told(sums: Sums) -> dict[str, Any]:
    """Writes sums for texts: as strings, none where there is nothing."""
    names = ("goods", "restocking", "fee", "shipping", "bonus", "total")
    values = {name: getattr(sums, name) for name in names}
    kept = ("goods", "total")
    return {
        **{name: written(value, sums.currency) if value or name in kept else None for name, value in values.items()},
        "currency": sums.currency,
    }


def _line(order: Order, each: Chosen, exchange_for: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    line, wanted = each.state.line, exchange_for.get(each.line_id, {})
    value = goods_value(paid_for(order), {line.id: each.quantity}, {})
    return {
        "title": line.title,
        "variant": line.label,
        "quantity": each.quantity,
        "reason": each.reason,
        "value": written(value, order.currency),
        "to": str(wanted.get("title") or ""),
    }


def _difference(
    ctx: ActionContext, order: Order, chosen: Sequence[Chosen], exchange_for: Mapping[str, Mapping[str, Any]]
) -> Decimal | None:
    """Tells what the other variants cost more than was paid; none where a price is not known."""
    prices = {line: each.get("price") for line, each in exchange_for.items()}
    currencies = {each.get("currency") for each in exchange_for.values()}
    if not (_priced(chosen) and currencies == {order.currency} and all(prices.get(c.line_id) for c in chosen)):
        return None
    paid: Paid = paid_for(order)
    new = {line: Decimal(str(price)) for line, price in prices.items()}
    listed = sum((each.state.line.unit_price * each.quantity for each in chosen), ZERO)
    asked = sum((new[each.line_id] * each.quantity for each in chosen), ZERO)
    if exact(listed, order.currency) == exact(asked, order.currency):
        return exact(ZERO, order.currency)  # the same price, whatever discount it was bought with
    return difference(paid, _pieces(chosen), gone(ctx, order), new)


def _may_keep(policy: ReturnPolicy, order: Order, chosen: Sequence[Chosen], sums: Sums, ours: bool) -> bool:
    """Tells whether sending back costs more than the goods are worth; what is missing cannot be sent back at all."""
    if ours and all(each.reason == "missing_item" for each in chosen):
        return True
    limit = policy.sum_in(policy.keep_item_under, order.currency)
    return limit is not None and _priced(chosen) and sums.goods < limit


def _approves(
    ctx: ActionContext,
    order: Order,
    chosen: Sequence[Chosen],
    resolution: str,
    claim: bool,
    sums: Sums,
    dearer: Decimal | None,
) -> bool:
    """Tells whether no person has to decide: within the policy's limits, and the store's system does it."""
    policy = ctx.policies.returns
    if "return.create" not in ctx.shop or not _priced(chosen) or any(each.reason == GIFT for each in chosen):
        return False
    if claim:
        limit = policy.sum_in(policy.claims.auto_approve_under, order.currency)
        return limit is not None and sums.goods < limit
    granted = policy.auto_approve
    if granted is None or resolution not in granted.outcomes or any(each.reason in FAULTS for each in chosen):
        return False
    limit = policy.sum_in(granted.up_to, order.currency)
    settled = resolution != "exchange" or dearer == 0
    return limit is not None and sums.goods <= limit and settled and returns_in_a_year(ctx) < granted.per_year


def _terms(policy: ReturnPolicy, order: Order, outcome: Outcome) -> Terms:
    return policy.terms(outcome, order.shipping.country, order.shipping.region)


def _pieces(chosen: Sequence[Chosen]) -> dict[str, int]:
    return {each.line_id: each.quantity for each in chosen}


def _priced(chosen: Sequence[Chosen]) -> bool:
    return all(each.state.line.unit_price > 0 for each in chosen)
