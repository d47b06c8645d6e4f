"""Who may hear about an order: proof by the channel's number, or by number plus one fact."""

import re
from datetime import timedelta
from functools import lru_cache

from core.addresses import e164
from core.conversations import PROOF_RANK, Proof
from core.orders import Order
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import GrantProof, RecordGuess

WRONG_GUESSES, WINDOW = 5, timedelta(hours=1)
_SIGNS = re.compile(r"[^0-9a-z]+")


@action("check_proof")
def check_proof(ctx: ActionContext, order_number: str, level: str = Proof.CONTACT) -> Result:
    """Whether what we know already suffices: {outcome: ok | locked | ask, order_number, vouched}.

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
    """One guess, recorded and when right granted: {outcome: ok | mismatch | locked, order_number}."""
    order = find(ctx, order_number)
    number = order.number if order else order_number
    if locked(ctx, number):
        return Result({"outcome": "locked", "order_number": order_number})
    if order is not None and _matches(ctx, order, proof):
        granted = (RecordGuess(number, True), GrantProof(Proof.ORDER, number))
        return Result({"outcome": "ok", "order_number": number}, granted)
    return Result({"outcome": "mismatch", "order_number": order_number}, (RecordGuess(number, False),))


def find(ctx: ActionContext, number: str) -> Order | None:
    """The order of an order number, or of a tracking number given in its place."""
    return ctx.store.order(number) or ctx.store.order_by_tracking(number)


def proven(ctx: ActionContext, order: Order, level: Proof) -> bool:
    """Whether the customer has proven this order up to `level`."""
    if PROOF_RANK[level] <= PROOF_RANK[Proof.CONTACT] and vouched(ctx, order):
        return True
    return any(
        grant.order_number == order.number and grant.until > ctx.now and PROOF_RANK[grant.level] >= PROOF_RANK[level]
        for grant in ctx.grants
    )


def vouched(ctx: ActionContext, order: Order) -> bool:
    """Whether the channel vouches for the phone that the order was placed with."""
    phone = ctx.phone
    return phone is not None and bool(order.buyer.phone) and phone == _e164(order.buyer.phone, order.shipping.country)


def locked(ctx: ActionContext, number: str) -> bool:
    """Whether too many guesses were wrong, by this customer or for this number."""
    mine, anybody = ctx.store.wrong_guesses(number, ctx.now - WINDOW)
    return mine >= WRONG_GUESSES or anybody >= WRONG_GUESSES


def _matches(ctx: ActionContext, order: Order, proof: str) -> bool:
    said = proof.strip().casefold()
    if "@" in said:
        return bool(order.buyer.email) and said == order.buyer.email.strip().casefold()
    compact = _SIGNS.sub("", said)
    postcode = _SIGNS.sub("", order.shipping.postcode.casefold())
    # A US postcode may be told with or without its last four digits.
    if postcode and (
        compact == postcode
        or (order.shipping.country in ("", "US") and compact[:5] == postcode[:5] and len(compact) in (5, 9))
    ):
        return True
    digits = re.sub(r"\D", "", order.buyer.phone)
    return len(compact) == 4 and len(digits) > 4 and digits.endswith(compact) and not vouched(ctx, order)


@lru_cache(maxsize=4096)
def _e164(phone: str, country: str) -> str | None:
    return e164(phone, country or None)
