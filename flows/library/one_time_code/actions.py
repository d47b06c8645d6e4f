"""Sends one-time codes and checks them; says whom they go to only in part."""

from core.people.addresses import e164
from core.people.conversations import Proof
from core.people.one_time_codes import EMAIL, SENDS, SENDS_WITHIN, SMS, SentCode
from core.shop.orders import Order
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import GrantProof, RecordCodeTry, SendCode
from flows.library.common.orders import find, known_orders, proven

SHOWN = 2  # last digits of a phone


@action("list_code_ways")
def list_code_ways(ctx: ActionContext, order_number: str) -> Result:
    """Lists by which ways a code can reach the buyer: {value: email | sms, to}, what failed just now left out.

    None for an order that is not proven at all: nothing of a stranger's order is told, not even in part.
    """
    order = _own(ctx, order_number)
    return Result([{"value": way, "to": to} for way, to in _ways(ctx, order).items()] if order else [])


@action("send_code")
def send_code(ctx: ActionContext, order_number: str, way: str) -> Result:
    """Sends a code: {outcome: sent | too_many | nowhere, way, to, ways: how many there are}."""
    order = _own(ctx, order_number)
    ways = _ways(ctx, order) if order else {}
    if order is None or way not in ways:
        return Result({"outcome": "nowhere", "way": way, "to": "", "ways": len(ways)})
    value = {"outcome": "sent", "way": way, "to": ways[way], "ways": len(ways)}
    if len(_recent(ctx, order.number)) >= SENDS:
        return Result({**value, "outcome": "too_many"})
    return Result(value, (SendCode(order.number, way),))


@action("check_code")
def check_code(ctx: ActionContext, order_number: str, code: str) -> Result:
    """Grants the proof when the code is right: {outcome: ok | wrong | over}. `over`: there is none that may be tried.

    It proves all known orders of the person whom it reached.
    """
    order = _own(ctx, order_number)
    own = (
        [each for each in _recent(ctx, order.number) if each.id and each.order_number == order.number] if order else []
    )
    valid = [each for each in own if each.holds(ctx.now)]
    if order is None or not valid:
        return Result({"outcome": "over"})
    right = [each for each in valid if ctx.store.is_code(each.id, code)]
    if not right:
        tried = valid[0]
        left = any(replaced.holds(ctx.now) for replaced in (_once_more(tried), *valid[1:]))
        return Result({"outcome": "wrong" if left else "over"}, (RecordCodeTry(tried.id, False),))
    reached = [each for each in known_orders(ctx) if _same_person(order, each, right[0].way)]
    numbers = dict.fromkeys((order.number, *(each.number for each in reached)))
    granted = tuple(GrantProof(Proof.CODE, number) for number in numbers)
    return Result({"outcome": "ok"}, (RecordCodeTry(right[0].id, True), *granted))


def _own(ctx: ActionContext, order_number: str) -> Order | None:
    order = find(ctx, order_number)
    return order if order is not None and proven(ctx, order, Proof.CONTACT) else None


def _recent(ctx: ActionContext, number: str) -> list[SentCode]:
    return [each for each in ctx.store.codes(number) if each.sent_at > ctx.now - SENDS_WITHIN]


def _ways(ctx: ActionContext, order: Order) -> dict[str, str]:
    """Returns way -> masked goal. An SMS to the very number that writes by SMS would prove nothing."""
    failed = {each.way for each in _recent(ctx, order.number) if each.failed and each.order_number == order.number}
    found = {}
    if EMAIL in ctx.code_ways and order.buyer.email:
        found[EMAIL] = masked_email(order.buyer.email)
    phone = e164(order.buyer.phone, order.shipping.country or None)
    writes_from_it = ctx.address.channel == SMS and ctx.phone == phone
    if SMS in ctx.code_ways and phone and not writes_from_it and ctx.store.may_text(phone):
        found[SMS] = f"***{phone[-SHOWN:]}"
    return {way: to for way, to in found.items() if way not in failed}


def _same_person(order: Order, other: Order, way: str) -> bool:
    if way == EMAIL:
        return order.buyer.email.casefold() == other.buyer.email.casefold()
    return e164(order.buyer.phone, order.shipping.country or None) == e164(
        other.buyer.phone, other.shipping.country or None
    )


def _once_more(code: SentCode) -> SentCode:
    return SentCode(code.id, code.order_number, code.way, code.sent_at, code.tries + 1)


def masked_email(address: str) -> str:
    """Masks an address: j***@e***.com"""
    name, _, host = address.strip().partition("@")
    domain, dot, ending = host.rpartition(".")
    return f"{name[:1]}***@{domain[:1]}***{dot}{ending}"
