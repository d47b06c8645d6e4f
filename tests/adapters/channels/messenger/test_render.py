from typing import Any

import pytest

from core.messages.outbound import (
    Media,
    Option,
    OutboundMessage,
    Speaker,
    TemplateButton,
    TemplateCall,
    TemplateHeader,
)
from core.ports.calls import Part, Rendered
from tests.adapters.channels.messenger.page import against

PHOTO = Media("photo1", "image", "image/jpeg", "boots.jpg", 1200, "https://shop.example/m/photo1")
LABEL = Media("label1", "document", "application/pdf", "label.pdf", 900, "https://shop.example/m/label1")


async def _itself(account: Any) -> Any:
    return account


ACCOUNT, _ = against({}, _itself)


def render(text: str = "Hello", **more: Any) -> Rendered:
    return ACCOUNT.render(OutboundMessage(text, **more))


def payload(text: str = "Hello", **more: Any) -> dict[str, Any]:
    (part,) = render(text, **more).parts
    return part.payload


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"id{n}", f"Choice {n}") for n in range(count))


def test_a_text_is_a_response() -> None:
    assert payload() == {"messaging_type": "RESPONSE", "message": {"text": "Hello"}}


@pytest.mark.parametrize(
    ("speaker", "late", "kind", "tag"),
    [
        (Speaker.BOT, False, "RESPONSE", None),
        (Speaker.AGENT, False, "RESPONSE", None),
        (Speaker.SYSTEM, False, "RESPONSE", None),
        (Speaker.NOTICE, False, "UPDATE", None),
        (Speaker.MARKETING, False, "UPDATE", None),
        (Speaker.AGENT, True, "MESSAGE_TAG", "HUMAN_AGENT"),
        (Speaker.BOT, True, "RESPONSE", None),
        (Speaker.NOTICE, True, "UPDATE", None),
    ],
)
def test_only_a_persons_late_words_are_tagged(speaker: Speaker, late: bool, kind: str, tag: str | None) -> None:
    parts = render(speaker=speaker, late=late, media=(PHOTO,)).parts
    said = [part.payload for part in parts if not part.silent]
    assert len(said) == 2
    assert {(each["messaging_type"], each.get("tag")) for each in said} == {(kind, tag)}


def test_a_template_knows_its_values_by_name_and_has_header_and_buttons() -> None:
    call = TemplateCall(
        "order_shipped",
        "en_US",
        ("Jane",),
        names=("customer_name",),
        header=TemplateHeader("text", ("1001",), ("order_no",)),
        buttons=(TemplateButton("quick_reply", 1, "order_status"), TemplateButton("url", 0, "JD0001")),
    )
    assert payload(template=call)["message"]["template"]["components"] == [
        {"type": "header", "parameters": [{"type": "text", "text": "1001", "parameter_name": "order_no"}]},
        {"type": "body", "parameters": [{"type": "text", "text": "Jane", "parameter_name": "customer_name"}]},
        {
            "type": "buttons",
            "parameters": [{"type": "URL", "url": "JD0001"}, {"type": "POSTBACK", "payload": "order_status"}],
        },
    ]


def test_a_template_is_a_utility_message_whoever_speaks() -> None:
    made = payload(template=TemplateCall("order_shipped", "en", ("Jane", "a\nb")), speaker=Speaker.AGENT, late=True)
    assert made == {
        "messaging_type": "UTILITY",
        "message": {
            "template": {
                "name": "order_shipped",
                "language": {"code": "en"},
                "components": [
                    {
                        "type": "body",
                        "parameters": [{"type": "text", "text": text} for text in ("Jane", "a b")],
                    }
                ],
            }
        },
    }


def test_a_template_without_values_has_no_components() -> None:
    assert payload(template=TemplateCall("hello", "en"))["message"]["template"]["components"] == []


def test_thirteen_choices_are_quick_replies_more_are_pages() -> None:
    replies = payload(options=options(13))["message"]["quick_replies"]
    assert replies[12] == {"content_type": "text", "title": "Choice 12", "payload": "id12"}
    rendered = render(options=options(14), more_title="More")
    replies = rendered.parts[0].payload["message"]["quick_replies"]
    assert [each["payload"] for each in replies] == [*(f"id{n}" for n in range(12)), "page.1"]
    assert replies[12]["title"] == "More"
    assert rendered.degradations == ("paged:2",)
    second = payload(options=options(14), page=1)["message"]["quick_replies"]
    assert [each["payload"] for each in second] == ["id12", "id13", "page.0"]


def test_titles_that_would_look_the_same_are_numbered() -> None:
    long = tuple(Option(f"id{n}", f"Leather boots in dark brown, size {n}") for n in (41, 42))
    made = payload(options=long)["message"]
    assert "quick_replies" not in made
    assert made["text"].endswith("2. Leather boots in dark brown, size 42")


