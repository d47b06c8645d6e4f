"""Reads catalogues from files: JSON as in product.updated, CSV with a row per variant."""

from decimal import Decimal
from pathlib import Path

import pytest

from adapters.shops.file import read_products
from core.errors import MalformedPayload
from core.shop.catalogue import Product, Variant

CSV = """product_id,title,title:zh,variant_id,sku,price,currency,stock,option:size,option:colour
boots,Leather boots,皮靴,v41,BOOT-41,$129.80,USD,3,41,black
boots,,,v42,BOOT-42,"129,80",USD,0,42,black
card,Gift card,,,GIFT-25,25,USD,,,
"""
BOOTS = Product(
    "boots",
    "Leather boots",
    options=("size", "colour"),
    titles={"zh": "皮靴"},
    variants=(
        Variant("v41", "BOOT-41", {"size": "41", "colour": "black"}, Decimal("129.80"), "USD", 3),
        Variant("v42", "BOOT-42", {"size": "42", "colour": "black"}, Decimal("129.80"), "USD", 0),
    ),
)
CARD = Product("card", "Gift card", variants=(Variant("GIFT-25", "GIFT-25", price=Decimal(25), currency="USD"),))


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table(tmp_path: Path) -> None:
    assert read_products(written(tmp_path, "c.csv", CSV)) == ([BOOTS, CARD], [])


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": "p", "title": "Mug"}]',
        '{"products": [{"id": "p", "title": "Mug"}]}',
        '[{"product": {"id": "p", "title": "Mug"}}]',
    ],
)
def test_json(tmp_path: Path, text: str) -> None:
    assert read_products(written(tmp_path, "c.json", text)) == ([Product("p", "Mug")], [])


def test_what_is_wrong_is_told_with_its_row(tmp_path: Path) -> None:
    table = "product_id,title,price,stock\na,A,cheap,1\nb,B,1,many\n,C,1,1\nd,D,1,1\nd,E,1,1\n"
    assert read_products(written(tmp_path, "c.csv", table)).errors == [
        (4, "product_id: this field is required"),
        (2, 'variants[0].price: expected an amount of money, like "129.80"'),
        (3, "variants[0].stock: expected a whole number, without quotes"),
        (5, "title: row 6 differs from row 5 of the same product"),
    ]
    twice = '[{"id": "p", "title": "Mug"}, {"id": "p", "title": "Cup"}, {"title": "Hat"}, 3]'
    found = read_products(written(tmp_path, "c.json", twice))
    assert found.products == [Product("p", "Mug")]
    assert found.errors == [
        (2, "product p is in the file twice; the first counts"),
        (3, "id: this field is required"),
        (4, "expected an object"),
    ]


@pytest.mark.parametrize("text", ["title,price\nBoots,1\n", "", '{"orders": []}', '"x"'])
def test_what_is_no_catalogue(tmp_path: Path, text: str) -> None:
    with pytest.raises(MalformedPayload):
        read_products(written(tmp_path, "c.csv", text))
