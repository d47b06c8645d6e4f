"""Tests that the words that were looked for stand out in what was found, and that nothing is lost or changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.content.marking import excerpt, marked


def shown(text: str, words: str) -> str:
    return "".join(f"[{piece}]" if is_hit else piece for piece, is_hit in marked(text, words))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Where are my BOOTS?", "boot", "Where are my [BOOTS]?"),
        ("the café is closed", "cafe closed", "the [café] is [closed]"),
        ("我的杯子碎了", "杯子", "我的[杯子]碎了"),
        ("我的杯子碎了", "碎", "我的杯子[碎]了"),
        ("order 1001 of １００１", "1001", "order [1001] of [１００１]"),
        ("<b>boots</b>", "boots", "<b>[boots]</b>"),
        ("bootstrap", "boot", "bootstrap"),
        ("nothing here", "", "nothing here"),
        ("", "boots", ""),
        ("مرحبا أين طلبي", "طلبي", "مرحبا أين [طلبي]"),
    ],
)
def test_what_was_looked_for_stands_out(text: str, words: str, expected: str) -> None:
    assert shown(text, words) == expected


@given(st.text(), st.text(max_size=20))
def test_nothing_is_lost(text: str, words: str) -> None:
    assert "".join(piece for piece, _ in marked(text, words)) == text


def test_a_line_shows_the_place_where_it_was_found() -> None:
    text = "word " * 200 + "boots " + "word " * 200
    line = excerpt(text, "boots")
    said = "".join(piece for piece, _ in line)
    assert ("boots", True) in line
    assert said.startswith("…")
    assert said.endswith("…")
    assert len(said) <= 162
    assert excerpt("short", "") == [("short", False)]
