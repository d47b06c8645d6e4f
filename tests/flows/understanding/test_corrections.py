"""Tests what corrections mean."""

import pytest

from flows.understanding.corrections import number_in, read_correction


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("no, 1 not 2", 1),
        ("not 2 but 1", 1),
        ("make it 3", 3),
        ("sorry, I meant two", 2),
        ("it should be one", 1),
        ("不是2件，是1件", 1),
        ("改成两件", 2),
        ("应该是３件，不是２件", 3),
        ("order 2001 is wrong", None),
        ("between 1 and 2", None),
        ("not 2", None),
        ("no", None),
        ("make it 0", None),
    ],
)
def test_numbers(text: str, number: int | None) -> None:
    assert number_in(read_correction(text).meant) == number


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("I meant exchange, not refund", "exchange", "refund"),
        ("exchange instead of a refund", "exchange", "refund"),
        ("I don't want a refund but an exchange", "exchange", "refund"),
        ("不是退款，是换货", "换货", "退款"),
    ],
)
def test_what_is_taken_back_is_not_meant(text: str, kept: str, gone: str) -> None:
    meant = read_correction(text).meant
    assert kept in meant
    assert gone not in meant


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("wait, I meant exchange", True),
        ("change the reason", True),
        ("不对，是换货", True),
        ("hello", False),
        ("2", False),
    ],
)
def test_marks(text: str, marked: bool) -> None:
    assert read_correction(text).marked is marked
