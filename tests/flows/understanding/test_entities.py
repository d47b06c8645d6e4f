"""Tests order numbers in sentences."""

import pytest

from flows.understanding import entities


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1001", "1001"),
        ("#1001", "1001"),
        ("no 1001 pls", "1001"),
        ("my order number is ds-1001, thanks", "DS-1001"),
        ("订单号：１００１", "1001"),
        ("单号1001谢谢", "1001"),
        ("#7", "7"),
        ("7", "7"),
        ("1Z999AA10123456784", "1Z999AA10123456784"),
        ("jd0001", "JD0001"),
        ("1001, jane55@example.com", "1001"),
        ("+1 202 555 0101", None),
        ("(202) 555-0101", None),
        ("jane55@example.com", None),
        ("I don't know", None),
        ("", None),
    ],
)
def test_order_numbers(text: str, number: str | None) -> None:
    assert entities.order_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("where is my order 1001?", "1001"),
        ("where is order #12", "12"),
        ("where is my order from 2025", None),
        ("where is order 2025", "2025"),
        ("I bought 2 boots", None),
        ("where are my boots", None),
        ("我的订单1001到哪了", "1001"),
    ],
)
def test_order_numbers_mentioned_by_the_way(text: str, number: str | None) -> None:
    assert entities.mentioned_order(text) == number


@pytest.mark.parametrize(
    ("quoted", "number"),
    [
        ("Your order 1001 is on its way. It costs 129.80 and comes by Dec 8, 2026.", "1001"),
        ("Order #DS-1002 has been refunded", "DS-1002"),
        ("order 1001, again order 1001", "1001"),
        ("order 1001 or order 1002?", None),
        ("your tracking number is JD0001", None),
        ("1001", "1001"),
        ("The sum is 129.80 in 14 days", None),
        ("Your order number looks like #1001", None),
        ("订单号类似 #1001", None),
        ("您的订单 1001 已发货", "1001"),
        ("", None),
    ],
)
def test_the_order_that_a_quoted_message_is_about(quoted: str, number: str | None) -> None:
    assert entities.quoted_order(quoted) == number


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("this one", True),
        ("where is it", True),
        ("?", True),
        ("这个呢", True),
        ("great", False),
        ("👍", False),
        ("I would like to know whether that colour is also sold in size 44", False),
    ],
)
def test_only_words_that_point_are_about_what_they_quote(text: str, points: bool) -> None:
    assert entities.pointed_order(text, "your order 1001") == ("1001" if points else None)
