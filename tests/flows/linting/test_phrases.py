"""Tests that a phrase which two intents claim is found, in whatever form, with both places and what to do."""

from pathlib import Path

import pytest

from flows.engine.flowset import FlowSet
from flows.linting.phrases import phrase_findings

OURS = "order_status: [Where is my order?]\nyes: [ok]\nthanks: [cheers]\npolite: [cheers]\nnone: [ok, hm]\n"


def found(flows: FlowSet, folder: Path, theirs: str) -> list[str]:
    store = folder / "store"
    store.mkdir()
    ours, own = folder / "en.yaml", store / "en.yaml"
    ours.write_text(OURS, encoding="utf-8")
    own.write_text(theirs, encoding="utf-8")
    listed = phrase_findings([ours, own], store, flows.interpreter.form)
    return [str(finding).replace(f"{folder}/", "") for finding in listed]


def test_what_a_store_says_against_us(flows: FlowSet, tmp_path: Path) -> None:
    assert found(flows, tmp_path, "gift:\n  - is it a gift\n  - where's it\n  - WHERE is my   order\n") == [
        "store/en.yaml:4: warning: 'WHERE is my   order' means order_status in what we ship, and gift here: yours "
        "counts; remove it, or list it under order_status, unless that is meant"
    ]


def test_two_intents_of_one_layer(flows: FlowSet, tmp_path: Path) -> None:
    assert found(flows, tmp_path, "gift: [礼盒]\ninvoice:\n  patterns: [x]\n  phrases:\n    - 禮盒！\n") == [
        "store/en.yaml:5: warning: '禮盒！' is a phrase of gift too (store/en.yaml:1): what comes last counts, and "
        "similar words are asked back; keep it under one of them"
    ]


@pytest.mark.parametrize(
    "theirs", ["none: [maybe]", "no: [hm]", "goodbye: [cheers]", "order_status: [where is my order]"]
)
def test_answers_may_have_several_meanings(flows: FlowSet, tmp_path: Path, theirs: str) -> None:
    assert found(flows, tmp_path, theirs) == []


@pytest.mark.parametrize("theirs", ["none: [where is my order]", "gift: [hm]", "cancel: [where is my order]"])
def test_no_request_and_commands_have_no_phrase_of_an_intent(flows: FlowSet, tmp_path: Path, theirs: str) -> None:
    assert len(found(flows, tmp_path, theirs)) == 1
