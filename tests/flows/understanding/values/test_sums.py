"""Amounts of money as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.understanding.values.sums import amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$129.80", 129.8),
        ("129,80 €", 129.8),
        ("1,299.00", 1299),
        ("1.299,00", 1299),
        ("1 299", 1299),
        ("1299 dollars please", 1299),
        ("USD 129.8", 129.8),
        ("￥129", 129),
        ("129元", 129),
        ("129块5", 129.5),
        ("about 50 bucks", 50),
        ("two", 2),
        ("0.5", 0.5),
        ("$1,299.99.", 1299.99),
        ("20 or 30", None),
        ("-5", None),
        ("50%", None),
        ("order 1001A", None),
        ("nothing", None),
        ("99999999999", None),
    ],
)
def test_amounts(text: str, value: float | None) -> None:
    assert amount(text) == value


@given(st.integers(0, 999_999_99))
def test_what_is_written_out_is_read_back(cents: int) -> None:
    value = cents / 100
    for written in (f"${value:.2f}", f"{value:,.2f}", f"{value:.2f}".replace(".", ",") + " €"):
        assert amount(written) == value
