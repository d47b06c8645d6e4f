from typing import Any

import pytest

from adapters.channels.whatsapp import AccountSettings, build
from adapters.http import Http
from core.messages import Option, OutboundMessage, TemplateCall
from core.ports import Rendered

ACCOUNT = build([AccountSettings("1", "t", ("s",), "v")], "http://127.0.0.1:9", Http()).accounts[0]


def render(text: str = "Hello", **more: Any) -> Rendered:
    return ACCOUNT.render(OutboundMessage(text, **more))


def payload(text: str = "Hello", **more: Any) -> dict[str, Any]:
    (part,) = render(text, **more).parts
    return part.payload


def options(count: int, title: str = "Choice {}", description: str = "") -> tuple[Option, ...]:
    return tuple(Option(f"id{n}", title.format(n), description) for n in range(count))


def test_a_text_is_a_text() -> None:
    assert payload() == {"type": "text", "text": {"body": "Hello", "preview_url": False}}


def test_nothing_to_say_makes_no_call() -> None:
    assert render("  ").parts == ()


@pytest.mark.parametrize(("count", "kind"), [(1, "button"), (3, "button"), (4, "list"), (10, "list")])
def test_three_choices_are_buttons_ten_a_list(count: int, kind: str) -> None:
    assert payload(options=options(count))["interactive"]["type"] == kind


def test_eleven_choices_are_numbered_text() -> None:
    rendered = render(options=options(11))
    assert rendered.parts[0].payload["text"]["body"].splitlines()[-1] == "11. Choice 10"
    assert rendered.degradations == ("to_numbered_text",)


def test_a_list_is_opened_by_the_menus_title() -> None:
    rows = options(4, description="per piece")
    action = payload(options=rows, menu_title="Choose an item of order 1001")["interactive"]["action"]
    assert action["button"] == "Choose an item of o…"
    assert action["sections"][0]["rows"][0] == {"id": "id0", "title": "Choice 0", "description": "per piece"}
    assert payload(options=rows)["interactive"]["action"]["button"] == "Menu"


def test_titles_too_long_for_buttons_are_told_in_full_in_a_list() -> None:
    rendered = render(options=options(2, title="Leather boots in dark brown, size {}"))
    row = rendered.parts[0].payload["interactive"]["action"]["sections"][0]["rows"][1]
    assert row == {
        "id": "id1",
        "title": "Leather boots in dark b…",
        "description": "Leather boots in dark brown, size 1",
    }
    assert "title_shortened:id1" in rendered.degradations


def test_a_link_is_a_button_or_stands_in_the_text() -> None:
    link = {"link": "https://track.example/JD0001", "link_title": "Track"}
    parameters = payload(**link)["interactive"]["action"]["parameters"]
    assert parameters == {"display_text": "Track", "url": "https://track.example/JD0001"}
    beside_menu = payload(**link, options=options(2))["interactive"]["body"]["text"]
    assert beside_menu == "Hello\nTrack: https://track.example/JD0001"


def test_a_long_text_leaves_its_end_to_the_menu() -> None:
    parts = render("word " * 1000, options=options(2)).parts
    assert [part.payload["type"] for part in parts[:-1]] == ["text"] * (len(parts) - 1)
    assert parts[-1].payload["interactive"]["type"] == "button"


def test_only_the_first_part_quotes() -> None:
    parts = render("word " * 1000, reply_to="wamid.IN1").parts
    assert parts[0].payload["context"] == {"message_id": "wamid.IN1"}
    assert all("context" not in part.payload for part in parts[1:])


def test_a_template_takes_its_values_in_order_and_clean() -> None:
    call = TemplateCall("order_shipped", "en_US", ("Jane", "a\n\nb\tc     d", "  "))
    template = payload(template=call, options=(Option("wait", "Wait"),))["template"]
    body, button = template["components"]
    assert (template["name"], template["language"]) == ("order_shipped", {"code": "en_US"})
    assert [each["text"] for each in body["parameters"]] == ["Jane", "a b c d", "-"]
    assert button == {
        "type": "button",
        "sub_type": "quick_reply",
        "index": "0",
        "parameters": [{"type": "payload", "payload": "wait"}],
    }


def test_a_template_without_values_has_no_components() -> None:
    assert payload(template=TemplateCall("hello", "en"))["template"]["components"] == []
