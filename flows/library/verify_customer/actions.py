"""Proves that an order is the customer's: by the channel's number, or by order number plus one fact."""

import re
from datetime import timedelta

from core.conversations import Proof
from core.orders import Order
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import GrantProof, RecordProofAttempt
from flows.library.common.orders import find, proven, vouched

WRONG_ATTEMPTS, WINDOW = 5, timedelta(hours=1)
_SIGNS = re.compile(r"[^0-9a-z]+")


@action("check_proof")
def check_proof(ctx: ActionContext, order_number: str, level: str = Proof.CONTACT) -> Result:
    """Tells whether what we know already suffices: {outcome: ok | locked | ask, order_number, vouched}.

    `vouched` tells that the channel itself proves the order's phone, so that its last digits would prove nothing new.
    An order that does not exist looks like one that is not proven.
    """
    order = find(ctx, order_number)
    number = order.number if order else order_number
    if order is not None and proven(ctx, order, Proof(level)):
        return Result({"outcome": "ok", "order_number": number, "vouched": False})
    outcome = "locked" if locked(ctx, number) else "ask"
    return Result(
        {"outcome": outcome, "order_number": order_number, "vouched": order is not None and vouched(ctx, order)}
    )


@action("check_identity")
def check_identity(ctx: ActionContext, order_number: str, proof: str) -> Result:
    """Records one attempt, and grants the proof when it is right: {outcome: ok | mismatch | locked, order_number}."""
    order = find(ctx, order_number)
    number = order.number if order else order_number
    if locked(ctx, number):
        return Result({"outcome": "locked", "order_number": order_number})
    if order is not None and _matches(ctx, order, proof):
        granted = (RecordProofAttempt(number, True), GrantProof(Proof.ORDER, number))
        return Result({"outcome": "ok", "order_number": number}, granted)
    return Result({"outcome": "mismatch", "order_number": order_number}, (RecordProofAttempt(number, False),))


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
