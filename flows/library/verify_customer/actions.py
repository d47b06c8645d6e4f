"""Proves that an order is the customer's: by the channel's number, or by order number plus one fact."""

import re
from collections.abc import Sequence
from datetime import timedelta

from core.conversations import Proof
from core.order_numbers import named, normal_form
from core.orders import Order
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import GrantProof, RecordProofAttempt
from flows.library.common.orders import find, meant, proven, vouched
from flows.understanding.codes import candidates, spans

WRONG_ATTEMPTS, WINDOW = 5, timedelta(hours=1)
TRIED = 2  # orders that one answer is compared with
_SIGNS = re.compile(r"[^0-9a-z]+")


@action("check_proof")
def check_proof(ctx: ActionContext, order_number: str | list[str], level: str = Proof.CONTACT) -> Result:
    """Tells whether what we know already suffices: {outcome: ok | locked | ask, order_number, vouched}.

    `vouched` tells that the channel itself proves the order's phone, so that its last digits would prove nothing new.
    An order that does not exist looks like one that is not proven.
    """
    order = find(ctx, order_number)
    number = order.number if order else _label(order_number)
    if order is not None and proven(ctx, order, Proof(level)):
        return Result({"outcome": "ok", "order_number": number, "vouched": False})
    outcome = "locked" if locked(ctx, number) else "ask"
    return Result(
        {"outcome": outcome, "order_number": order_number, "vouched": order is not None and vouched(ctx, order)}
    )


@action("check_identity")
def check_identity(ctx: ActionContext, order_number: str | list[str], proof: str | list[str]) -> Result:
    """Grants the proof when it is right: {outcome: ok | mismatch | locked | number | unread, order_number}.

    A text is what was given as the answer, and a wrong one is recorded; a list was read out of a message: where it is
    not right it is nothing (`unread`). `number`: the answer was an order's number once more, which proves nothing.
    """
    facts = proof.split() if isinstance(proof, str) else proof
    tried = _existing(ctx, order_number)
    numbers = [order.number for _, order in tried] or [_label(order_number)]
    if locked(ctx, numbers[0]):
        return Result({"outcome": "locked", "order_number": order_number})
    for said, order in tried:
        if any(_matches(ctx, order, fact) for fact in _usable(facts, said, order.number)):
            granted = (RecordProofAttempt(order.number, True), GrantProof(Proof.ORDER, order.number))
            return Result({"outcome": "ok", "order_number": order.number}, granted)
    given = order_number if isinstance(order_number, str) else None
    other = meant(ctx, facts)
    if isinstance(proof, list):
        return Result({"outcome": "unread", "order_number": given})
    if other is not None or (facts and not _usable(facts, *numbers, _label(order_number))):
        return Result({"outcome": "number", "order_number": other.number if other else given})
    wrong = tuple(RecordProofAttempt(number, False) for number in numbers)
    return Result({"outcome": "mismatch", "order_number": order_number}, wrong)


def _existing(ctx: ActionContext, order_number: str | Sequence[str]) -> list[tuple[str, Order]]:
    """Finds the orders that may be meant, each by what names it, the likeliest first."""
    wanted = candidates(order_number)
    known = ctx.store.orders_named(wanted) if wanted else []
    found: dict[str, tuple[str, Order]] = {}
    for said in wanted:
        order = named([said], known)
        if order is not None:
            found.setdefault(order.number, (said, order))
    return list(found.values())[:TRIED]


def _usable(facts: Sequence[str], *numbers: str) -> list[str]:
    """Lists the facts that are checked: one e-mail and one code, which is no part of the order's number."""
    own = {normal_form(part) for number in numbers for part in (number, *spans(number))}
    kept = [fact for fact in facts if normal_form(fact) not in own]
    emails = [fact for fact in kept if "@" in fact]
    return [*emails[:1], *[fact for fact in kept if fact not in emails][:1]]


def _label(order_number: str | Sequence[str]) -> str:
    """Names what no order is found for, under which attempts are counted: the first number by itself."""
    wanted = candidates(order_number)
    return next((each for each in wanted if not re.search(r"[\s,]", each)), wanted[0] if wanted else "")


def locked(ctx: ActionContext, number: str) -> bool:
    """Tells whether too many attempts were wrong, by this customer or for this number."""
    mine, anybody = ctx.store.wrong_attempts(number, ctx.now - WINDOW)
    return mine >= WRONG_ATTEMPTS or anybody >= WRONG_ATTEMPTS


def _matches(ctx: ActionContext, order: Order, proof: str) -> bool:
    said = proof.strip().casefold()
    if "@" in said:
        return bool(order.buyer.email) and said == order.buyer.email.strip().casefold()
    compact = _SIGNS.sub("", said)
    postcode = _SIGNS.sub("", order.shipping.postcode.casefold())
    # A US postcode may be given with or without its last four digits.
    if postcode and (
        compact == postcode
        or (order.shipping.country in ("", "US") and compact[:5] == postcode[:5] and len(compact) in (5, 9))
    ):
        return True
    digits = re.sub(r"\D", "", order.buyer.phone)
    return len(compact) == 4 and len(digits) > 4 and digits.endswith(compact) and not vouched(ctx, order)
