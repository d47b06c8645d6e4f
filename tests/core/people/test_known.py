"""Tests that what is known of a customer is found however it is written, and nothing else is."""

import re
import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people.known import NOTHING, Known, lines_in, names_in, orders_in

WEI = Known(
    ("Wei Chen", "欧阳明月", "José Ruíz", "Jean-Paul Yıldız", "An"),
    ("Rosenhof 3, Hinterhaus", "AB1 2CD", "阳光花园小区3栋202室", "jane.doe@example.com", "Flat 4"),
    ("DS-77112233",),
)


def found(text: str, find: object = names_in) -> list[str]:
    assert callable(find)
    return [text[start:end] for start, end in find(text, WEI)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("i am Wei Chen", "Wei Chen"),
        ("CHEN, WEI", "CHEN"),
        ("CHEN, WEI", "WEI"),
        ("欧阳明月买的", "欧阳明月"),
        ("欧阳 明月买的", "欧阳 明月"),
        ("明月的包裹", "明月"),
        ("ruiz here", "ruiz"),
        ("Jose\u0301!", "Jose\u0301"),
        ("ＪＯＳÉ", "ＪＯＳÉ"),
        ("jean paul", "jean paul"),
        ("YILDIZ", "YILDIZ"),
    ],
)
def test_names_are_found(text: str, name: str) -> None:
    assert name.rstrip("\u0301") in [each.rstrip("\u0301") for each in found(text)]


@pytest.mark.parametrize("text", ["weigh the chenille", "a n", "and", "月明", "w ei", "", "•••"])
def test_what_is_no_name_is_not(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("to rosenhof 3 hinterhaus", "rosenhof 3 hinterhaus"),
        ("at ROSENHOF.", "ROSENHOF"),
        ("im Hinterhaus", "Hinterhaus"),
        ("ab12cd", "ab12cd"),
        ("AB1-2CD", "AB1-2CD"),
        ("我住阳光花园小区", "阳光花园小区"),
        ("阳光花园小区 3 栋 202 室", "阳光花园小区 3 栋 202 室"),
        ("Jane.Doe@Example.com", "Jane.Doe@Example.com"),
        ("flat 4", "flat 4"),
    ],
)
def test_lines_of_addresses_are_found(text: str, line: str) -> None:
    assert line in found(text, lines_in)


@pytest.mark.parametrize("text", ["flat shoes", "XAB12CD", "a rose", "阳光", "example"])
def test_what_is_no_line_is_not(text: str) -> None:
    assert found(text, lines_in) == []


def test_orders_are_found() -> None:
    assert found("where is ds 77112233?", orders_in) == ["ds 77112233"]


def test_of_nobody_nothing_is_found() -> None:
    assert [*names_in("Jane", NOTHING), *lines_in("Jane", NOTHING), *orders_in("1001", NOTHING)] == []


@given(st.text(st.characters(categories=("L", "Nd")), min_size=2, max_size=12), st.text(" .,!?•-/\n", max_size=5))
def test_a_word_is_found_in_any_case_and_form(word: str, around: str) -> None:
    known = Known((word,))
    if sum(map(str.isalnum, unicodedata.normalize("NFKD", word))) < 2:
        return
    for written in (word, word.upper(), word.lower(), unicodedata.normalize("NFD", word)):
        same = unicodedata.normalize("NFKD", written).casefold() == unicodedata.normalize("NFKD", word).casefold()
        text = f"{around} {written} {around}"
        assert not same or any(text[start:end] for start, end in names_in(text, known))


def test_the_spans_are_of_letters_whole() -> None:
    for text in ("straße 王小明 ﬁx", "Straße", "ﬁx it"):
        for start, end in names_in(text, Known(("strasse", "fix", "王小明"))):
            assert re.fullmatch(r"[^\W_]+", text[start:end])


def test_a_page_of_fifty_customers_is_read_in_milliseconds() -> None:
    people = [
        Known((f"Name{n} Family{n}",), tuple(f"{n} Street{n} {line}" for line in range(40)), (f"{n}001",))
        for n in range(50)
    ]
    text = "where is my order, i live at 7 Street7 3 and it never came " * 4
    began = process_time()
    for known in people:
        list(names_in(text, known)), list(lines_in(text, known)), list(orders_in(text, known))
    assert process_time() - began < 1.0  # of CPU; a pattern for each took two seconds and more
