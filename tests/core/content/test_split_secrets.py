"""Tests that the end of a number in pieces is masked, wherever it is cut, and that other numbers stay."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.content.payment_secrets import ACCOUNT, CARD
from core.content.split_secrets import completed, may_go_on
from tests.core.content.test_payment_secrets import CARDS, IBANS, NO_CARDS, SEPARATORS, grouped

GROUPS = st.sampled_from([(4, 4, 4, 4), (4, 6, 5), (8, 8), (6, 13), (19,)])


@given(st.sampled_from(CARDS), st.integers(2, 12), GROUPS, st.sampled_from(SEPARATORS), st.sampled_from("0٠０"))
def test_a_card_that_is_cut_anywhere(number: str, cut: int, sizes: tuple[int, ...], between: str, zero: str) -> None:
    wide = {ord("0") + n: chr(ord(zero) + n) for n in range(10)}
    first, then = (grouped(each, sizes, between).translate(wide) for each in (number[:cut], number[cut:]))
    for before, after in (("", ""), ("my card is ", " please"), ("卡号 ", "，谢谢"), ("here: ", " 12/27")):
        assert may_go_on(then)
        assert completed([f"{before}{first}"], f"{then}{after}") == f"{CARD}{after}"


@given(st.sampled_from(CARDS), st.lists(st.integers(1, 18), min_size=2, max_size=4, unique=True).map(sorted))
def test_a_card_in_several_pieces(number: str, cuts: list[int]) -> None:
    cuts = [cut for cut in cuts if cut < len(number)]
    pieces = [number[a:b] for a, b in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    assert completed(pieces[:-1], pieces[-1]) == CARD or len(pieces) == 1


@given(st.sampled_from(IBANS), st.integers(4, 12), st.sampled_from([" ", "-", ""]))
def test_an_iban_in_two_pieces(number: str, cut: int, between: str) -> None:
    first, then = (grouped(each, (4,) * 8, between) for each in (number[:cut], number[cut:]))
    assert completed([f"to {first}"], f"{then} please") == f"{ACCOUNT} please"


def test_what_does_not_follow_is_left() -> None:
    assert completed(["4111 1111", "sorry"], "1111 1111") == "1111 1111"
    assert completed([], "1111 1111") == "1111 1111"
    assert completed(["4111 1111 1111"], "1112") == "1112"
    assert completed(["my order is 4111 1111"], "1111 1111") == "1111 1111"
    assert not may_go_on("where is it? 1111")


@pytest.mark.parametrize("form", NO_CARDS)
def test_two_numbers_of_stores_and_carriers_are_seldom_one_card(form: str) -> None:
    chance = random.Random(form)
    pairs = [(NO_CARDS[form](chance), NO_CARDS[other](chance)) for other in NO_CARDS for _ in range(100)]
    assert sum(completed([first], then) != then for first, then in pairs) < 0.01 * len(pairs)


@given(st.lists(st.text()), st.text())
def test_any_words_are_taken(before: list[str], text: str) -> None:
    completed(before, text)
