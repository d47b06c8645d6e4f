"""Tests that card numbers, their codes and IBANs are masked however they are written, and that nothing else is."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.content.ibans import LENGTHS, is_iban
from core.content.payment_secrets import ACCOUNT, CARD, CODE, luhn, masked

# Test numbers of the networks and of payment providers: no account has them.
CARDS = (
    *("4111111111111111", "4012888888881881", "4242424242424242", "5555555555554444", "5105105105105100"),
    *("2223003122003222", "378282246310005", "371449635398431", "6011111111111117", "6011000990139424"),
    *("3530111333300000", "3566002020360505", "6200000000000005", "6222021234567890128", "2200000000000004"),
)
WEAK = ("4222222222222", "30569309025904", "38520000023237", "6759649826438453", "501800000009")
IBANS = (
    *("DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "NL91ABNA0417164300"),
    *("CH9300762011623852957", "BE68539007547034", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"),
)
SEPARATORS = (" ", "-", ".", "\u00a0", "\u2009", "–", " - ", "\u200b")


def grouped(number: str, sizes: tuple[int, ...], between: str) -> str:
    parts, rest = [], number
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    return between.join(filter(None, (*parts, rest)))


@pytest.mark.parametrize("number", CARDS)
def test_a_card_is_masked_in_any_sentence(number: str) -> None:
    for before, after in (("", ""), ("pay with ", " please"), ("卡号", "谢谢"), ("card:", ","), ("(", ")")):
        assert masked(f"{before}{number}{after}") == f"{before}{CARD}{after}"


@pytest.mark.parametrize("number", WEAK)
def test_a_number_that_other_things_have_too_is_a_card_where_it_is_called_one(number: str) -> None:
    assert masked(f"my card is {number}") == f"my card is {CARD}"
    assert masked(f"卡号：{number}") == f"卡号：{CARD}"
    assert masked(number) == number


@given(
    st.sampled_from(CARDS),
    st.sampled_from(((4, 4, 4, 4), (4, 6, 5), (6, 13), (8, 8), (2,) * 9, (1,) * 19)),
    st.sampled_from(SEPARATORS),
    st.sampled_from("0٠０०"),
)
def test_however_it_is_grouped_and_in_whatever_digits(
    number: str, sizes: tuple[int, ...], between: str, zero: str
) -> None:
    written = grouped(number, sizes, between).translate({ord("0") + n: chr(ord(zero) + n) for n in range(10)})
    assert masked(f"it is {written}, ok?") == f"it is {CARD}, ok?"


@given(st.sampled_from(CARDS), st.integers(0, 14), st.integers(1, 9))
def test_a_mistyped_number_is_no_card(number: str, place: int, more: int) -> None:
    other = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert not luhn(other)
    assert masked(other) == other


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("4111 1111 1111 1111 exp 12/27 cvv 123", f"{CARD} exp 12/27 cvv {CODE}"),
        ("5555555555554444 12/27 123", f"{CARD} 12/27 {CODE}"),
        ("378282246310005, 03.2028, 1234", f"{CARD}, 03.2028, {CODE}"),
        ("4111111111111111 123", f"{CARD} {CODE}"),
        ("cvc: 999", f"cvc: {CODE}"),
        ("the security code is 4321", f"the security code is {CODE}"),
        ("安全码是 ８８８", f"安全码是 {CODE}"),
        ("CVV2 123 for 4111111111111111", f"CVV2 {CODE} for {CARD}"),
        ("4111111111111111 and 5555 5555 5555 4444", f"{CARD} and {CARD}"),
        ("4111111111111111 5555555555554444", f"{CARD} {CARD}"),
        ("order 1001, paid by 4111111111111111", f"order 1001, paid by {CARD}"),
    ],
)
def test_the_code_beside_it_goes_too(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert masked(shown) == shown


@pytest.mark.parametrize("number", IBANS)
def test_an_iban_is_masked(number: str) -> None:
    for written in (number, number.lower(), grouped(number, (4,) * 8, " "), grouped(number, (4,) * 8, "-")):
        assert masked(f"to {written} please") == f"to {ACCOUNT} please"
    assert masked(f"IBAN：{number}。") == f"IBAN：{ACCOUNT}。"
    full = "".join(chr(ord(char) + 0xFEE0) for char in number)
    assert masked(full) == ACCOUNT


@given(st.sampled_from(IBANS), st.integers(4, 13), st.integers(1, 9))
def test_an_iban_with_a_wrong_digit_is_none(number: str, place: int, more: int) -> None:
    if not number[place].isdigit():
        return
    other = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert not is_iban(other)
    assert masked(other) == other


def test_lengths_are_those_of_the_registry() -> None:
    assert all(15 <= length <= 33 for length in LENGTHS.values())


def digits(count: int) -> Callable[[random.Random], str]:
    return lambda chance: "".join(chance.choices("0123456789", k=count))


NO_CARDS: dict[str, Callable[[random.Random], str]] = {
    "order": lambda chance: f"#{digits(chance.randint(3, 10))(chance)}",
    "order with letters": lambda chance: f"ORD-2026-{digits(8)(chance)}",
    "order after a hyphen": lambda chance: f"ORD-{digits(16)(chance)}",
    "amazon": lambda chance: f"{digits(3)(chance)}-{digits(7)(chance)}-{digits(7)(chance)}",
    "shopify": lambda chance: f"gid://shopify/Order/{digits(13)(chance)}",
    "phone": lambda chance: f"+1 ({digits(3)(chance)}) {digits(3)(chance)}-{digits(4)(chance)}",
    "phone abroad": lambda chance: f"+{digits(14)(chance)}",
    "chinese mobile": lambda chance: f"1{digits(10)(chance)}",
    "fedex": digits(12),
    "fedex smartpost": digits(20),
    "ups": lambda chance: f"1Z{digits(16)(chance)}",
    "usps": lambda chance: f"94{digits(20)(chance)}",
    "dhl parcel": lambda chance: f"JD{digits(18)(chance)}",
    "dhl germany": lambda chance: f"00340434{digits(12)(chance)}",
    "sf express": lambda chance: f"SF{digits(13)(chance)}",
    "yto": lambda chance: f"YT{digits(13)(chance)}",
    "sto": lambda chance: f"77{digits(11)(chance)}",
    "dpd": lambda chance: f"0{digits(13)(chance)}",
    "post": lambda chance: f"RR{digits(9)(chance)}DE",
    "ean": lambda chance: f"4{digits(12)(chance)}",
    "chinese id": digits(18),
    "time": lambda chance: f"2026-12-{digits(2)(chance)} {digits(2)(chance)}:{digits(2)(chance)}",
    "several": lambda chance: ", ".join(digits(4)(chance) for _ in range(6)),
}


@pytest.mark.parametrize("form", NO_CARDS)
def test_what_stores_and_carriers_number_is_left(form: str) -> None:
    chance = random.Random(form)
    for _ in range(2000):
        number = NO_CARDS[form](chance)
        assert masked(f"where is {number}?") == f"where is {number}?"


@pytest.mark.parametrize("word", ["tracking number", "my order is", "订单号", "我的快递单号是", "DHL", "waybill no."])
def test_a_number_is_what_it_is_called(word: str) -> None:
    for number in CARDS:
        assert masked(f"{word} {number}") == f"{word} {number}"


@pytest.mark.parametrize(("count", "share"), [(15, 0.004), (16, 0.03)])
def test_bare_digits_of_a_cards_length_are_seldom_one(count: int, share: float) -> None:
    """Measures what is lost: a parcel's number of so many digits that nothing around it names."""
    chance = random.Random(count)
    numbers = [digits(count)(chance) for _ in range(5000)]
    assert sum(masked(number) != number for number in numbers) < share * len(numbers)


@given(st.text())
def test_any_text_is_taken_and_masked_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)
