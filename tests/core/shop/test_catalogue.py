"""Products are found by what people write of them, and an order's line leads to its variant."""

from datetime import date

import pytest

from core.shop.catalogue import Product, Variant, asked_for, like, ranked, terms, variant_of, words
from core.shop.orders import Line

SIZES = tuple(Variant(f"b{size}", f"BOOT-{size}", {"size": size}) for size in ("41", "42"))
BOOTS = Product("1", "Leather boots", titles={"zh": "皮靴"}, variants=SIZES)
BELT = Product("2", "Leather belt")
RUBBER = Product("3", "Rubber boots")
SOCKS = Product("4", "Hiking socks (three pairs)", titles={"zh": "徒步袜"})
CUP = Product("5", "青花瓷茶杯")
CARD = Product("6", "Gift card")
ALL = (BOOTS, BELT, RUBBER, SOCKS, CUP, CARD)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("do you have the leather boots in black?", [BOOTS]),
        ("any boots", [BOOTS, RUBBER]),
        ("LEATHER", [BELT, BOOTS]),
        ("boots and socks please", [BOOTS, RUBBER, SOCKS]),
        ("how much is a gift card", [CARD]),
        ("is BOOT-42 there", [BOOTS]),
        ("boot 42", [BOOTS, RUBBER]),
        ("有没有皮靴", [BOOTS]),
        ("这个茶杯多少钱", [CUP]),
        ("徒步袜还有货吗", [SOCKS]),
        ("do you ship to Mexico", []),
        ("", []),
    ],
)
def test_products_are_found_by_the_words_of_their_names(said: str, meant: list[Product]) -> None:
    assert ranked(asked_for(said), ALL) == meant


def test_words_are_compared_without_their_number() -> None:
    assert words("Two Dresses, the boots' laces & 3 berries") == ["two", "dress", "boot", "lace", "3", "berry"]
    assert words("glass bus") == ["glass", "bus"]
    assert words("１２ ＢＯＯＴＳ") == ["12", "boot"]


def test_a_misspelt_word_is_like_a_known_one() -> None:
    known = {term for product in ALL for term in terms(product)}
    assert like("w:lether", known) == {"w:leather"}
    assert like("w:hikng", known) == {"w:hiking"}
    assert like("w:weather", known) == set()
    assert like("w:42", known) == set()
    assert like("s:boot42", known) == set()


def test_a_line_leads_to_its_variant() -> None:
    small, large = SIZES
    assert variant_of(Line("l", "Boots", variant_id="b42"), SIZES) == large
    assert variant_of(Line("l", "Boots", "BOOT-41"), SIZES) == small
    assert variant_of(Line("l", "Boots", variant="42"), SIZES) == large
    assert variant_of(Line("l", "Boots", options={"size": "41"}), SIZES) == small
    assert variant_of(Line("l", "Boots", "HAT", "44"), SIZES) is None
    assert variant_of(Line("l", "Boots"), SIZES) is None


def test_what_is_there_and_what_can_be_ordered_ahead() -> None:
    today = date(2026, 12, 1)
    assert Variant("v").is_there(today)
    assert not Variant("v", stock=0).is_there(today)
    ahead = Variant("v", stock=5, available_on=date(2026, 12, 2))
    assert (ahead.is_there(today), ahead.is_ahead(today)) == (False, True)
    assert (ahead.is_there(date(2026, 12, 2)), ahead.is_ahead(date(2026, 12, 2))) == (True, False)


def test_a_name_in_the_customers_language() -> None:
    assert [BOOTS.named(locale) for locale in ("en", "zh", "zh-HK", "de")] == [
        "Leather boots",
        "皮靴",
        "皮靴",
        "Leather boots",
    ]