def test_quick_replies_hang_under_a_long_text() -> None:
    made = payload("word " * 300, options=options(2))["message"]
    assert len(made["text"]) > 640
    assert len(made["quick_replies"]) == 2


def test_a_link_is_a_button_under_a_short_text() -> None:
    parts = render("word " * 300, link="https://track.example/JD0001", link_title="Track").parts
    last = parts[-1].payload["message"]["attachment"]["payload"]
    assert last["buttons"] == [{"type": "web_url", "url": "https://track.example/JD0001", "title": "Track"}]
    assert len(last["text"]) <= 640
    assert len(parts) > 1


def test_only_the_first_part_quotes() -> None:
    first, second = (part.payload for part in render("word " * 500, reply_to="m_IN1").parts)
    assert first["reply_to"] == {"mid": "m_IN1"}
    assert "reply_to" not in second


def test_what_has_no_message_is_not_quoted() -> None:
    (part,) = render("Thanks", reply_to="order:5d41402a").parts
    assert "reply_to" not in part.payload


def test_files_go_before_the_text_with_the_choices_and_typing_before_them() -> None:
    rendered = render("Which one?", media=(PHOTO, LABEL), options=options(2), reply_to="m_IN1", seen="m_IN1")
    typing, photo, label, text, seen = rendered.parts
    assert typing == Part("sender_action", {"sender_action": "typing_on"}, silent=True)
    assert photo == Part(
        "media",
        {
            "messaging_type": "RESPONSE",
            "media": "photo1",
            "type": "image",
            "mime": "image/jpeg",
            "filename": "boots.jpg",
            "reply_to": {"mid": "m_IN1"},
        },
    )
    assert (label.payload["type"], label.payload["media"]) == ("file", "label1")
    assert "reply_to" not in label.payload
    assert text.payload["message"]["text"] == "Which one?"
    assert len(text.payload["message"]["quick_replies"]) == 2
    assert seen == Part("sender_action", {"sender_action": "mark_seen"}, silent=True)
    assert rendered.degradations == ()


def test_a_file_takes_no_caption() -> None:
    calls = [part.call for part in render("Here is your label", media=(LABEL,)).parts]
    assert calls == ["sender_action", "media", "messages"]


@pytest.mark.parametrize(
    ("media", "kind"),
    [
        (Media("v", "voice", "audio/ogg", "", 5_000), "audio"),
        (Media("v", "audio", "audio/mpeg", "", 5_000), "audio"),
        (Media("v", "video", "video/mp4", "", 5_000), "video"),
        (Media("v", "image", "image/webp", "", 5_000), "file"),
        (Media("v", "image", "image/jpeg", "", 9_000_000), "file"),
        (Media("v", "sticker", "image/webp", "", 5_000), "file"),
    ],
)
def test_what_messenger_does_not_show_goes_as_a_file(media: Media, kind: str) -> None:
    _, part = render("", media=(media,)).parts
    assert part.payload["type"] == kind


def test_a_file_that_is_too_large_is_a_link() -> None:
    big = Media("big", "video", "video/mp4", "film.mp4", 26_000_000, "https://shop.example/m/big")
    rendered = render("Look", media=(big,))
    (part,) = rendered.parts
    assert part.payload["message"]["text"] == "Look\nfilm.mp4: https://shop.example/m/big"
    assert rendered.degradations == ("media_to_link:big",)


def test_nobody_types_after_the_window() -> None:
    calls = [part.call for part in render("Here", media=(LABEL,), late=True, speaker=Speaker.AGENT).parts]
    assert calls == ["media", "messages"]


def test_a_read_mark_alone_is_a_call_of_its_own() -> None:
    (part,) = render("", seen="m_IN1").parts
    assert (part.payload, part.silent) == ({"sender_action": "mark_seen"}, True)


def test_a_template_is_followed_by_the_read_mark() -> None:
    _, seen = render("", template=TemplateCall("hello", "en"), seen="m_IN1").parts
    assert seen.payload == {"sender_action": "mark_seen"}


def test_their_number_is_asked_for_by_a_quick_reply() -> None:
    made = payload("Which number?", request="contact", request_title="Share my number")["message"]
    assert made == {"text": "Which number?", "quick_replies": [{"content_type": "user_phone_number"}]}


def test_the_request_for_their_number_stands_beside_the_choices_and_leaves_room() -> None:
    replies = payload("Which number?", request="contact", options=options(13))["message"]["quick_replies"]
    assert len(replies) == 13
    assert replies[-1] == {"content_type": "user_phone_number"}


def test_a_place_can_only_be_asked_for_in_words() -> None:
    rendered = render("Where are you?", request="location")
    (part,) = rendered.parts
    assert part.payload["message"] == {"text": "Where are you?"}
    assert rendered.degradations == ("request_to_text:location",)


def test_nothing_to_say_is_no_call() -> None:
    assert render("").parts == ()
