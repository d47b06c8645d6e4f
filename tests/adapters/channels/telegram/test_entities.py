"""Tests that what a message hides behind its words stands in them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.channels.telegram.inbound.entities import worded, words_of
from adapters.channels.telegram.inbound.things import thing_of

PAGE = "https://shop.example/p/77"


def link(offset: Any, length: Any, url: Any = PAGE, type_: str = "text_link") -> dict[str, Any]:
    return {"offset": offset, "length": length, "type": type_, "url": url}


@pytest.mark.parametrize(
    ("text", "entities", "seen"),
    [
        ("this page", [link(5, 4)], f"this page ({PAGE})"),
        ("🥾 this page, 🧢", [link(8, 4)], f"🥾 this page ({PAGE}), 🧢"),
        ("here and here", [link(0, 4), link(9, 4)], f"here ({PAGE}) and here"),
        ("a b", [link(0, 1), link(2, 1, "https://shop.example/b")], f"a ({PAGE}) b (https://shop.example/b)"),
        ("shop.example/p/77", [link(0, 17)], "shop.example/p/77"),
        (f"{PAGE} here", [link(len(PAGE) + 1, 4)], f"{PAGE} here"),
        ("here\n\nnext", [link(0, 6)], f"here ({PAGE})\n\nnext"),
        ("bold", [{"offset": 0, "length": 4, "type": "bold"}], "bold"),
        ("Tom", [{"offset": 0, "length": 3, "type": "text_mention", "user": {"id": 7}}], "Tom (tg://user?id=7)"),
        (
            "Tom",
            [{"offset": 0, "length": 3, "type": "text_mention", "user": {"id": 7, "username": "tom_b"}}],
            "Tom (@tom_b)",
        ),
        (
            "at ten",
            [{"offset": 3, "length": 3, "type": "date_time", "unix_time": 1796119200}],
            "at ten (2026-12-01 10:00 UTC)",
        ),
        ("😀", [{"offset": 0, "length": 2, "type": "custom_emoji", "custom_emoji_id": "5368"}], "😀"),
    ],
)
def test_what_words_hide_stands_behind_them_once(text: str, entities: list[Any], seen: str) -> None:
    assert worded(text, entities) == seen


@pytest.mark.parametrize(
    "entities",
    [None, "x", [None], [link("0", 4)], [link(-1, 4)], [link(0, 400)], [link(0, 4, None)], [link(0, 4, 7)], [{}]],
)
def test_an_entity_that_cannot_be_read_costs_only_itself(entities: Any) -> None:
    assert worded("here", entities) == "here"
    assert worded("here", [*entities, link(0, 4)] if isinstance(entities, list) else [link(0, 4)]).endswith(f"({PAGE})")


@given(st.text(), st.lists(st.builds(link, st.integers(0, 50), st.integers(0, 50), st.sampled_from((PAGE, "", "x:y")))))
def test_no_word_is_lost(text: str, entities: list[Any]) -> None:
    whole = [each for each in entities if (each["offset"] + each["length"]) * 2 <= len(text.encode("utf-16-le"))]
    if all(ord(sign) < 0x10000 for sign in text):
        seen = worded(text, whole)
        for behind in (PAGE, "x:y"):
            seen = seen.replace(f" ({behind})", "") if behind not in text else seen
        assert seen == text


def test_the_links_of_buttons_and_of_the_preview_are_lines() -> None:
    rows = [[{"text": "Buy", "url": PAGE}, {"text": "Like", "callback_data": "like"}], "x", [None, {"login_url": {}}]]
    message = {"caption": "Boots", "reply_markup": {"inline_keyboard": rows}}
    assert words_of(message) == f"Boots\nBuy: {PAGE}"
    assert words_of({"text": "sale", "link_preview_options": {"url": PAGE}}) == f"sale\n{PAGE}"
    assert words_of({"text": f"see {PAGE}", "link_preview_options": {"url": PAGE}}) == f"see {PAGE}"


def test_links_within_polls_games_and_tasks_stand_in_their_words() -> None:
    poll = {"question": "Which?", "options": [], "explanation": "see here", "explanation_entities": [link(4, 4)]}
    game = {"title": "Run", "text": "see here", "text_entities": [link(4, 4)]}
    tasks = [{"id": 1, "text": "see here", "text_entities": [link(4, 4)]}]
    for message in ({"poll": poll}, {"game": game}, {"checklist": {"title": "To do", "tasks": tasks}}):
        thing = thing_of(message)
        assert thing is not None
        assert f"see here ({PAGE})" in str(thing.data)
