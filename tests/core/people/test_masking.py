"""Tests that whoever looks on learns neither who a customer is nor where they are reached, and still reads the rest."""

import re
import string

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.content.payment_secrets import in_ascii
from core.people.known import Known
from core.people.masking import HIDDEN, masked, masked_name

JANE = Known(("Jane Doe", "王小明"), ("12 Elm Grove", "SW1A 1AA"), ("20260001", "DS-77112233"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail me at jane.doe+shop@example.co.uk please", "mail me at ••• please"),
        ("发到jane＠example.com谢谢", "发到•••谢谢"),
        ("发到 张三@例子.中国", "发到 •••"),
        ("call +1 (202) 555-0101 or 0044 20 7946 0958", "call ••• or •••"),
        ("号码１３８１２３４５６７８", "号码•••"),
        ("手机一三八一二三四五六七八", "手机•••"),
        ("card 4111 1111 1111 1111", "card •••"),
        ("pay to DE89370400440532013000", "pay to DE•••"),
        ("i live at 12 Main Street, it never came", "i live at •••, it never came"),
        ("to 14 The Avenue, please", "to •••, please"),
        ("我住南京路12号3室，没收到", "我住•••，没收到"),
        ("我叫李雷，想退货", "我叫•••，想退货"),
        ("Jane here; mrs doe pays, not Janet", "••• here; mrs ••• pays, not Janet"),
        ("小明的包裹在哪", "•••的包裹在哪"),
        ("to 12  elm grove, sw1a 1aa", "to •••, •••"),
        ("<b>Jane</b> & 'Doe'", "<b>•••</b> & '•••'"),
        ("👍🏽 Jane\u202e enaJ", "👍🏽 •••\u202e enaJ"),
    ],
)
def test_what_is_somebodys_is_hidden(text: str, shown: str) -> None:
    assert masked(text, JANE) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "where is order #1001, or 20260001, or DS-77112233?",
        "size 42 does not fit, 2 pairs of 38 please; it was 129.80",
        "Your order 1001 is on its way; 2 days on the way, 14 in the right place",
        "it arrives on 2026-12-24, between 9:00 and 12:30",
        "退一件38码的，换42码",
        "مرحبا أين طلبي",
    ],
)
def test_what_the_talk_is_about_stays(text: str) -> None:
    assert masked(text, JANE) == text


@pytest.mark.parametrize(("name", "shown"), [("Jane Doe", "J•••"), ("王小明", "王•••"), (" ", ""), ("", "")])
def test_of_a_name_its_beginning_stays(name: str, shown: str) -> None:
    assert masked_name(name) == shown


COUNTRIES = st.sampled_from(("US", "GB", "DE", "FR", "CN", "HK", "BR", "IN", "AU", "MX", "JP", "ZA"))
FORMATS = st.sampled_from(
    (
        phonenumbers.PhoneNumberFormat.E164,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.NATIONAL,
    )
)
AROUND = st.text(string.ascii_letters + " ,.!?-()#@\n订单号手机，。👍é", max_size=30)


@given(AROUND, COUNTRIES, FORMATS, st.sampled_from("0٠０"), AROUND)
def test_no_number_is_learned_whatever_is_around_it(
    before: str, country: str, form: int, zero: str, after: str
) -> None:
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    assert example is not None
    written = phonenumbers.format_number(example, form)
    written = written.translate({ord("0") + n: chr(ord(zero) + n) for n in range(10)})
    assert not re.search("[0-9]", in_ascii(masked(f"{before}{written}{after}")))


@given(st.text(max_size=60), st.text(string.digits, min_size=7, max_size=19), st.sampled_from(["", " ", "-", ". "]))
def test_no_long_number_is_shown(around: str, digits: str, joint: str) -> None:
    shown = masked(f"{around} {joint.join(digits)} {around}")
    assert digits not in re.sub(r"\D", "", in_ascii(shown)) or digits in re.sub(r"\D", "", in_ascii(around))


@given(AROUND, st.from_regex(r"[a-z][a-z.]{0,8}@[a-z]{1,8}\.(com|de|cn)", fullmatch=True), AROUND)
def test_no_address_of_mail_is_shown(before: str, address: str, after: str) -> None:
    assert address not in masked(f"{before}{address}{after}")


@given(st.text(max_size=80), st.text(string.ascii_letters + "王小明éß. ", min_size=2, max_size=20))
def test_no_name_is_shown_as_a_word(around: str, name: str) -> None:
    shown = masked(f"{around} {name} {around}", Known((name,), (name,)))
    is_told = sum(map(str.isalnum, name)) > 1
    assert not is_told or name.strip() not in shown.replace(around, "").replace(HIDDEN, " ")
