from typing import Any

import pytest

from adapters.channels.messenger import AccountSettings, build
from adapters.http import Http
from core.messages import Option, OutboundMessage, Speaker, TemplateCall
from core.ports import Rendered

ACCOUNT = build([AccountSettings("1", "t", ("s",), "v")], "http://127.0.0.1:9", Http()).accounts[0]


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
    made = payload(speaker=speaker, late=late)
    assert (made["messaging_type"], made.get("tag")) == (kind, tag)


def test_a_template_is_a_utility_message_whoever_speaks() -> None:
    made = payload(template=TemplateCall("order_shipped", "en", ("Jane", "a\nb")), speaker=Speaker.AGENT, late=True)
    assert made["messaging_type"] == "UTILITY"
    assert "tag" not in made
    template = made["message"]["template"]
    assert template["language"] == {"code": "en"}
    assert [each["text"] for each in template["components"][0]["parameters"]] == ["Jane", "a b"]


def test_thirteen_choices_are_quick_replies_fourteen_numbered() -> None:
    replies = payload(options=options(13))["message"]["quick_replies"]
    assert replies[12] == {"content_type": "text", "title": "Choice 12", "payload": "id12"}
    assert payload(options=options(14))["message"]["text"].endswith("14. Choice 13")


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
