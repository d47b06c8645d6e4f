"""Answers to a question, by the type of its slot; no text breaks or slows the reading."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.documents import Place
from flows.engine.flowset import FlowSet
from flows.engine.model import Slot
from flows.understanding.values import entities
from flows.understanding.values.parsers import PARSERS, Question, parse
from flows.understanding.values.picks import picked
from flows.understanding.values.recogniser import recognise
from tests.flows.understanding.values.test_recogniser import MENU

HERE = Place("x", 1)
TODAY = date(2026, 12, 2)  # a Wednesday


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  hello ", "hello"),
        ("text", "   ", None),
        ("bool", "Yes please", True),
        ("bool", "不是", False),
        ("bool", "maybe", None),
        ("int", "three", 3),
        ("int", "０", None),
        ("int", "11", None),
        ("email", "It's Jane.Doe@Example.com.", "jane.doe@example.com"),
        ("email", "jane at example", None),
        ("phone", "(202) 555-0101", "+12025550101"),
        ("phone", "+44 20 7946 0018", "+442079460018"),
        ("phone", "12", None),
        ("postcode", "it is 12345-6789 ok", "12345-6789"),
        ("postcode", "sw1a 1aa", "SW1A1AA"),
        ("postcode", "K1A 0B1", "K1A0B1"),
        ("postcode", "100000", "100000"),
        ("postcode", "hello", None),
        ("order_number", "no 1001", "1001"),
        ("proof", "last four are 0101", "0101"),
        ("proof", "JANE@example.com", "jane@example.com"),
        ("proof", "jane doe 12345", "12345"),
        ("proof", "Jane Doe, 12345", "12345"),
        ("proof", "王小明 200001", "200001"),
        ("proof", "the dress is the wrong size 12345", None),
        ("proof", "zip 12345", "12345"),
        ("proof", "no idea", None),
        ("choice", "1", None),
        ("money", "about $9.50", 9.5),
        ("money", "$129.80", None),
        ("date", "tomorrow", "2026-12-03"),
        ("date", "today", None),
        ("date", "12/25", None),
        ("location", "1 Main St, Springfield", {"address": "1 Main St, Springfield"}),
        ("location", "here", None),
        ("image", "here it is", None),
    ],
)
def test_parsers(flows: FlowSet, kind: str, text: str, value: object) -> None:
    assert parse(Question(Slot("x", kind, HERE, minimum=1, maximum=10), flows.interpreter, TODAY), text) == value


@given(st.text(max_size=300), st.sampled_from(sorted(PARSERS)))
def test_no_text_breaks_a_parser(flows: FlowSet, text: str, kind: str) -> None:
    value = parse(Question(Slot("x", kind, HERE), flows.interpreter, TODAY), text)
    assert value is None or isinstance(value, str | int | float | dict)
    entities.mentioned_order(text)
    recognise(text, MENU)
    assert set(picked(text, MENU)) <= set(MENU)


@pytest.mark.parametrize(
    "text", ["a" * 5000, "1 " * 2500, "a.b@" * 1200, "no. " * 1200, "order number " * 400, "第" * 5000]
)
def test_long_messages_are_read_in_no_time(flows: FlowSet, text: str) -> None:
    began = time.process_time()
    flows.interpreter.read(text)
    recognise(text, MENU)
    picked(text, MENU)
    entities.mentioned_order(text)
    for kind in PARSERS:
        parse(Question(Slot("x", kind, HERE), flows.interpreter, TODAY), text)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(("text", "fits"), [("AB12", True), ("ab12", True), ("A12", False), ("AB12 please", False)])
def test_a_pattern_is_of_the_whole_answer(flows: FlowSet, text: str, fits: bool) -> None:
    slot = Slot("x", "text", HERE, pattern="[A-Z]{2}[0-9]+")
    assert (parse(Question(slot, flows.interpreter, TODAY), text) is not None) is fits


@pytest.mark.parametrize(("locale", "day"), [("en", "2026-12-05"), ("zh", "2026-12-05"), ("en-GB", "2027-05-12")])
def test_which_comes_first_is_the_languages_way(flows: FlowSet, locale: str, day: str) -> None:
    assert parse(Question(Slot("x", "date", HERE), flows.interpreter, TODAY, locale), "12/5") == day
