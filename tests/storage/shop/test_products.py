"""Tests that products come back as they went in, and are found by what customers write."""

from datetime import timedelta

import msgspec

from core.shop.catalogue import Product, Variant
from core.shop.orders import Line
from storage.engine.store import Store
from storage.shop import products
from tests.fakes import NOW

BOOTS = Product("b", "Leather boots", titles={"zh": "皮靴"}, variants=(Variant("v42", "BOOT-42", {"size": "42"}),))
BELT = Product("l", "Leather belt", variants=(Variant("v1", "BELT"),))


def test_products_are_found_by_name_sku_and_line(store: Store) -> None:
    with store.write() as conn:
        assert products.save(conn, store, [(BOOTS, NOW), (BELT, NOW)]) == 2
    with store.read() as conn:
        assert products.by_id(conn, "b") == BOOTS
        assert products.by_id(conn, "x") is None
        assert products.named(conn, "have you got leather boots?") == [BOOTS]
        assert products.named(conn, "皮靴还有吗") == [BOOTS]
        assert products.named(conn, "lethr") == [BELT, BOOTS]
        assert products.named(conn, "boot-42") == [BOOTS]
        assert products.named(conn, "umbrella") == []
        assert products.named(conn, "") == []
        for line in (Line("1", "x", "BOOT-42"), Line("1", "x", variant_id="v42"), Line("1", "x", product_id="b")):
            assert products.of_lines(conn, [line]) == {"1": BOOTS}
        assert products.of_lines(conn, []) == {}
        lines = [
            Line("1", "Leather boots"),
            Line("2", "x", "HAT"),
            Line("3", "x", "BOOT-42"),
            Line("4", "x", product_id="gone", variant_id="v42"),
            Line("5", "x", product_id="b"),
        ]
        assert products.of_lines(conn, lines) == {"3": BOOTS, "4": BOOTS, "5": BOOTS}


def test_the_newest_word_counts_whatever_comes_first(store: Store) -> None:
    renamed = msgspec.structs.replace(BOOTS, title="Winter boots", titles={})
    with store.write() as conn:
        assert products.save(conn, store, [(renamed, NOW), (BOOTS, NOW - timedelta(minutes=1))]) == 1
        assert products.save(conn, store, [(BOOTS, NOW - timedelta(minutes=1))]) == 0
        assert products.by_id(conn, "b") == renamed
        assert products.named(conn, "winter boots") == [renamed]
        assert products.named(conn, "皮靴") == []
        assert products.save(conn, store, [(BOOTS, NOW + timedelta(minutes=1))]) == 1
        assert products.named(conn, "winter") == []
