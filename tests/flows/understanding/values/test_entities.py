"""Tests order numbers in sentences."""

import pytest

from flows.understanding.values import entities


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
        ("JZUXJMUSYNVYZP5F", "JZUXJMUSYNVYZP5F"),
        ("XKBKNABJK", "XKBKNABJK"),
        ("it is xkbknabjk I think", "XKBKNABJK"),
        ("the number on my receipt says 2002", "2002"),
        ("I paid 1200 for it", None),
        ("my boots from 1200 Main Street", None),
        ("我花了1200，还没到", None),
        ("112-1234567-1234567", "112-1234567-1234567"),
        ("112 1234567 1234567", "112 1234567 1234567"),
        ("2026-12-0001", "2026-12-0001"),
        ("2026/12/0001", "2026/12/0001"),
        ("WC_2024_99", "WC_2024_99"),
        ("10.001", "10.001"),
        ("#US1001-A", "US1001-A"),
        ("1001.1", "1001.1"),
        ("R123456789", "R123456789"),
        ("000000123", "000000123"),
        ("ds 1001", "DS 1001"),
        ("order DS 1001", "DS 1001"),
        ("order-1001", "ORDER-1001"),
        ("ORD#1001", "ORD#1001"),
        ("Order#1001", "1001"),
        ("№ 1001", "1001"),
        ("«1001»", "1001"),
        ("2002/12/1", "2002/12/1"),
        ("٢٠٠٢", "2002"),
        ("२००२", "2002"),
        ("2002号", "2002"),
        ("是2002", "2002"),
        ("2002谢谢", "2002"),
        ("2002，邮箱jane@example.com", "2002"),
        ("2002 12345", "2002 12345"),
        ("postcode 12345, order 2002", "2002"),
        ("2002，邮编12345", "2002"),
        ("-1001", None),
        ("202 555 0101", None),
        ("电话13800138000", None),
        ("邮编12345", None),
        ("my phone ends in 0101", None),
        ("I paid 129.80 for it and I want to know where it is", None),
        ("I have been waiting since 20261120 and nothing came", None),
        ("the one of 500 g", None),
        ("please", None),
        ("dunno", None),
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
        ("where is order 2026/12/0001 please", "2026/12/0001"),
        ("our house number 12", None),
        ("my phone number 2025550101", None),
        ("手机号13800138000", None),
        ("my order 500 g of tea", None),
        ("where is my order? I paid 129.80 for it", None),
        ("can I return it within 100 days?", None),
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


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("邮箱jane@example.com谢谢", "jane@example.com"),
        ("邮编12345", "12345"),
        ("12345谢谢", "12345"),
        ("是12345", "12345"),
        ("邮编是018961", "018961"),
        ("١٢٣٤٥", "12345"),
        ("１２３４５", "12345"),
        ("sw1a 1aa", "SW1A1AA"),
        ("my postcode is NW1 6XE", "NW16XE"),
        ("01310-100", "01310-100"),
        ("100-0001", "100-0001"),
        ("last four digits are 0101", "0101"),
        ("my phone ends in 0101", "0101"),
        ("手机尾号0101", "0101"),
        ("尾号0101", "0101"),
        ("+1 202 555 0101", "0101"),
        ("jane@example.com, 12345", "jane@example.com 12345"),
        ("DS-1001", None),
        ("12345.67", None),
        ("I paid 1298 for it in the summer and nothing came", None),
        ("can you tell me whether it left on 2026-11-20", None),
        ("-1234", None),
        ("I paid 1298 dollars", None),
        ("in November 2026", None),
        ("2026", "2026"),
        ("postcode 2026", "2026"),
    ],
)
def test_what_is_given_as_a_proof(text: str, facts: str | None) -> None:
    assert entities.proof(text) == facts


@pytest.mark.parametrize(
    ("text", "number", "facts"),
    [
        ("2002 12345", "2002 12345", "2002 12345"),
        ("2002, jane@example.com", "2002", "jane@example.com"),
        ("2002 and my zip is 12345", "2002", "12345"),
        ("2002", "2002", None),
        ("112 1234567 1234567", "112 1234567 1234567", None),
        ("is it 1001 or 1002", "1001, 1002", None),
        ("1001还是1002", "1001, 1002", None),
    ],
)
def test_a_proof_beside_the_number(text: str, number: str, facts: str | None) -> None:
    assert entities.proof_beside(text, number) == facts


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("邮箱jane@example.com谢谢", "jane@example.com"),
        ("我的是jane@example.com。", "jane@example.com"),
        ("mailto:Jane.D@example.co.uk!", "jane.d@example.co.uk"),
    ],
)
def test_e_mail_addresses_between_other_letters(text: str, address: str) -> None:
    assert entities.email(text) == address
