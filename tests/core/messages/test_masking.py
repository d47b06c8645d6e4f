"""Tests that card numbers are masked wherever a customer's words stand, and that nothing else of an event changes."""

from core.content.payment_secrets import CARD
from core.messages.inbound import Answered, Edited, InboundMessage, Unsupported
from core.messages.masking import masked_event
from core.messages.pieces import Attachment, Choice, Quote
from core.people.addresses import Address
from tests.fakes import NOW

NUMBER = "4111 1111 1111 1111"
JANE = Address("whatsapp", "main", "+12025550101")


def test_words_captions_forms_presses_and_quotes() -> None:
    event = InboundMessage(
        "wamid.4111111111111111",
        JANE,
        NOW,
        f"it is {NUMBER}",
        choice=Choice("4111111111111111", NUMBER),
        attachments=(
            Attachment("image", ref="4111111111111111", caption=NUMBER),
            Attachment("form", data={"name": "pay", "answers": {"card": NUMBER, "count": 3, "more": [NUMBER]}}),
        ),
        quoted=Quote(text=NUMBER, part=NUMBER),
    )
    assert masked_event(event) == InboundMessage(
        "wamid.4111111111111111",
        JANE,
        NOW,
        f"it is {CARD}",
        choice=Choice("4111111111111111", CARD),
        attachments=(
            Attachment("image", ref="4111111111111111", caption=CARD),
            Attachment("form", data={"name": "pay", "answers": {"card": CARD, "count": 3, "more": [CARD]}}),
        ),
        quoted=Quote(text=CARD, part=CARD),
    )


def test_an_edit_and_an_item_kept_as_it_came() -> None:
    assert masked_event(Edited("1", JANE, NOW, "t", NUMBER)) == Edited("1", JANE, NOW, "t", CARD)
    raw = {"id": "4111111111111111", "text": {"body": NUMBER}, "items": [{"caption": NUMBER}], "n": 4111111111111111}
    shown = {"id": "4111111111111111", "text": {"body": CARD}, "items": [{"caption": CARD}], "n": 4111111111111111}
    event = Unsupported("1", JANE, NOW, "poll", raw, said={"question": NUMBER})
    assert masked_event(event) == Unsupported("1", JANE, NOW, "poll", shown, said={"question": CARD})


def test_what_has_nothing_to_mask_is_the_same() -> None:
    event = InboundMessage("1", JANE, NOW, "where is #1001?", attachments=(Attachment("image"),), quoted=Quote("hi"))
    assert masked_event(event) is event


def test_a_colleagues_words_stay() -> None:
    event = Answered("1", JANE, NOW, "please pay to DE89 3704 0044 0532 0130 00")
    assert masked_event(event) is event
