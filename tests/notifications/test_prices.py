"""Tests what a message is estimated to cost, what a store's own prices do to ours, and what of the file is refused."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from notifications import load_policy
from notifications.store.prices import CATEGORIES, Price, Prices, load_prices
from tests.notifications.samples import CHANNELS, PROVIDERS, STORE

SHIPPED = STORE / "prices.yaml"
OWN = """whatsapp:
  currency: USD
  places: {DE: {utility: "0.048"}, US: "0.003"}
sms:
  currency: USD
  places: {DE: "0.1", "+49": "0.2", "+4930": "0.4", default: "0.09"}
"""


def prices(folder: Path, text: str = "") -> Prices:
    path = folder / "prices.yaml"
    path.write_text(text, encoding="utf-8")
    return load_prices(CHANNELS, SHIPPED, path)


def usd(amount: str) -> Price:
    return Price(Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("channel", "category", "place", "parts", "price"),
    [
        ("whatsapp", "marketing", "US", 1, usd("0.0250")),
        ("whatsapp", "utility", "+12025550101", 1, usd("0.0034")),
        ("whatsapp", "service", "US.1349", 2, usd("0.0068")),
        ("whatsapp", "utility", "KE", 1, usd("0.0077")),
        ("sms", "service", "+12025550101", 3, usd("0.0249")),
        ("sms", "marketing", "DE", 1, None),
        ("telegram", "marketing", "42", 1, usd("0")),
        ("messenger", "utility", "24601", 1, usd("0")),
        ("pigeon", "utility", "US", 1, None),
    ],
)
def test_what_we_ship(channel: str, category: str, place: str, parts: int, price: Price | None) -> None:
    assert load_prices(CHANNELS, SHIPPED).estimate(channel, category, place, parts) == price


def test_every_category_of_whatsapp_is_known_everywhere() -> None:
    shipped = load_prices(CHANNELS, SHIPPED)
    assert all(shipped.estimate("whatsapp", category, place) for category in CATEGORIES for place in ("US", "ZZ", ""))


def test_a_store_s_own_lie_over_ours_key_by_key(tmp_path: Path) -> None:
    own = prices(tmp_path, OWN)
    assert own.estimate("whatsapp", "utility", "DE") == usd("0.048")
    assert own.estimate("whatsapp", "marketing", "DE") == usd("0.1365")
    assert own.estimate("whatsapp", "marketing", "US") == usd("0.003")
    assert own.estimate("whatsapp", "utility", "CA") == usd("0.0034")
    assert own.estimate("sms", "utility", "US") == usd("0.0083")


@pytest.mark.parametrize(
    ("place", "amount"),
    [("DE", "0.1"), ("+49891234", "0.2"), ("+49301234", "0.4"), ("FR", "0.09"), ("+33612345", "0.09")],
)
def test_the_narrowest_place_counts(tmp_path: Path, place: str, amount: str) -> None:
    assert prices(tmp_path, OWN).estimate("sms", "utility", place) == usd(amount)


def test_another_currency_takes_nothing_of_ours(tmp_path: Path) -> None:
    own = prices(tmp_path, 'whatsapp: {currency: EUR, places: {DE: "0.05"}}')
    assert own.estimate("whatsapp", "utility", "DE") == Price(Decimal("0.05"), "EUR")
    assert own.estimate("whatsapp", "utility", "US") is None


def test_the_policy_has_them(tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text(OWN, encoding="utf-8")
    policy = load_policy(tmp_path, CHANNELS, PROVIDERS, shipped=STORE)
    assert policy.prices.estimate("sms", "utility", "DE") == usd("0.1")
    assert policy.prices.estimate("telegram", "service", "42") == usd("0")


@given(st.integers(0, 400), st.integers(0, 400))
def test_parts_add_up(one: int, other: int) -> None:
    shipped = load_prices(CHANNELS, SHIPPED)
    both = [shipped.estimate("sms", "service", "US", parts) for parts in (one, other, one + other)]
    amounts = [each.amount for each in both if each]
    assert amounts[0] + amounts[1] == amounts[2]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("whatsap: {currency: USD}", 1, "did you mean 'whatsapp'?"),
        ('sms:\n  currency: USD\n  places: {UK: "0.1"}', 3, "UK"),
        ('sms:\n  currency: USD\n  places:\n    "+0": "0.1"', 4, "the beginning of numbers like +49"),
        ("sms:\n  currency: USD\n  places: {US: 0.0083}", 3, "found a number"),
        ('sms:\n  currency: USD\n  places:\n    US: "1,50"', 4, '"0.0083", in quotes'),
        ('sms:\n  currency: USD\n  places:\n    US: {utilty: "0.1"}', 4, "did you mean 'utility'?"),
        ("sms:\n  currency: dollars", 2, "like USD"),
        ("sms:\n  places: {}", 1, "currency is missing"),
        ("sms:\n  currency: USD\n  place: {}", 3, "did you mean 'places'?"),
    ],
)
def test_mistakes_are_refused_with_file_and_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        prices(tmp_path, text)
    assert f"{tmp_path / 'prices.yaml'}:{line}: " in str(raised.value)
    assert words in str(raised.value)
