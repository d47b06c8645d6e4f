"""Proves that an order is the customer's: by the channel's number, by its number and one fact, by full name and
postcode."""

import re
from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2s
from typing import Any

from core.people.conversations import Proof
from core.people.postcodes import same_postcode
from core.people.same_name import name_form, same_name
from core.shop.order_numbers import named, normal_form
from core.shop.orders import Order
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import GrantProof, RecordProofAttempt
from flows.library.common.orders import find, known_orders, meant, needed, proven, vouched
from flows.understanding.values.codes import candidates, spans
from flows.understanding.values.persons import UNKNOWN, parted

WRONG_ATTEMPTS, WINDOW = 5, timedelta(hours=1)
TRIED = 2  # orders that one answer is compared with
GRANTED = 20  # orders of one person
NAMED = 3  # items that a sentence names
_SIGNS = re.compile(r"[^0-9a-z]+")


@action("check_proof")
def check_proof(
    ctx: ActionContext, order_number: str | list[str], level: str | None = None, purpose: str | None = None
) -> Result:
    """Tells whether what we know already suffices: {outcome: ok | code | locked | ask | nameless | person,
    order_number, vouched, proof_said, name, postcode}.

    `code`: all but a one-time code is there. `person`: the answer was a name with a postcode; `nameless`: that there is
    no number. `vouched` tells that the channel itself proves the order's phone, so that its last digits would prove
    nothing new. `proof_said`: {number, titles} of the order as far as it may be told which one it is.

    An order that does not exist looks like one that is not proven.
    """
    if order_number == UNKNOWN:
        return _checked("nameless", None)
    name, postcode = parted(order_number) if isinstance(order_number, str) else ("", "")
    if name and postcode:
        return _checked("person", None, name=name, postcode=postcode)
    order = find(ctx, order_number)
    number = order.number if order else _label(order_number)
    wanted = needed(ctx, purpose or "", Proof(level or Proof.CONTACT))
    if order is not None and proven(ctx, order, wanted):
        return _checked("ok", number, order)
    if order is not None and wanted is Proof.CODE and proven(ctx, order, Proof.CONTACT):
        return _checked("code", number, order)
    known = order if order is not None and vouched(ctx, order) else None
    outcome = "locked" if locked(ctx, number) else "ask"
    return _checked(outcome, order_number, known, vouched=known is not None)


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
        usable = _usable(facts, said, order.number)
        if any(_matches(ctx, order, fact) for fact in usable):
            granted = (GrantProof(Proof.ORDER, each.number) for each in (order, *_vouched_beside(ctx, order, usable)))
            return Result(
                {"outcome": "ok", "order_number": order.number}, (RecordProofAttempt(order.number, True), *granted)
            )
    given = order_number if isinstance(order_number, str) else None
    other = meant(ctx, facts)
    if isinstance(proof, list):
        return Result({"outcome": "unread", "order_number": given})
    if other is not None or (facts and not _usable(facts, *numbers, _label(order_number))):
        return Result({"outcome": "number", "order_number": other.number if other else given})
    wrong = tuple(RecordProofAttempt(number, False) for number in numbers)
    return Result({"outcome": "mismatch", "order_number": order_number}, wrong)


@action("part_name")
def part_name(_ctx: ActionContext, who: str) -> Result:
    """Parts an answer into {name, postcode: text | none}."""
    name, postcode = parted(who)
    return Result({"name": name, "postcode": postcode or None})


@action("check_person")
def check_person(ctx: ActionContext, name: str, postcode: str) -> Result:
    """Grants the proof of each order that goes to this person at this postcode: {outcome: one | several | mismatch |
    locked, order_number: of the only one}.

    A name that nobody has looks like a postcode that is wrong; tries are counted for the name.
    """
    label = f"~{blake2s(name_form(name).encode(), digest_size=9).hexdigest()}"
    if locked(ctx, label):
        return Result({"outcome": "locked", "order_number": None})
    theirs = [o for o in ctx.store.orders_at(postcode) if same_name(name, o.buyer.name)][:GRANTED]
    theirs = [o for o in theirs if same_postcode(postcode, o.shipping.postcode, o.shipping.country)]
    if not theirs:
        return Result({"outcome": "mismatch", "order_number": None}, (RecordProofAttempt(label, False),))
    granted = tuple(
        effect
        for order in theirs
        for effect in (RecordProofAttempt(order.number, True), GrantProof(Proof.ORDER, order.number))
    )
    only = theirs[0].number if len(theirs) == 1 else None
    return Result({"outcome": "one" if only else "several", "order_number": only}, granted)


def _checked(outcome: str, number: str | list[str] | None, order: Order | None = None, **more: Any) -> Result:
    """Makes the value of `check_proof`; only a known order's items are named."""
    said = {
        "number": order.number.lstrip("#") if order else number.lstrip("#") if isinstance(number, str) else None,
        "titles": [line.title for line in order.lines[:NAMED]] if order else [],
    }
    base = {"outcome": outcome, "order_number": number, "vouched": False, "proof_said": said}
    return Result({**base, "name": None, "postcode": None, **more})


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


def _vouched_beside(ctx: ActionContext, order: Order, facts: Sequence[str]) -> list[Order]:
    """Lists the other orders of the phone that the channel vouches for which the same facts prove too."""
    others = (each for each in known_orders(ctx) if each.number != order.number and vouched(ctx, each))
    return [each for each in others if any(_matches(ctx, each, fact) for fact in facts)][:GRANTED]


def _label(order_number: str | Sequence[str]) -> str:
    """Names what no order is found for, under which attempts are counted: the first number by itself."""
    wanted = candidates(order_number)
    return next((each for each in wanted if not re.search(r"[\s,]", each)), wanted[0] if wanted else "")


def locked(ctx: ActionContext, number: str) -> bool:
    """Tells whether too many attempts were wrong, by this customer or for this number or name."""
    mine, anybody = ctx.store.wrong_attempts(number, ctx.now - WINDOW)
    return mine >= WRONG_ATTEMPTS or anybody >= WRONG_ATTEMPTS


def _matches(ctx: ActionContext, order: Order, proof: str) -> bool:
    said = proof.strip().casefold()
    if "@" in said:
        return bool(order.buyer.email) and said == order.buyer.email.strip().casefold()
    if same_postcode(said, order.shipping.postcode, order.shipping.country):
        return True
    compact, digits = _SIGNS.sub("", said), re.sub(r"\D", "", order.buyer.phone)
    return len(compact) == 4 and len(digits) > 4 and digits.endswith(compact) and not vouched(ctx, order)
