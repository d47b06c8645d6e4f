"""Tests the sheets of messages, and that what was read in them is counted as it was meant."""

from pathlib import Path

import pytest

from benchmarks import understanding
from benchmarks.aims import aim_of
from benchmarks.answers import NOTHING, answered
from benchmarks.bench import Bench, Length
from benchmarks.memory import measured
from benchmarks.processes import Processes
from benchmarks.sheet import Refused, Sheet, Two, sheets
from flows.understanding.classifier.model import Likely
from flows.understanding.reading import Outcome, Reading

SHEETS = sheets()
KINDS = {"legal", "safety", "anger", "fraud", "privacy", "repeat_contact"}
SMALL = Sheet(
    intents={"order_status": ("where is it", "any news"), "price": ("how much", "costs?")},
    none=("lol", "hm"),
    two=(Two("where is it and how much", ("order_status", "price")),),
    risk={"legal": ("my lawyer", "in court")},
    person=("a person", "somebody"),
    stop=("no more", "less?"),
    refused=(Refused("do not cancel", "cancel_order"),),
)


def _accepted(intent: str, risk: str = "", also: str = "") -> Reading:
    return Reading(Outcome.ACCEPT, intent, (Likely(intent, 0.9),), risk, also=also)


READ = {
    "where is it": _accepted("order_status"),
    "any news": Reading(Outcome.ASK, candidates=(Likely("price", 0.4), Likely("order_status", 0.3))),
    "how much": _accepted("order_status"),
    "lol": _accepted("price"),
    "hm": _accepted("acknowledge"),
    "where is it and how much": _accepted("order_status", also="price"),
    "my lawyer": _accepted("human", risk="legal"),
    "in court": _accepted("human", risk="anger"),
    "a person": _accepted("human"),
    "less?": Reading(Outcome.ASK, candidates=(Likely("unsubscribe", 1.0),)),
}


def _read(message: str) -> Reading:
    return READ.get(message, Reading(Outcome.NONE))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench("understanding", tmp_path, Processes("test"), Length())


@pytest.mark.parametrize("locale", SHEETS)
def test_a_sheet_has_enough_of_everything(locale: str) -> None:
    sheet = SHEETS[locale]
    assert len(sheet.intents) == 40
    assert min(map(len, sheet.intents.values())) >= 8
    inside = sum(map(len, sheet.intents.values()))
    assert len(sheet.none) / (inside + len(sheet.none)) >= 0.2
    assert set(sheet.risk) == KINDS
    assert {intent for two in sheet.two for intent in two.intents} <= set(sheet.intents)
    assert {refused.intent for refused in sheet.refused} <= set(sheet.intents)


@pytest.mark.parametrize("locale", SHEETS)
def test_no_message_is_twice_in_a_sheet(locale: str) -> None:
    given = answered(_read, SHEETS[locale])
    messages = [answer.message.casefold() for answers in given for answer in answers]
    assert len(set(messages)) == len(messages)


def test_the_sheets_have_the_same_intents() -> None:
    english, chinese = SHEETS["en"], SHEETS["zh"]
    assert list(english.intents) == list(chinese.intents)


def test_figures_are_shares_of_what_is_meant(bench: Bench) -> None:
    understanding.figures(bench, "en", answered(_read, SMALL))
    found = {figure.what.removeprefix("en: "): (figure.value, figure.remark) for figure in bench.figures[:-1]}
    assert found == {
        "top-1": (0.25, "1 of 4"),
        "top-3": (0.5, "2 of 4"),
        "accepted": (0.5, "2 of 4"),
        "right among accepted": (0.5, "1 of 2"),
        "out of scope, yet accepted": (0.5, "1 of 2"),
        "two requests, both found": (1, "1 of 1"),
        "risks found": (0.5, "1 of 2; 1 as another one; 0 found elsewhere"),
        "persons found": (0.5, "1 of 2; 0 asked back; 0 found elsewhere"),
        "stops found": (0, "0 of 2; 1 asked back; 0 found elsewhere"),
        "refused, yet accepted": (0, "0 of 1"),
    }
    assert bench.figures[-1].unit == "ms CPU"


@pytest.mark.parametrize(
    ("reading", "remarks"),
    [
        (_accepted("human"), ("0 found elsewhere", "6 found elsewhere")),
        (_accepted("human", risk="anger"), ("6 found elsewhere", "0 found elsewhere")),
    ],
)
def test_what_is_found_everywhere_is_counted_as_found_elsewhere(
    bench: Bench, reading: Reading, remarks: tuple[str, str]
) -> None:
    understanding.figures(bench, "en", answered(lambda _: reading, SMALL))
    found = {figure.what: figure.remark for figure in bench.figures}
    assert found["en: risks found"].endswith(remarks[0])
    assert found["en: persons found"].endswith(remarks[1])


def test_a_message_without_candidates_is_read_as_nothing() -> None:
    (_, _, _, answer), *_ = answered(_read, SMALL)
    assert (answer.best, answer.likely, answer.accepted) == (NOTHING, [], "")


def test_the_worst_intent_comes_first() -> None:
    table = understanding.worst({"en": answered(_read, SMALL)})
    assert table.rows == [("en", "price", 0, 0, 0.5), ("en", "order_status", 0.5, 1, 0.5)]


def test_confusions_are_counted_with_what_was_accepted_out_of_scope() -> None:
    def read(message: str) -> Reading:
        return _accepted("price" if message in ("any news", "where is it", "lol") else "acknowledge")

    table = understanding.confusions({"en": answered(read, SMALL)})
    assert table.rows[0] == ("en", "order_status", "price", 2, "where is it")
    assert ("en", "price", "acknowledge", 2, "how much") in table.rows
    assert [row for row in table.rows if row[1] == understanding.OUT_OF_SCOPE] == [
        ("en", understanding.OUT_OF_SCOPE, "price", 1, "lol")
    ]


def test_memory_is_that_of_a_process_of_its_own(tmp_path: Path) -> None:
    """What is mapped counts apart: the aims are about private memory."""
    memory = measured(tmp_path)
    light, encoder = (aim_of("understanding", f"memory with {what}") for what in ("n-grams alone", "the encoder"))
    assert light is not None
    assert encoder is not None
    assert light.reached(memory.light)
    assert encoder.reached(memory.encoder)
    assert memory.light > 5
    assert memory.mapped > 20
