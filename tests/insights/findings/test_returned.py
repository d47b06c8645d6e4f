"""Tests which products come back, and why."""

from insights.findings.returned import products
from storage.insight.sources.goods import Back, Goods


def back(title: str, reason: str, quantity: int = 1, conversation: str = "c1") -> Back:
    return Back(title.lower(), title, quantity, reason, "1001", conversation)


def test_the_one_with_most_for_its_sales_comes_first() -> None:
    sold = {"boots": Goods("Boots", 20), "lamp": Goods("Lamp", 500)}
    found = products([*[back("Boots", "size_small")] * 8, *[back("Lamp", "damaged")] * 10], sold)
    assert [(each.title, each.sold, each.returned) for each in found] == [("Boots", 20, 8), ("Lamp", 500, 10)]
    assert found[0].share == 0.4


def test_reasons_are_counted_by_pieces_with_their_conversations() -> None:
    told = [back("Boots", "damaged"), back("Boots", "size_small", 3, "c2"), back("Boots", "size_small", 1, "c3")]
    (boots,) = products(told, {})
    assert [(each.reason, each.pieces, each.conversations) for each in boots.reasons] == [
        ("size_small", 4, ("c2", "c3")),
        ("damaged", 1, ("c1",)),
    ]
    assert boots.share is None
