"""Tests small numbers, in digits and words."""

import pytest

from flows.understanding.values.numbers import small_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        ("２", 2),
        ("2️⃣", 2),
        ("(2)", 2),
        ("2.", 2),
        ("#2", 2),
        ("option 2", 2),
        ("no. 2", 2),
        ("two", 2),
        ("Two please", 2),
        ("the second one", 2),
        ("2nd", 2),
        ("二", 2),
        ("两件", 2),
        ("第二个", 2),
        ("选2", 2),
        ("3 pieces", 3),
        ("二十", None),
        ("", None),
        ("size 2 or 3", None),
        ("12345", None),
        ("٢", 2),
        ("२", 2),
        ("๒", 2),
        ("-1", None),
        ("−1", None),
        ("－１", None),
    ],
)
def test_small_numbers(text: str, number: int | None) -> None:
    assert small_number(text) == number
