"""Sends everything that channels bring in the middle of every flow: nothing fails, and a person is two turns away.

The engine's own matrix (tests/flows/library) goes through each question; here it is each kind of event, as it comes
from a channel: what only the hub sees, edits, reactions, forwarded words, bursts, is among it.
"""

import itertools
from collections.abc import Callable, Sequence

import pytest

from core.messages.inbound import Deleted, Edited, InboundEvent, InboundMessage, Reacted, Unsupported
from core.messages.pieces import Attachment, Choice, Profile, Quote
from core.people.addresses import Address
from core.people.conversations import Owner
from core.shop.orders import Buyer
from storage.desk.tables import cases
from storage.people.tables import conversations
from storage.queues.tables import inbox
from tests.hub.house import House
from tests.storage.orders_sample import saved_order

PHONES = (f"+1202555{number:04d}" for number in itertools.count(3000))
PLACE = {"latitude": 48.85, "longitude": 2.35, "name": "Home"}
CARD = {"name": "Joe", "phone": "+12025550155"}

Brings = Callable[[House, Address, str], Sequence[InboundEvent]]  # of the last message's id


def says(text: str = "", **more: object) -> Brings:
    def bring(house: House, sender: Address, _last: str) -> Sequence[InboundEvent]:
        named = {"profile": Profile("J"), **more}
        return (InboundMessage(house.fresh("in"), sender, house.clock(), text, **named),)  # type: ignore[arg-type]

    return bring


def attaches(kind: str, text: str = "", **data: object) -> Brings:
    return says(text, attachments=(Attachment(kind, "ref-1", data=dict(data)),))


def edits(house: House, sender: Address, last: str) -> Sequence[InboundEvent]:
    return (Edited(house.fresh("e"), sender, house.clock(), last, "no, the other one"),)


def edits_twice_and_takes_back(house: House, sender: Address, last: str) -> Sequence[InboundEvent]:
    return (
        *edits(house, sender, last),
        Edited(house.fresh("e"), sender, house.clock(), last, ""),
        Deleted(house.fresh("d"), sender, house.clock(), last),
    )


def takes_back_what_nobody_knows(house: House, sender: Address, _last: str) -> Sequence[InboundEvent]:
    return (Deleted(house.fresh("d"), sender, house.clock(), "gone"),)


def reacts(house: House, sender: Address, last: str) -> Sequence[InboundEvent]:
    return (Reacted(house.fresh("x"), sender, house.clock(), last, "👎"),)


def sends_the_unknown(house: House, sender: Address, _last: str) -> Sequence[InboundEvent]:
    return (Unsupported(house.fresh("u"), sender, house.clock(), "hologram", {"a": 1}, answerable=True),)


def writes_five_at_once(house: House, sender: Address, last: str) -> Sequence[InboundEvent]:
    return [each for text in ("hi", "hello?", "my", "order", "???") for each in says(text)(house, sender, last)]


def comes_twice(house: House, sender: Address, last: str) -> Sequence[InboundEvent]:
    (message,) = says("yes")(house, sender, last)
    return (message, message)


# What comes in, and whether words of ours have to follow.
KINDS: dict[str, tuple[Brings, bool]] = {
    "empty": (says(""), False),
    "emoji": (says("😀🎉👩🏽‍🚀"), True),
    "sticker": (attaches("sticker", emoji="🙂"), False),
    "voice": (attaches("voice"), True),
    "video": (attaches("video"), True),
    "location": (attaches("location", **PLACE), True),
    "contact": (attaches("contact", **CARD), True),
    "poll": (attaches("poll", question="?", options=[]), True),
    "kind of nobody": (attaches("aura"), True),
    "forwarded": (says("your parcel JD0001 is on its way", forwarded=True, origin="A shop"), True),
    "long": (says("I am writing because of my parcel. " * 150), True),
    "burst": (writes_five_at_once, True),
    "two answers": (says("1 and 2, but the second is damaged and I want a refund"), True),
    "mixed languages": (says("hi 你好 my 订单 please 谢谢"), True),
    "digits of another script": (says("١٢٣٤ २"), True),
    "stale button": (says(choice=Choice("ret.reason.damaged~0000", "Damaged")), True),
    "double tap": (comes_twice, True),
    "edited": (edits, False),
    "edited and taken back": (edits_twice_and_takes_back, False),
    "taken back, nobody knows what": (takes_back_what_nobody_knows, False),
    "reaction": (reacts, False),
    "reply to a message": (says("this one", quoted=Quote("Your order #1001 has shipped", author="shop")), True),
    "reply to what nobody knows": (says("that", reply_to="gone"), True),
    "unsupported": (sends_the_unknown, True),
    "code": (says("{{7*7}} '; DROP TABLE orders; -- <script>alert(1)</script>"), True),
    "control characters": (says("\x00\x07\x1b[31m"), True),
    "phone as order number": (says("+1 202 555 0199"), True),
    "profanity": (says("what the fuck is this shit"), True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_comes_in_the_middle_of_a_flow(house: House, kind: str) -> None:
    if not house.store.is_sqlite:
        return  # the same statements; once is enough
    brings, is_answered = KINDS[kind]
    for flow in sorted({*house.hub.flows.triggers.values()}):
        sender = Address("whatsapp", "main", next(PHONES))
        number = sender.value[-4:]
        saved_order(house.store, Buyer(id=f"c{number}", name="Jane Doe", phone=sender.value), number=number)
        last = house.hear("", sender, choice=Choice(f"start.{flow}", "Start"))
        if bots(house, sender) is not True:
            continue  # a person has it already: nothing is asked
        house.texts()
        house.accept(*brings(house, sender, last))
        house.drain()
        assert house.texts() or not is_answered or bots(house, sender) is False, flow
        house.later(minutes=1)
        for _ in range(2):
            if bots(house, sender):
                house.hear("agent", sender)
        assert bots(house, sender) is False, flow
        assert failed(house) == [], flow


def bots(house: House, sender: Address) -> bool | None:
    """Tells whether the bot has the conversation; None before there is one."""
    owner = next((row.owner for row in house.rows(conversations) if row.key == sender.key), None)
    return None if owner is None else owner == Owner.BOT.value


def failed(house: House) -> list[str]:
    """Names what was not survived; what nobody can read yet is kept whole, with a word that says so."""
    rows = [row for row in house.rows(inbox) if not (row.error or "").startswith("unsupported: ")]
    dead = [row.error for row in rows if row.error or row.attempts > 1]
    return dead + [row.reason for row in house.rows(cases) if row.reason in ("internal_error", "action_failed")]
