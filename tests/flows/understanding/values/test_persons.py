"""Tests what is read as somebody's name with a postcode, as no number at hand, and as a one-time code."""

import pytest

from flows.understanding.values import persons


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jane Doe 12345", "Jane Doe, 12345"),
        ("jane doe, 12345", "jane doe, 12345"),
        ("My name is Jane Marie Doe and my zip code is 12345.", "Jane Marie Doe, 12345"),
        ("It's José Muñoz, postcode SW1A 1AA", "José Muñoz, SW1A1AA"),
        ("name: Anne O'Brien, zip: 12345-6789", "Anne O'Brien, 12345-6789"),
        ("Jane Doe", "Jane Doe"),
        ("我叫王小明，邮编 018961", "王小明, 018961"),
        ("王小明 018961", "王小明, 018961"),
        ("姓名：欧阳娜，邮编100000", "欧阳娜, 100000"),
        ("where is my order", None),
        ("I don't know", None),
        ("jane", None),
        ("Jane Doe 12345 67890 11111", None),
        ("Jane Doe 12345?", None),
        ("我要退货", None),
        ("1001", None),
        ("", None),
    ],
)
def test_a_name_is_read_with_its_postcode(text: str, found: str | None) -> None:
    assert persons.person(text) == found


def test_what_was_read_is_parted_again() -> None:
    assert persons.parted("Jane Doe, 12345") == ("Jane Doe", "12345")
    assert persons.parted("Jane Doe") == ("Jane Doe", "")
    assert persons.parted("1001, 12345") == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "I don't have it",
        "i dont know my order number",
        "no idea",
        "I can't find it",
        "I lost the email",
        "not sure",
        "no",
        "没有订单号",
        "我不知道",
        "忘了",
        "找不到了",
    ],
)
def test_who_has_no_number_is_understood(text: str) -> None:
    assert persons.knows_no_number(text)


@pytest.mark.parametrize("text", ["1001", "#DS-1001", "Jane Doe", "where is my order", "no 1001 pls", "你好"])
def test_who_says_something_else_is_not(text: str) -> None:
    assert not persons.knows_no_number(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("482913", "482913"),
        ("my code is 482 913", "482913"),
        ("４８２９１３", "482913"),
        ("验证码482913", "482913"),
        ("4829", None),
        ("4829131", None),
        ("send it again please", "again"),
        ("I didn't get it", "again"),
        ("没收到", "again"),
        ("can you send it by sms", "other"),
        ("where is my order", None),
    ],
)
def test_a_code_is_read_or_what_is_wanted_instead(text: str, found: str | None) -> None:
    assert persons.one_time_code(text) == found
