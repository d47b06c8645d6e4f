from typing import Any

import pytest
from msgspec import structs

from adapters.channels.spec import Site
from adapters.channels.whatsapp.kit import build
from adapters.channels.whatsapp.settings import AccountSettings
from adapters.transport.http import Http
from core.messages.outbound import (
    Media,
    Option,
    OutboundMessage,
    TemplateButton,
    TemplateCall,
    TemplateHeader,
)
from core.ports.calls import Rendered
from tests.adapters.channels.files import KeptFiles

ACCOUNT = build([AccountSettings("1", "t", ("s",), "v")], Site("http://127.0.0.1:9", Http(), KeptFiles())).accounts[0]


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


def test_eleven_choices_are_a_list_of_pages() -> None:
    rendered = render(options=options(11), more_title="More")
    rows = rendered.parts[0].payload["interactive"]["action"]["sections"][0]["rows"]
    assert [row["id"] for row in rows] == [*(f"id{n}" for n in range(9)), "page.1"]
    assert "paged:2" in rendered.degradations


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


def test_one_long_title_among_four_is_told_in_full_below_it() -> None:
    four = (*options(3), Option("dhl", "Track my order with DHL Express abroad"))
    rows = payload(options=four)["interactive"]["action"]["sections"][0]["rows"]
    assert rows[0] == {"id": "id0", "title": "Choice 0"}
    assert rows[3] == {
        "id": "dhl",
        "title": "Track my order with DHL…",
        "description": "Track my order with DHL Express abroad",
    }


def test_two_titles_of_more_than_a_button_and_no_more_than_a_row_are_a_list() -> None:
    rows = payload(options=options(2, title="Send another one instead"[:-1] + "{}"))["interactive"]["action"][
        "sections"
    ]
    assert [row["title"] for row in rows[0]["rows"]] == ["Send another one instea0", "Send another one instea1"]


def test_titles_that_nobody_could_tell_apart_are_numbered_text() -> None:
    alike = tuple(Option(f"id{n}", "Boots") for n in range(2))
    assert payload(options=alike)["text"]["body"] == "Hello\n1. Boots\n2. Boots"


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


@pytest.mark.parametrize(
    ("request_", "kind", "action"),
    [
        ("location", "location_request_message", "send_location"),
        ("contact", "request_contact_info", "request_contact_info"),
    ],
)
def test_a_request_hangs_on_the_text(request_: str, kind: str, action: str) -> None:
    interactive = payload("Where are you?", request=request_, request_title="Share")["interactive"]
    assert interactive == {"type": kind, "body": {"text": "Where are you?"}, "action": {"name": action}}


def test_a_request_beside_a_menu_is_a_message_of_its_own() -> None:
    menu, asked = render(options=options(2), request="location", request_title="Or share it").parts
    assert menu.payload["interactive"]["type"] == "button"
    assert asked.payload["interactive"]["type"] == "location_request_message"
    assert asked.payload["interactive"]["body"] == {"text": "Or share it"}


PHOTO = Media("photo1", "image", "image/jpeg", size=4_000_000, link="https://shop.example/m/photo1")
LABEL = Media("label1", "document", "application/pdf", "label.pdf", 20_000, "https://shop.example/m/label1")


def source(media: Media, filename: str, **more: Any) -> dict[str, Any]:
    return {"id": media.id, "mime": media.mime, "filename": filename, "link": media.link, **more}


def test_files_go_first_and_the_first_takes_the_caption() -> None:
    photo, label = render("Your label", media=(PHOTO, LABEL)).parts
    assert photo.call == label.call == "file"
    assert photo.payload == {"type": "image", "image": {"caption": "Your label"}, "file": source(PHOTO, "image.jpg")}
    assert label.payload == {
        "type": "document",
        "document": {"filename": "label.pdf"},
        "file": source(LABEL, "label.pdf"),
    }


def test_a_caption_too_long_is_a_text_of_its_own() -> None:
    photo, text = render("word " * 300, media=(PHOTO,)).parts
    assert photo.payload["image"] == {}
    assert text.payload["type"] == "text"


def test_a_menu_follows_its_picture() -> None:
    photo, menu = render("Which one?", media=(PHOTO,), options=options(2)).parts
    assert photo.payload["image"] == {}
    assert menu.payload["interactive"]["body"] == {"text": "Which one?"}


@pytest.mark.parametrize(
    ("mime", "shown"),
    [("audio/ogg; codecs=opus", {"voice": True}), ("audio/ogg", {"voice": True}), ("audio/mpeg", {})],
)
def test_a_voice_message_is_one_when_it_is_ogg(mime: str, shown: dict[str, Any]) -> None:
    (part,) = render("", media=(Media("v", "voice", mime, size=9_000),)).parts
    assert (part.payload["type"], part.payload["audio"]) == ("audio", shown)


def test_a_picture_too_large_for_an_upload_goes_as_a_document_by_link() -> None:
    large = structs.replace(PHOTO, size=8_000_000)
    rendered = render("", media=(large,))
    (part,) = rendered.parts
    assert part.payload["type"] == "document"
    assert part.payload["file"] == source(large, "document.jpg", by_link=True)
    assert rendered.degradations == ("media_to_document:photo1",)
    (without,) = render("", media=(structs.replace(large, link=""),)).parts
    assert "by_link" not in without.payload["file"]


def test_a_link_by_http_is_better_than_an_upload_that_is_refused_in_any_case() -> None:
    large = structs.replace(PHOTO, size=8_000_000, link="http://127.0.0.1/x")
    (part,) = render("", media=(large,)).parts
    assert part.payload["file"] == source(large, "document.jpg", by_link=True)


