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
