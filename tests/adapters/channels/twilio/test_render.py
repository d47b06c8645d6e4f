"""Tests how a message becomes Twilio's calls."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.channels.twilio.outbound.render import render
from adapters.channels.twilio.outbound.send import LIMITS
from core.content.capabilities import Capabilities
from core.content.text import GSM7, sms_cost
from core.messages.outbound import Media, Option, OutboundMessage, TemplateCall
from core.people.consent import carrier_word
from core.ports.calls import Part, Rendered

SMS, WHATSAPP = LIMITS["sms"], LIMITS["whatsapp"]
MENU = (Option("refund", "Refund"), Option("exchange", "Exchange"))
PHOTO = Media("photo1", "image", "image/jpeg", "sole.jpg", 200_000, "https://desk.shop.example/media/photo1?sig=x")
LABEL = Media(
    "label1", "document", "application/pdf", "label.pdf", 90_000, "https://desk.shop.example/media/label1?sig=y"
)
TYPING = Part("typing", {"messageId": "SM1"}, silent=True)


def body(text: str) -> Part:
    return Part("messages", {"Body": text})


def test_a_menu_is_numbered_on_both() -> None:
    for limits in (SMS, WHATSAPP):
        rendered = render(OutboundMessage("What would you like?", MENU), limits)
        assert rendered.parts == (body("What would you like?\n1. Refund\n2. Exchange"),)
        assert "to_numbered_text" in rendered.degradations


def test_one_segment_is_no_loss() -> None:
    assert render(OutboundMessage("a" * 160), SMS).degradations == ()


def test_segments_are_told_where_they_cost() -> None:
    assert render(OutboundMessage("a" * 160 + "bc" * 80), SMS).degradations == ("sms_segments:3",)
    assert render(OutboundMessage("a" * 300), WHATSAPP).degradations == ()


def test_the_letter_that_makes_an_sms_dear_is_named() -> None:
    assert render(OutboundMessage("Ça va, François?"), SMS).degradations == ("sms_ucs2:ç",)
    assert render(OutboundMessage("a" * 69 + "👢"), SMS).degradations == ("sms_segments:2", "sms_ucs2:👢")
    assert render(OutboundMessage("Ça va, François? 👢"), WHATSAPP).degradations == ()


def test_look_alikes_are_replaced_where_that_makes_it_gsm() -> None:
    described = (Option("refund", "Refund", "within 5 days"),)
    rendered = render(OutboundMessage("It’s “here”…", described), SMS)
    assert rendered.parts == (body('It\'s "here"...\n1. Refund - within 5 days'),)
    assert rendered.degradations == ("to_numbered_text",)
    assert render(OutboundMessage("It’s here 👢"), SMS).parts == (body("It’s here 👢"),)
    assert render(OutboundMessage("It’s “here”…"), WHATSAPP).parts == (body("It’s “here”…"),)


@pytest.mark.parametrize("word", ["STOP", "stop", " Cancel ", "END", "Help", "START", "unsubscribe"])
def test_no_text_is_a_carriers_word(word: str) -> None:
    rendered = render(OutboundMessage(word), SMS)
    assert rendered.parts == (body(f'"{word.strip()}"'),)
    assert rendered.degradations == (f"sms_keyword:{word.strip().casefold()}",)
    assert render(OutboundMessage(word), WHATSAPP).parts == (body(word.strip()),)


def test_a_choice_that_is_a_carriers_word_is_named() -> None:
    rendered = render(OutboundMessage("Sure?", (Option("yes", "Yes"), Option("no", "Cancel"))), SMS)
    assert rendered.parts == (body("Sure?\n1. Yes\n2. Cancel"),)
    assert rendered.degradations == ("to_numbered_text", "sms_keyword:cancel")


def test_a_long_text_is_split_and_its_segments_are_summed() -> None:
    rendered = render(OutboundMessage("word " * 600), SMS)
    assert [len(part.payload["Body"]) <= 1600 for part in rendered.parts] == [True, True]
    assert rendered.degradations == ("text_split:2", "sms_segments:21")


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(["STOP", "\n\n", "…", "’", "word ", "👢", "x" * 500, "\u200b", "help"]), max_size=30))
def test_whatever_is_said_each_sms_fits_and_obeys(pieces: list[str]) -> None:
    rendered = render(OutboundMessage("".join(pieces)), SMS)
    for part in rendered.parts:
        text = part.payload["Body"]
        assert text.strip()
        assert len(text.encode("utf-16-le")) <= 3200
        assert not carrier_word(text)
        assert sms_cost(text).encoding == GSM7 or "👢" in text or "…" in text


def test_a_link_is_written_out() -> None:
    rendered = render(OutboundMessage("On its way.", link="https://t.example/1", link_title="Track"), SMS)
    assert rendered.parts[0].payload == {"Body": "On its way.\nTrack: https://t.example/1"}


@pytest.mark.parametrize("limits", [SMS, WHATSAPP])
@pytest.mark.parametrize("asked", ["location", "contact"])
def test_requests_are_words(limits: Capabilities, asked: str) -> None:
    rendered = render(OutboundMessage("Where are you?", request=asked, request_title="Send"), limits)
    assert rendered == Rendered((body("Where are you?"),), (f"request_to_text:{asked}",))


def test_a_picture_by_mms_takes_its_caption_along_and_knows_what_to_say_instead() -> None:
    rendered = render(OutboundMessage("It’s this sole", media=(PHOTO,)), SMS)
    otherwise = "It's this sole\nsole.jpg: https://desk.shop.example/media/photo1?sig=x"
    payload = {"Body": "It's this sole", "MediaUrl": PHOTO.link, "File": PHOTO.id, "Otherwise": otherwise}
    assert rendered == Rendered((Part("messages", payload),), ("mms:1",))


def test_each_file_is_a_message_of_its_own() -> None:
    rendered = render(OutboundMessage("Both", media=(LABEL, PHOTO), seen="SM1"), WHATSAPP)
    assert rendered.parts == (
        TYPING,
        Part("messages", {"Body": "Both", "MediaUrl": LABEL.link, "File": LABEL.id}),
        Part("messages", {"MediaUrl": PHOTO.link, "File": PHOTO.id}),
    )


def test_media_beside_a_menu_go_first() -> None:
    rendered = render(OutboundMessage("A" * 1300, media=(PHOTO,)), SMS)
    assert [sorted(part.payload) for part in rendered.parts] == [["File", "MediaUrl", "Otherwise"], ["Body"]]
    assert rendered.degradations == ("sms_segments:9", "mms:1")


@pytest.mark.parametrize("size", [5 * 2**20 + 1, 10_000_000, 16 * 2**20])
def test_whatsapp_takes_more_than_the_five_megabytes_of_an_mms(size: int) -> None:
    catalogue = msgspec.structs.replace(LABEL, size=size)
    assert render(OutboundMessage(media=(catalogue,)), WHATSAPP).parts[-1].payload["MediaUrl"] == catalogue.link


@pytest.mark.parametrize(
    ("limits", "media"),
    [
        (SMS, msgspec.structs.replace(LABEL, size=600_000)),
        (SMS, msgspec.structs.replace(PHOTO, mime="image/webp")),
        (SMS, msgspec.structs.replace(PHOTO, size=6_000_000)),
        (WHATSAPP, msgspec.structs.replace(PHOTO, mime="image/heic")),
        (WHATSAPP, msgspec.structs.replace(LABEL, size=17_000_000)),
    ],
)
def test_what_is_too_large_or_strange_is_a_link(limits: Capabilities, media: Media) -> None:
    rendered = render(OutboundMessage("Here", media=(media,)), limits)
    assert [part.payload for part in rendered.parts] == [{"Body": f"Here\n{media.filename}: {media.link}"}]
    assert f"media_to_link:{media.id}" in rendered.degradations


def test_typing_is_shown_before_media_only_and_for_messages_of_twilio() -> None:
    assert render(OutboundMessage("Here", seen="SM1"), WHATSAPP).parts == (body("Here"),)
    assert render(OutboundMessage("Here", media=(PHOTO,), seen="wamid.1"), WHATSAPP).parts[0].call == "messages"
    assert render(OutboundMessage("Here", media=(PHOTO,), seen="SM1"), SMS).parts[0].call == "messages"


def test_a_content_template_goes_by_its_sid() -> None:
    call = TemplateCall("HX" + "a" * 32, "en", ("Jane", 'order "1001"'))
    assert render(OutboundMessage("Hi Jane", template=call), WHATSAPP) == Rendered(
        (Part("messages", {"ContentSid": call.name, "ContentVariables": '{"1":"Jane","2":"order \\"1001\\""}'}),)
    )


def test_a_content_template_may_know_its_values_by_name_and_takes_one_line() -> None:
    call = TemplateCall("HX" + "a" * 32, "en", ("Jane\n Doe", "1001"), names=("customer", "order"))
    (part,) = render(OutboundMessage("Hi Jane", template=call), WHATSAPP).parts
    assert part.payload["ContentVariables"] == '{"customer":"Jane Doe","order":"1001"}'


def test_values_of_a_content_template_are_json_whatever_they_hold() -> None:
    said = 'I\'m a "tester" \\ {{1}}'
    (part,) = render(OutboundMessage("Hi", template=TemplateCall("HX" + "a" * 32, "en", (said,))), WHATSAPP).parts
    assert json.loads(part.payload["ContentVariables"]) == {"1": said}


def test_a_template_that_twilio_cannot_know_is_its_text() -> None:
    rendered = render(OutboundMessage("Hi Jane", template=TemplateCall("order_shipped", "en")), WHATSAPP)
    assert rendered == Rendered((body("Hi Jane"),), ("template_as_text",))


def test_a_template_by_sms_is_its_text() -> None:
    call = TemplateCall("HX" + "a" * 32, "en")
    assert render(OutboundMessage("Hi Jane", template=call), SMS) == Rendered((body("Hi Jane"),))


def test_nothing_to_say_is_no_call() -> None:
    for limits in (SMS, WHATSAPP):
        assert render(OutboundMessage(callback="31740", seen="SM1"), limits).parts == ()
