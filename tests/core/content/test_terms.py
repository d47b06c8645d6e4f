"""Tests by which terms a text is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.content.terms import LONGEST, indexed, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where are Jane's boots?", ["where", "are", "jane", "boot"]),
        ("ORDER #1001, order no. １００１", ["order", "1001", "order", "no", "1001"]),
        ("Café São Straße", ["cafe", "sao", "strasse"]),
        ("杯子碎了", ["杯子", "子碎", "碎了"]),
        ("红 boots", ["红", "boot"]),
        ("ghi đã giao ٣", ["ghi", "đa", "giao", "3"]),
        ("<b>don't</b> 'OR 1=1 --", ["b", "don", "t", "b", "or", "1", "1"]),
        ("  \n\t😀 ", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_a_single_sign_finds_what_has_it() -> None:
    assert indexed("杯子碎了") == {"杯", "子", "碎", "了", "杯子", "子碎", "碎了"}


@given(st.text())
def test_whatever_stands_in_a_text_finds_it(text: str) -> None:
    assert set(terms(text)) <= indexed(text)
    assert all(0 < len(term) <= LONGEST and not term.isspace() and "\0" not in term for term in indexed(text))


@given(st.text(alphabet="杯子碎了红boots é’s1 "), st.integers(0, 20), st.integers(1, 4))
def test_a_piece_of_chinese_finds_the_whole(text: str, start: int, length: int) -> None:
    piece = text[start : start + length]
    if all("\u3400" <= sign <= "\u9fff" for sign in piece):
        assert set(terms(piece)) <= indexed(text)
