from typing import Any

import pytest

from core.content.placeholders import placeholder, placeholders, unread
from core.messages.pieces import Attachment

JANE = {"value": "+12025550199", "type": "mobile"}
WORK = {"value": "+442079460018", "type": "work"}


def test_what_cannot_be_shown_is_told_in_a_line() -> None:
    place = {"latitude": 40.7127, "longitude": -74.0059, "name": "City Hall"}
    basket = {"lines": [{"product": "BOOT-42", "quantity": 2, "unit_price": "129.80", "currency": "USD"}, {}]}
    assert placeholder(Attachment("location", data=place)) == "📍 City Hall (40.71270, -74.00590)"
    assert placeholder(Attachment("contact", data={"phone": "+12025550199", "own": True})).endswith("their own number)")
    assert placeholder(Attachment("order", data=basket)) == "🛒 2 × BOOT-42 (129.80 USD), 1 × ?"
    assert placeholder(Attachment("order", data={})) == "🛒 an empty basket"
    form = {"name": "size", "answers": {"foot": "26 cm"}}
    assert placeholder(Attachment("form", data=form)) == "📝 size: foot: 26 cm"
    assert placeholder(Attachment("sticker", data={"emoji": "👍"})) == "🙂 sticker 👍"
    assert placeholder(Attachment("document", filename="a.pdf")) == "📄 document a.pdf"
    assert placeholder(Attachment("hologram")) == "📎 hologram"


@pytest.mark.parametrize(
    ("kind", "data", "line"),
    [
        ("location", {"latitude": 1, "longitude": 2, "live": True, "url": "https://m.example/1"}, "live, https://m.ex"),
        ("order", {"lines": [{"product": "4472101", "title": "Socks", "quantity": 2}]}, "🛒 2 × 4472101 Socks"),
        ("form", {"answers": {"to": {"city": "Pune", "zip": "411001"}, "days": ["Mon", "Tue"]}}, "days: Mon, Tue"),
        ("form", {"answers": {"to": {"city": "Pune", "zip": "411001"}}}, "to: city: Pune, zip: 411001"),
        ("sticker", {"emoji": "😂", "set": "HotCherry"}, "🙂 sticker 😂: set: HotCherry"),
        ("poll", {"question": "Red or blue?", "options": [{"text": "Red", "votes": 3}, {"text": "Blue"}]}, "Red: 3 vo"),
        ("poll", {"question": "2+2?", "options": [{"text": "4", "right": True}], "quiz": True}, "(4: right) quiz"),
        (
            "share",
            {"what": "reel", "title": "How we sew", "url": "https://f.example/9"},
            "🔗 reel: How we sew, https://",
        ),
        ("dice", {"emoji": "🎯", "value": 5}, "📎 dice 🎯: value: 5"),
        ("web_app_data", {"button": "Size", "data": "42"}, "📎 web app data: button: Size, data: 42"),
    ],
)
def test_everything_that_is_known_of_it_is_told(kind: str, data: dict[str, Any], line: str) -> None:
    assert line in placeholder(Attachment(kind, data=data))


def test_of_other_people_s_cards_names_are_shown_and_numbers_are_counted() -> None:
    card = {"name": "Jane Doe", "phone": "+12025550199", "own": False, "title": "Buyer", "organisation": "Acme"}
    card |= {"phones": [JANE, WORK], "emails": [{"value": "jane@acme.example"}], "birthday": "1990-05-01"}
    card |= {
        "addresses": [{"value": "1 Main St, Springfield", "type": "home"}],
        "urls": [{"value": "https://jane.example"}],
    }
    line = placeholder(Attachment("contact", data=card))
    assert line == (
        "👤 Jane Doe (Buyer, Acme): https://jane.example, 2 numbers (mobile +1•••••0199, work +4•••••0018), "
        "1 e-mail (j•••@a•••), 1 address (home), birthday, kept here; ask an operator"
    )
    for private in ("2025550199", "jane@acme", "Main St", "1990"):
        assert private not in line
    assert placeholder(Attachment("contact", data={"name": "Jo", "phone": "+12025550199"})).startswith(
        "👤 Jo: 1 number (+1•••••0199), kept here"
    )


def test_what_the_words_say_already_is_not_said_twice() -> None:
    shared = Attachment("share", data={"what": "link", "title": "Boots", "url": "https://shop.example/boots"})
    assert placeholders([shared], "https://shop.example/boots") == ["🔗 link: Boots"]
    assert placeholders([shared], "these Boots? https://shop.example/boots") == []
    assert placeholders([shared], "do you have this in 42?") == ["🔗 link: Boots, https://shop.example/boots"]


def test_of_an_unknown_kind_everything_readable_is_told_and_personal_things_are_masked() -> None:
    assert unread("attachment:poll", {"question": "Black or brown?"}) == "📎 poll: Black or brown?"
    assert unread("wave", {"phone number": "+12025550199", "title": "Hi"}) == "📎 wave: Hi, phone number: +1•••••0199"
    assert unread("unsupported", {}) == "📎 unsupported"
