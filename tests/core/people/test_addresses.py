"""Tests how numbers are written: one form to compare them by, whatever a channel or a person writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people.addresses import Address, canonical, country_of, e164, is_in, spellings

DIGITS = st.text("0123456789", min_size=0, max_size=15)
ANYTHING = st.one_of(DIGITS.map(lambda digits: f"+{digits}"), st.text(max_size=20))
BRAZIL = st.from_regex(r"\+55[1-9][0-9]9[6-9][0-9]{7}", fullmatch=True)
MEXICO = st.from_regex(r"\+52[2-9][0-9]{9}", fullmatch=True)
ARGENTINA = st.from_regex(r"\+549[1-3][0-9]{9}", fullmatch=True)


@given(BRAZIL)
def test_brazil_with_and_without_the_ninth_digit(phone: str) -> None:
    assert canonical(phone[:5] + phone[6:]) == canonical(phone) == phone


@given(MEXICO)
def test_mexico_with_and_without_the_one(phone: str) -> None:
    assert canonical(f"+521{phone[3:]}") == canonical(phone) == phone


@given(ARGENTINA)
def test_argentina_with_and_without_the_nine(phone: str) -> None:
    assert canonical(f"+54{phone[4:]}") == canonical(phone) == phone


@given(ANYTHING)
def test_the_one_form_has_no_other(phone: str) -> None:
    assert canonical(canonical(phone)) == canonical(phone)
    assert spellings(phone)[0] == canonical(phone)
    assert {canonical(each) for each in spellings(phone)} == {canonical(phone)}


@given(ANYTHING)
def test_other_countries_are_left_alone(phone: str) -> None:
    if phone[:3] not in ("+52", "+54", "+55"):
        assert canonical(phone) == phone
        assert spellings(phone) == (phone,)


@pytest.mark.parametrize("phone", ["+551133334444", "+5511912345678", "+12025550101", "US.1349", ""])
def test_what_has_one_spelling_only(phone: str) -> None:
    assert spellings(phone) == (phone,)


@pytest.mark.parametrize(
    ("raw", "region", "phone"),
    [
        ("+52 1 55 1234 5678", None, "+525512345678"),
        ("+54 11 15 2345-6789", None, "+5491123456789"),
        ("011 15 2345-6789", "AR", "+5491123456789"),
        ("(41) 8888-7777", "BR", "+5541988887777"),
        ("(202) 555-0101", "US", "+12025550101"),
        ("+1 (202) 555-0101 ext 5", None, "+12025550101"),
        ("51096468", "KW", "+96551096468"),
        ("0171 2345678", "DE", "+491712345678"),
        ("11 98765-4321", "BR", "+5511987654321"),
        ("+44 (0)20 7946 0018", None, "+442079460018"),
        ("00491712345678", None, "+491712345678"),
        ("(00) 49-171-2345678", None, "+491712345678"),
        ("00 (49) 171 2345678", None, "+491712345678"),
        ("0052 1 55 1234 5678", None, "+525512345678"),
        ("000 171 2345678", None, None),
        ("００４９ １７１ ２３４５６７８", None, "+491712345678"),
        ("＋５２ １ ５５ １２３４ ５６７８", None, "+525512345678"),
        ("（００）４９ １７１－２３４５６７８", None, "+491712345678"),
        *(("0049 171 2345678", region, "+491712345678") for region in ("DE", "US", "JP", "SG", "AU", "BR", "RU")),
        ("0011 49 171 2345678", "AU", "+491712345678"),
        ("001 49 171 2345678", "SG", "+491712345678"),
        ("011 49 171 2345678", "US", "+491712345678"),
        ("8 10 49 171 2345678", "RU", "+491712345678"),
        ("call the shop", "US", None),
        ("+1", None, None),
        ("202 555 0101", None, None),
    ],
)
def test_numbers_as_people_write_them(raw: str, region: str | None, phone: str | None) -> None:
    assert e164(raw, region) == phone


def test_an_address_keeps_the_spelling_of_its_channel_and_proves_the_one_form() -> None:
    address = Address("whatsapp", "main", "+5215512345678")
    assert (address.key, address.phone) == ("whatsapp:main:+5215512345678", "+525512345678")


@pytest.mark.parametrize(
    "address", [Address("whatsapp", "main", "US.1349"), Address("telegram", "main", "+12025550101")]
)
def test_other_addresses_prove_no_number(address: Address) -> None:
    assert address.phone is None


@pytest.mark.parametrize(
    ("value", "country"),
    [
        ("+12025550101", "US"),
        ("+14165550101", "CA"),
        ("+4930123456", "DE"),
        ("US.1349", "US"),
        ("24601", ""),
        ("+1", ""),
    ],
)
def test_the_country_of_an_address(value: str, country: str) -> None:
    assert country_of(value) == country


@pytest.mark.parametrize(
    ("value", "countries", "expected"),
    [
        ("+12025550101", ("US",), True),
        ("+12025550102", ("US",), True),  # known by its area code
        ("+14165550101", ("US",), False),
        ("+447400123456", ("US",), False),
        ("+447400123456", ("GB",), True),
        ("+4915112345678", ("DE",), True),
        ("+4915112345678", ("AT",), False),
        ("US.1349", ("US",), True),
        ("+999123", ("US",), False),
        ("42", ("US",), False),
    ],
)
def test_whether_somebody_is_in_a_country(value: str, countries: tuple[str, ...], expected: bool) -> None:
    assert is_in(value, countries) is expected
    assert (country_of(value) in countries) is expected
