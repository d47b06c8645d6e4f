"""Variants are found by their size and colour, in the words of either language."""

from decimal import Decimal

import pytest

from core.shop.catalogue import Variant
from flows.understanding.values.attributes import is_named, named

SHOES = tuple(
    Variant(f"{size}{colour[0]}", options={"size": size, "colour": colour}, price=Decimal(price))
    for size, colour, price in (("41", "black", 10), ("42", "black", 10), ("42", "brown", 12))
)
SHIRTS = tuple(Variant(size, options={"size": size}) for size in ("S", "M", "L"))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("are the boots there in black?", ["41b", "42b"]),
        ("brown 42", ["42b"]),
        ("size 41", ["41b"]),
        ("黑色42码有吗", ["42b"]),
        ("有棕色的吗", ["42b"]),
        ("the boots", ["41b", "42b", "42b"]),
        ("size 50", []),
        ("50码", []),
        ("in pink", []),
        ("the cheapest ones", ["41b", "42b"]),
        ("最便宜的", ["41b", "42b"]),
    ],
)
def test_shoes_are_narrowed(text: str, ids: list[str]) -> None:
    found = named(SHOES, text)
    assert [each.id for each in found] == ids
    assert is_named(SHOES, text) is (len(found) < len(SHOES))


def test_colours_of_one_id_are_told_apart() -> None:
    assert [each.options["colour"] for each in named(SHOES, "brown 42")] == ["brown"]
    assert [each.options["colour"] for each in named(SHOES, "黑色42码有吗")] == ["black"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("do you have it in size M", ["M"]),
        ("medium please", ["M"]),
        ("大号有货吗", ["L"]),
        ("i'm looking for a shirt", ["S", "M", "L"]),
        ("it's nice", ["S", "M", "L"]),
    ],
)
def test_letters_are_sizes_only_where_they_are_meant(text: str, ids: list[str]) -> None:
    assert [each.id for each in named(SHIRTS, text)] == ids