@pytest.mark.parametrize(
    ("kind", "mime", "size", "by_link"),
    [
        ("sticker", "image/webp", 150_000, True),
        ("document", "image/webp", 90_000, False),
        ("video", "video/mp4", 20_000_000, True),
        ("document", "application/pdf", 90_000_000, False),
    ],
)
def test_what_is_too_large_for_an_upload_of_its_type_goes_by_link(
    kind: str, mime: str, size: int, by_link: bool
) -> None:
    (part,) = render("", media=(Media("m", kind, mime, size=size, link="https://shop.example/m"),)).parts
    assert part.payload["type"] == "document"
    assert part.payload["file"].get("by_link", False) is by_link


def test_what_whatsapp_does_not_take_is_a_link_in_the_text() -> None:
    archive = Media("z", "document", "application/zip", "photos.zip", 1_000, "https://shop.example/m/z")
    assert payload("Here", media=(archive,))["text"]["body"] == "Here\nphotos.zip: https://shop.example/m/z"


def test_their_message_is_marked_as_read_after_the_answer() -> None:
    answer, mark = render("Hello", seen="wamid.IN1").parts
    assert answer.payload["type"] == "text"
    assert (mark.call, mark.silent) == ("mark", True)
    assert mark.payload == {"status": "read", "message_id": "wamid.IN1"}


def test_before_a_file_typing_is_shown_which_marks_as_read() -> None:
    typing, photo = render("", media=(PHOTO,), seen="wamid.IN1", reply_to="wamid.IN1").parts
    assert typing.silent
    assert typing.payload["typing_indicator"] == {"type": "text"}
    assert photo.payload["context"] == {"message_id": "wamid.IN1"}


def test_nothing_said_marks_nothing() -> None:
    assert render("  ", seen="wamid.IN1").parts == ()


def test_a_templates_header_shows_the_first_file() -> None:
    (part,) = render("", template=TemplateCall("label", "en", ("Jane",)), media=(LABEL,)).parts
    header, body = part.payload["template"]["components"]
    shown = {"type": "document", "document": {"filename": "label.pdf"}}
    assert header == {"type": "header", "parameters": [shown]}
    assert body["type"] == "body"
    assert part.payload["file"] == source(LABEL, "label.pdf")


def test_a_template_takes_its_values_in_order_and_clean() -> None:
    call = TemplateCall("order_shipped", "en_US", ("Jane", "a\n\nb\tc     d", "  "))
    template = payload(template=call, options=(Option("wait", "Wait"),))["template"]
    body, button = template["components"]
    assert (template["name"], template["language"]) == ("order_shipped", {"code": "en_US"})
    assert [each["text"] for each in body["parameters"]] == ["Jane", "a b c d", ""]
    assert button == {
        "type": "button",
        "sub_type": "quick_reply",
        "index": "0",
        "parameters": [{"type": "payload", "payload": "wait"}],
    }


def test_a_template_knows_its_values_by_name_and_has_header_and_buttons() -> None:
    call = TemplateCall(
        "order_shipped",
        "zh_CN",
        ("王小明", "DHL"),
        names=("customer_name", "carrier"),
        header=TemplateHeader("text", ("1005\n",), ("order_no",)),
        buttons=(TemplateButton("url", 0, "JD%20001"), TemplateButton("quick_reply", 1, "order_status")),
    )
    assert payload(template=call, options=(Option("unused", "Wait"),))["template"]["components"] == [
        {"type": "header", "parameters": [{"type": "text", "text": "1005", "parameter_name": "order_no"}]},
        {
            "type": "body",
            "parameters": [
                {"type": "text", "text": "王小明", "parameter_name": "customer_name"},
                {"type": "text", "text": "DHL", "parameter_name": "carrier"},
            ],
        },
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "JD%20001"}]},
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "1",
            "parameters": [{"type": "payload", "payload": "order_status"}],
        },
    ]


@pytest.mark.parametrize(
    ("kind", "link", "shown"),
    [
        ("image", "https://shop.example/a.png?v=2", {"link": "https://shop.example/a.png?v=2"}),
        (
            "document",
            "https://shop.example/files/returns.pdf?x=1",
            {"link": "https://shop.example/files/returns.pdf?x=1", "filename": "returns.pdf"},
        ),
    ],
)
def test_a_templates_header_shows_a_file_by_its_link(kind: str, link: str, shown: dict[str, str]) -> None:
    call = TemplateCall("label", "en", header=TemplateHeader(kind, link=link))
    (part,) = render("", template=call).parts
    assert part.call == "messages"
    assert part.payload["template"]["components"] == [{"type": "header", "parameters": [{"type": kind, kind: shown}]}]


def test_a_file_of_ours_takes_the_place_of_the_templates_header() -> None:
    call = TemplateCall("label", "en", header=TemplateHeader("image", link="https://shop.example/a.png"))
    (part,) = render("", template=call, media=(LABEL,)).parts
    (header,) = part.payload["template"]["components"]
    assert header["parameters"][0]["type"] == "document"


def test_a_template_without_values_has_no_components() -> None:
    assert payload(template=TemplateCall("hello", "en"))["template"]["components"] == []


@pytest.mark.parametrize(("wanted", "shown"), [(True, True), (False, False), (None, False)])
def test_a_link_is_shown_with_a_preview_where_that_is_wanted(wanted: bool | None, shown: bool) -> None:
    assert payload("see https://shop.example/p/9", link_preview=wanted)["text"]["preview_url"] is shown
