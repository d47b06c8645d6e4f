"""Tests that money is divided and rounded to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.shop.money import exact, share, unit, written

CURRENCIES = ("USD", "JPY", "KWD", "CNY")
weights = st.lists(st.decimals(min_value=0, max_value=10_000, places=2), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [("129.8", "USD", "129.80"), ("129.805", "USD", "129.81"), ("1200.5", "JPY", "1201"), ("1.2345", "KWD", "1.235")],
)
def test_a_sum_has_the_places_of_its_currency(amount: str, currency: str, said: str) -> None:
    assert written(Decimal(amount), currency) == said


def test_what_is_left_over_goes_to_who_lost_most() -> None:
    thirds = share(Decimal("10.00"), [Decimal(1)] * 3, "USD")
    assert thirds == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert share(Decimal("0.05"), [Decimal("1"), Decimal("0")], "USD") == [Decimal("0.05"), Decimal("0.00")]
    assert share(Decimal("5"), [Decimal(0), Decimal(0)], "JPY") == [Decimal(3), Decimal(2)]
    assert share(Decimal("1"), [], "USD") == []


@given(st.decimals(-99_999, 99_999, places=3), weights, st.sampled_from(CURRENCIES))
def test_parts_add_up_and_none_is_off_by_more_than_a_unit(
    amount: Decimal, weighed: list[Decimal], currency: str
) -> None:
    parts = share(amount, weighed, currency)
    whole, total = exact(amount, currency), sum(weighed)
    assert sum(parts) == whole
    for part, weight in zip(parts, weighed, strict=True):
        ideal = whole * weight / total if total else whole / len(weighed)
        assert abs(part - ideal) <= unit(currency)
        assert part == exact(part, currency)
        assert part == 0 or (part > 0) == (whole > 0)
