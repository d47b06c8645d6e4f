"""Tests which of the offered choices is meant."""

import pytest

from flows.engine.session import Offered
from flows.understanding.recogniser import pressed, recognise

MENU = (
    Offered("m.1~x", "order_status", "Where's my order?", "", ("order", "status")),
    Offered("m.2~x", "returns", "Return an item"),
    Offered("m.3~x", "human", "Talk to a person", "", ("人工",)),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Return an item", "returns"),
        ("return an item.", "returns"),
        ("Retrun an item", "returns"),
        ("returns", "returns"),
        ("2", "returns"),
        ("the last one", "human"),
        ("status", "order_status"),
        ("wheres my order", "order_status"),
        ("人工", "human"),
        ("4", None),
        ("0", None),
        ("item", None),
        ("", None),
        ("purple", None),
    ],
)
def test_choices(text: str, value: str | None) -> None:
    found = recognise(text, MENU)
    assert (found.value if found else None) == value


def test_two_choices_alike_are_not_guessed() -> None:
    offered = (Offered("a", "a", "Leather boots 42"), Offered("b", "b", "Leather boots 43"))
    assert recognise("Leather boots", offered) is None
    assert recognise("Leather boots 4", offered) is None
    assert recognise("leather boots 43", offered) == offered[1]


def test_an_order_number_beats_its_place_in_the_list() -> None:
    offered = (Offered("a", "1002", "#1002 · Dec 1"), Offered("b", "1", "#1 · Dec 1"))
    assert recognise("#1", offered) == offered[1]
    assert recognise("1002", offered) == offered[0]


def test_presses_are_matched_by_id_alone() -> None:
    assert pressed("m.2~x", MENU) == MENU[1]
    assert pressed("m.2~y", MENU) is None
