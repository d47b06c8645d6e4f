"""Tests that a customer can go back, skip, hear again, begin anew and change what they told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.engine.advance import Turn
from flows.engine.events import ActionResult, Opened
from flows.engine.flowset import FlowSet
from tests.flows.engine.test_advance import handoffs, load, play, texts, wanted

SLOTS = """\
  size: {type: int}
  colour: {type: choice, choices: [red, blue]}
  engraving: {type: choice, choices: [initials]}
  note: {type: choice, choices: [short]}
  price: {type: any, private: true}
  sure: {type: bool}
  done: {type: any, private: true}
"""
# The price follows from the size, the note is asked for red things only.
ORDER = """\
  order:
    steps:
      - collect: size
        utter: utter_hi
      - action: find_orders
        args: {order_number: slots.size}
        save: price
      - collect: colour
        utter: utter_bad
        next:
          - if: slots.colour == 'red'
            then: note
          - else: engraving
      - collect: note
        if: slots.colour == 'red'
        utter: utter_ask_name
      - collect: engraving
        utter: utter_ask_quantity
        optional: true
      - collect: sure
        utter: utter_sum
        ask_before_filling: true
        next: [{if: slots.sure, then: deed}, {else: END}]
      - id: deed
        action: create_return
        args: {order_number: "'1'", line_id: "'1'", quantity: slots.size, reason: slots.colour, resolution: "'x'"}
        save: done
      - id: after
        collect: name
"""
WORDS = """\
flow_name_order: your order
utter_sum: "{{ slots.size }} {{ slots.colour }} {{ slots.price.outcome }}?"
change_size: The size
change_colour: The colour
"""


FOUND: dict[str, Callable[[dict[str, Any]], Any]] = {
    "find_orders": lambda args: {"outcome": f"{args['order_number']}00"},
    "list_told": lambda args: [{"value": name} for name in (*args["names"], "keep")],
}


@pytest.fixture
def flows(tmp_path: Path) -> FlowSet:
    return load(tmp_path, ORDER, SLOTS, WORDS)


def said(flows: FlowSet, *words: str, turn: Turn | None = None) -> Turn:
    """Plays words, with the actions that follow: the price is by the size as it is then."""
    turn = turn or play(flows, Opened("order"))
    for word in words:
        turn = play(flows, word, session=turn.session)
        effects = turn.effects
        while turn.session.pending is not None and turn.session.pending.name in FOUND:
            asked = turn.session.pending
            turn = play(flows, ActionResult(asked.key, FOUND[asked.name](asked.args)), session=turn.session)
            effects = (*effects, *turn.effects)
        turn = Turn(turn.session, effects)
    return turn


def test_a_summary_offers_to_change_something(flows: FlowSet) -> None:
    turn = said(flows, "2", "blue", "skip")
    assert texts(turn) == ["2 blue 200?"]
    assert [choice.value for choice in turn.session.last_choices] == ["yes", "no", "change"]
    turn = said(flows, "change something", turn=turn)
    assert [choice.title for choice in turn.session.last_choices] == ["The size", "The colour", "Nothing, it's right"]
    turn = said(flows, "nothing, it's right", turn=turn)
    assert texts(turn) == ["2 blue 200?"]


@pytest.mark.parametrize("words", [["change something", "the size", "3"], ["no, 3 not 2"], ["change the size", "3"]])
def test_what_followed_from_a_changed_slot_is_found_anew(flows: FlowSet, words: list[str]) -> None:
    turn = said(flows, *words, turn=said(flows, "2", "blue", "skip"))
    turn = said(flows, "skip", turn=turn) if turn.session.awaiting == "engraving" else turn
    assert texts(turn)[-1] == "3 blue 300?"


def test_an_answer_on_another_way_is_dropped(flows: FlowSet) -> None:
    turn = said(flows, "2", "red", "short", "skip")
    assert texts(turn) == ["2 red 200?"]
    turn = said(flows, "I meant blue", "skip", turn=turn)
    assert texts(turn) == ["2 blue 200?"]
    assert "note" not in turn.session.stack[0].slots


def test_back_asks_for_what_was_told_last(flows: FlowSet) -> None:
    turn = said(flows, "2", "blue", "back")
    assert turn.session.awaiting == "colour"
    turn = said(flows, "go back", turn=turn)
    assert turn.session.awaiting == "size"
    turn = said(flows, "back", turn=turn)
    assert [frame.flow for frame in turn.session.stack] == ["menu"]


def test_back_never_leaves_a_gap_behind(flows: FlowSet) -> None:
    turn = said(flows, "change the size", "back", turn=said(flows, "2", "blue", "skip"))
    assert [frame.flow for frame in turn.session.stack] == ["menu"]


def test_skip_passes_over_what_is_optional_only(flows: FlowSet) -> None:
    turn = said(flows, "skip")
    assert texts(turn) == ["I need this one to go on.\nHi None"]
    assert handoffs(said(flows, "skip", "skip", turn=turn)) == ["max_attempts"]
    assert said(flows, "2", "blue", "skip").session.awaiting == "sure"


def test_repeat_is_no_attempt(flows: FlowSet) -> None:
    turn = said(flows, *["repeat"] * 5)
    assert texts(turn) == ["Hi None"]
    assert turn.session.stack[0].attempts == 0


@pytest.mark.parametrize(
    "words", ["restart", "/restart", "reset", "start again", "Start over, please!", "重新来", "从头开始"]
)
def test_every_wording_of_a_new_beginning(flows: FlowSet, words: str) -> None:
    turn = said(flows, "2", words)
    assert [(frame.flow, frame.slots) for frame in turn.session.stack] == [("menu", {"opening": "restart"})]


def test_after_the_deed_a_person_mends_it(flows: FlowSet) -> None:
    turn = said(flows, "2", "blue", "skip", "yes")
    turn = play(flows, ActionResult(wanted(turn).key, {"reference": "R1"}), session=turn.session)
    assert turn.session.awaiting == "name"
    for words in ("back", "change something"):
        assert handoffs(play(flows, words, session=turn.session)) == ["change_after"]


@pytest.mark.parametrize("words", ["yes, but change the size", "yes but red", "no, wrong colour", "hmm"])
def test_no_deed_without_a_clear_yes(flows: FlowSet, words: str) -> None:
    turn = said(flows, words, turn=said(flows, "2", "blue", "skip"))
    assert turn.session.pending is None
    assert turn.session.stack


def test_a_correction_that_may_be_two_things_is_asked_back(flows: FlowSet) -> None:
    turn = said(flows, "no, 3 and red", turn=said(flows, "2", "blue", "skip"))
    assert turn.session.stack[-1].flow == "pattern_change"
    turn = said(flows, "red", turn=turn)
    assert turn.session.awaiting in ("note", "engraving")
    assert turn.session.stack[0].slots["colour"] == "red"


def test_a_question_in_between_comes_back_to_the_list(flows: FlowSet) -> None:
    turn = said(flows, "change something", turn=said(flows, "2", "blue", "skip"))
    turn = said(flows, "cancel", turn=turn)
    assert texts(turn)[-1] == "2 blue 200?"
