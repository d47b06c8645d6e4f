"""Tests that figures of a text and its translation are compared, however each language writes them."""

from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from core.content.figures import Differences, differences

LANGUAGES = ("en", "zh", "de", "fr", "es", "pt", "it", "nl", "pl", "ja")
SAME = Differences()


@pytest.mark.parametrize(
    ("text", "language", "translated", "into"),
    [
        (
            "Your refund of $1,299.50 for order #A-1001 comes by 5 December 2026 at 9:00",
            "en",
            "您的订单 #A-1001 的退款 $1299.50 将于2026年12月5日9:00到账",
            "zh",
        ),
        ("It costs 1,299.50 USD", "en", "Es kostet 1.299,50 USD", "de"),
        ("Il coûte 1 299,50", "fr", "It costs 1,299.50", "en"),
        ("on December 5th", "en", "am 5. Dezember", "de"),
        ("on 2026-12-05", "en", "am 05.12.2026", "de"),
        ("el 5 de diciembre", "es", "on 5 December", "en"),
        ("at 9:30", "en", "9点30分", "zh"),
        ("I may pay 5", "en", "我可以付5", "zh"),
        ("a bottle of 100ml", "en", "eine Flasche mit 100 ml", "de"),
        ("see https://x.example/a?b=1.", "en", "siehe https://x.example/a?b=1", "de"),
        ("٥ أيام", "ar", "5 days", "en"),
        ("no figures at all", "en", "gar keine Zahlen", "de"),
    ],
)
def test_the_same_figures_are_the_same_in_every_language(text: str, language: str, translated: str, into: str) -> None:
    assert differences(text, language, translated, into) == SAME
    assert differences(translated, into, text, language) == SAME


@pytest.mark.parametrize(
    ("text", "translated", "found"),
    [
        ("order 1001", "pedido 1010", Differences(("1001",), ("1010",))),
        ("$129.50", "$12,950", Differences(("129.50",), ("12,950",))),
        ("$40", "€40", Differences(("$",), ("€",))),
        (
            "parcel 1Z999AA10123456784",
            "paquete 1Z999AA10123456748",
            Differences(("1Z999AA10123456784",), ("1Z999AA10123456748",)),
        ),
        ("in 3-10 days", "en unos días", Differences(("3", "10"), ())),
        ("send it back", "devuélvalo en 14 días", Differences((), ("14",))),
        ("10 of 10", "10", Differences(("10",), ())),
        ("order 0012", "pedido 12", Differences(("0012",), ("12",))),
        ("on 5 December", "el 5 de noviembre", Differences(("12",), ("11",))),
        (
            "https://x.example/a",
            "https://evil.example/a",
            Differences(("https://x.example/a",), ("https://evil.example/a",)),
        ),
        ("help@shop.example", "ayuda@shop.example", Differences(("help@shop.example",), ("ayuda@shop.example",))),
    ],
)
def test_what_differs_is_named_as_it_is_written(text: str, translated: str, found: Differences) -> None:
    assert differences(text, "en", translated, "es") == found


amounts = st.decimals(0, 999_999, places=2, allow_nan=False, allow_infinity=False)


@given(amounts, st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_an_amount_is_the_same_as_each_language_writes_it(amount: Decimal, one: str, other: str) -> None:
    here, there = (format_decimal(amount, "#,##0.00", locale=each) for each in (one, other))
    assert differences(f"A {here} B", one, f"C {there} D", other) == SAME


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_a_day_is_the_same_as_each_language_writes_it(day: date, one: str, other: str) -> None:
    here, there = (format_date(day, "long", locale=each) for each in (one, other))
    assert differences(here, one, there, other) == SAME


@given(amounts, amounts, st.sampled_from(LANGUAGES))
def test_another_amount_is_never_the_same(one: Decimal, other: Decimal, language: str) -> None:
    here, there = format_decimal(one, "#,##0.00", locale="en"), format_decimal(other, "#,##0.00", locale=language)
    assert (differences(here, "en", there, language) == SAME) == (one == other)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_words_can_be_compared(text: str, translated: str) -> None:
    assert differences(text, "en", text, "en") == SAME
    differences(text, "en", translated, "zz-unknown")
