"""Tests what could be a number in a message, against numbers that exist: each is found, and nothing else is."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.shop.order_numbers import named, normal_form
from flows.understanding.normalise import clean
from flows.understanding.values import entities
from flows.understanding.values.codes import MOST, candidates, codes, spans
from tests.storage.orders_sample import order

GROUP = st.text("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz0123456789", min_size=1, max_size=8)
NUMBERS = st.builds(
    lambda hash_, groups, signs: hash_ + "".join(g + s for g, s in zip(groups, signs, strict=False))[:-1],
    st.sampled_from(["", "#"]),
    st.lists(GROUP, min_size=1, max_size=3),
    st.lists(st.sampled_from("-/._"), min_size=3, max_size=3),
).filter(lambda number: bool(re.search(r"[0-9]", number)) and len(normal_form(number)) > 2)
FRAMES = [
    "{}",
    "order {}",
    "where is my order {}?",
    "Hi, my order number is {}, thanks a lot!",
    "I'm waiting for {} since last week. Any news?",
    "#{}",
    "Could you (please) check no. {}?",
    "it is {} jane55@example.com",
    "我的订单{}到哪了",
    "订单号：{}，谢谢",
    "{}号",
    "是{}谢谢",
    "请帮我查一下{}好吗？邮箱jane@example.com谢谢",
]
EVERY_SCRIPT = [str.maketrans("0123456789", digits) for digits in ("٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９")]


def found(text: str, *numbers: str) -> str | None:
    """Finds which of the orders that exist a message names, as the flows do."""
    given_one = entities.mentioned_order(text) or entities.only_number(text)
    known = [order(number=number, shipments=()) for number in numbers]
    one = named(candidates(given_one or entities.bare_numbers(text)), known)
    return one.number if one else None


@given(NUMBERS, st.sampled_from(FRAMES), st.booleans())
def test_any_number_is_found_in_any_sentence(number: str, frame: str, shouted: bool) -> None:
    said = number.upper() if shouted else number.lower()
    assert found(frame.format(said.lstrip("#")), number, "77") == number


@pytest.mark.parametrize("number", ["1001", "ORDER-1001", "no.1001", "Tracking_1001"])
@pytest.mark.parametrize("frame", ["{}", "where is {}?", "my order {} has not come"])
def test_a_naming_word_may_be_the_store_s_own(number: str, frame: str) -> None:
    said = number if number != "1001" else "order-1001"
    assert found(frame.format(said), number, "77") == number


@given(NUMBERS, st.sampled_from(FRAMES), st.sampled_from(EVERY_SCRIPT))
def test_digits_of_every_script_are_read(number: str, frame: str, digits: dict[int, str]) -> None:
    assert found(frame.format(number.lstrip("#").translate(digits)), number) == number


@given(NUMBERS, st.sampled_from(FRAMES), st.data())
def test_a_part_of_a_number_is_never_taken_for_another(number: str, frame: str, data: st.DataObject) -> None:
    bare = number.lstrip("#")
    start = data.draw(st.integers(0, len(bare) - 1))
    part = bare[start : data.draw(st.integers(start + 1, len(bare)))]
    assume(normal_form(part) not in ("", normal_form(number)))
    assume(not (frame == "#{}" and part == bare))
    assert found(frame.format(bare), part) is None


@given(st.text(max_size=300))
def test_nothing_is_found_that_does_not_exist(text: str) -> None:
    assert found(text) is None
    for span in spans(clean(text)):
        assert normal_form(span) in normal_form(clean(text)).replace("-", "") or "-" in normal_form(span)
    assert len(candidates(text)) <= MOST


@pytest.mark.parametrize(
    "text",
    [
        "where is my order? I paid 129.80 for it",
        "where is my order, I paid 1,290 for it",
        "I paid $129 on 11/20/2026 at 10:29",
        "it came on 2026-11-29 in size 42.5",
        "call me on +1 (202) 555-0129 or 202 555 0129",
        "my phone is 2025550101, my e-mail jane129@example.com",
        "129 days ago, 5 pairs, 20 kg, €129, USD 129",
        "temperature was -129",
        "see https://shop.example/p/129-boots",
        "手机号13800138129，花了¥29.80",
    ],
)
def test_other_numbers_are_no_part_of_an_order_s(text: str) -> None:
    parts = ("129", "29", "80", "1", "290", "20", "2026", "11", "10", "555", "0129", "0101", "202", "42", "138", "5")
    assert found(text, *parts) is None


@pytest.mark.parametrize(
    "text",
    [
        "I want to return my boots",
        "hello",
        "where is my order please",
        "Where Is My ORDER",
        "WHERE IS MY ORDER",
        "你好",
    ],
)
def test_words_are_no_numbers(text: str) -> None:
    assert codes(clean(text)) == ()
