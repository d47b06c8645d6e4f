"""Tests that what must not be missed is found in messages that nobody taught, and not in those that only look so."""

from pathlib import Path

import pytest

from core.files.documents import files, read
from flows.engine.flowset import FlowSet
from flows.understanding.reading import RISKS

SHEETS = {path.stem: read(path) for path in files(Path(__file__).with_name("held_out"))}
SEEN_BY_WORDS = 0.75  # of the risks; without the sentence encoder
ALARMED = 0.09  # of messages that look like one
SURE = 0.9  # of the wishes for a person and to hear no more


@pytest.mark.parametrize("locale", SHEETS)
def test_risks_are_found_without_the_encoder(flows: FlowSet, locale: str) -> None:
    found = [flows.interpreter.read(text).risk for kind in RISKS for text in SHEETS[locale][kind]]
    assert sum(map(bool, found)) / len(found) >= SEEN_BY_WORDS


@pytest.mark.parametrize("locale", SHEETS)
@pytest.mark.parametrize("intent", ["human", "unsubscribe"])
def test_wishes_are_heard(flows: FlowSet, locale: str, intent: str) -> None:
    heard = [flows.interpreter.read(text).intent == intent for text in SHEETS[locale][intent]]
    assert sum(heard) / len(heard) >= SURE


@pytest.mark.parametrize("locale", SHEETS)
def test_what_looks_like_it_alarms_hardly_ever(flows: FlowSet, locale: str) -> None:
    alarmed = [text for text in SHEETS[locale]["none"] if flows.interpreter.read(text).risk]
    assert len(alarmed) / len(SHEETS[locale]["none"]) <= ALARMED
