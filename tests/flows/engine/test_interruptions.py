"""Tests what happens to a request when another comes: answered in between, asked about, kept for later, resumed."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.encoding import encode
from flows import library
from flows.engine.advance import Turn
from flows.engine.dialog import Dialog
from flows.engine.events import ActionResult, Opened
from flows.engine.flowset import FlowSet
from flows.engine.session import Later, decode_session
from flows.engine.stepping.afterwards import keep
from flows.loading.loader import load_flows
from flows.loading.policies import Policies
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore
from flows.understanding.classifier.model import Likely
from flows.understanding.reading import Outcome, Reading
from tests.flows.engine.test_advance import NOW, handoffs, play, texts, wanted
from tests.flows.engine.test_advance import TEXTS as ENGINE_TEXTS

SLOTS = """\
  size: {type: int}
  sure: {type: bool}
  found: {type: any}
  order_number: {type: order_number}
"""
TEXTS = """\
utter_ask_size: "Which size?"
utter_ask_sure: "Sure?"
utter_hours: "Nine to five."
utter_done: "Done."
utter_where: "Order {{ slots.order_number|list if slots.order_number is not string else slots.order_number }}."
flow_name_change: the change
flow_name_wrap: the wrapping
flow_name_hours: the hours
"""
FLOWS = """\
  change:
    triggers: [change_items]
    covers: [size_advice]
    steps:
      - collect: name
      - collect: size
      - collect: sure
        ask_before_filling: true
      - action: create_return
        if: slots.sure
        args: {order_number: "'1'", line_id: "'1'", quantity: 1, reason: "'x'", resolution: "'x'"}
        save: found
      - utter: utter_done
  wrap:
    triggers: [gift]
    steps:
      - collect: size
      - utter: utter_done
  hours:
    triggers: [store_hours]
    read_only: true
    steps: [{utter: utter_hours}]
  area:
    triggers: [delivery_area]
    read_only: true
    steps:
      - collect: size
      - utter: utter_hours
  where:
    triggers: [order_status]
    read_only: true
    fills: [order_number]
    steps:
      - utter: utter_where
        if: slots.order_number
"""


@pytest.fixture
def flows(tmp_path: Path) -> FlowSet:
    """Loads these flows, and of ours only those that belong to the engine."""
    (tmp_path / "flows.yaml").write_text(f"slots:\n  name: {{type: text}}\n{SLOTS}flows:\n{FLOWS}", encoding="utf-8")
    (tmp_path / "en.yaml").write_text(ENGINE_TEXTS + TEXTS, encoding="utf-8")
    ours = [library.HERE / name / "flow.yaml" for name in ("common", "menu", "human")]
    settings = Policies().settings()
    return load_flows([*ours, tmp_path / "flows.yaml"], [library.HERE, tmp_path / "en.yaml"], settings)


HOURS = "what are your opening hours?"
WRAP = "can you gift wrap it?"


def stack(turn: Turn) -> list[str]:
    return [frame.flow for frame in turn.session.stack]


def later(turn: Turn, hours: float, *said: str, flows: FlowSet) -> Turn:
    now: datetime = NOW + timedelta(hours=hours)
    return play(flows, *said, session=turn.session, now=now)


def test_what_only_reads_is_answered_and_the_question_comes_again(flows: FlowSet) -> None:
    turn = play(flows, Opened("change"), "Jane", HOURS)
    assert texts(turn) == ["Nine to five.", "Back to the change.", "Which size?"]
    assert stack(turn) == ["change"]


def test_questions_in_between_never_pile_up(flows: FlowSet) -> None:
    turn = play(flows, Opened("change"), "Jane", "do you ship to France?")
    assert stack(turn) == ["change", "area"]
    for _ in range(5):
        turn = play(flows, HOURS, session=turn.session)
        assert stack(turn) == ["change"]
        turn = play(flows, "do you ship to France?", session=turn.session)
        assert stack(turn) == ["change", "area"]


def test_another_request_asks_before_what_was_told_is_lost(flows: FlowSet) -> None:
    turn = play(flows, Opened("change"), "Jane", WRAP)
    assert stack(turn) == ["change", "pattern_switch"]
    assert "the change" in texts(turn)[0]
    assert stack(play(flows, "yes", session=turn.session)) == ["wrap"]
    assert stack(play(flows, WRAP, session=turn.session)) == ["wrap"]  # who insists means yes


def test_who_stays_is_asked_again_and_gets_the_other_request_afterwards(flows: FlowSet) -> None:
    turn = play(flows, Opened("change"), "Jane", WRAP, "no")
    assert texts(turn) == ["Which size?"]
    assert turn.session.later == (Later("gift", WRAP),)
    turn = play(flows, "42", "no", session=decode_session(encode(turn.session)))
    assert texts(turn)[0] == "Done."
    assert stack(turn) == ["pattern_next"]
    assert stack(play(flows, "yes", session=turn.session)) == ["wrap"]
    turn = play(flows, "no", session=turn.session)
    assert turn.session.idle


def test_where_nothing_was_told_the_other_request_starts_at_once(flows: FlowSet) -> None:
    assert stack(play(flows, Opened("change"), WRAP)) == ["wrap"]


def test_a_flow_that_runs_is_brought_up_and_not_started_twice(flows: FlowSet) -> None:
    turn = play(flows, Opened("change"), "Jane", "do you ship to France?", Opened("change"))
    assert stack(turn) == ["change"]
    assert texts(turn) == ["Which size?"]


def test_cancel_in_a_question_in_between_goes_back(flows: FlowSet) -> None:
    turn = play(flows, Opened("change"), "Jane", "do you ship to France?", "cancel")
    assert stack(turn) == ["change"]
    assert play(flows, "cancel", session=turn.session).session.idle


def test_after_hours_it_is_asked_whether_to_go_on(flows: FlowSet) -> None:
    begun = play(flows, Opened("change"), "Jane", "42")
    assert stack(later(begun, 5, "yes", flows=flows)) != ["change", "pattern_resume"]
    turn = later(begun, 7, "yes", flows=flows)
    assert stack(turn) == ["change", "pattern_resume"]
    assert texts(later(turn, 7, "yes", flows=flows)) == ["Sure?"]
    assert later(turn, 7, "no", flows=flows).session.idle
    assert texts(later(begun, 7, HOURS, flows=flows))[0] == "Nine to five."
    assert later(begun, 25, "yes", flows=flows).session.stack[0].flow != "change"


def test_a_deed_is_followed_by_the_question_for_anything_else(flows: FlowSet) -> None:
    turn = play(flows, Opened("change"), "Jane", "42", "yes")
    done = ActionResult(wanted(turn).key, {"reference": "R1"})
    turn = play(flows, done, session=turn.session)
    assert texts(turn) == ["Done.", "Anything else I can do for you?"]
    assert texts(play(flows, HOURS, session=turn.session)) == ["Nine to five."]
    assert play(flows, "that's all", session=turn.session).session.idle
    assert stack(play(flows, "thanks", session=turn.session)) == []


def test_a_second_request_in_one_message_is_offered_after_the_first(flows: FlowSet) -> None:
    turn = play(flows, f"{HOURS} And also, {WRAP}")
    assert turn.session.stack[0].slots["wanted"]["intent"] == "gift"
    assert texts(turn)[0] == "Nine to five."
    assert stack(play(flows, "yes please", session=turn.session)) == ["wrap"]


def test_a_person_who_takes_over_reads_what_was_kept(flows: FlowSet) -> None:
    turn = play(flows, Opened("change"), "Jane", WRAP, "no", "agent")
    assert handoffs(turn) == ["asked_human"]
    assert "gift" in next(each.summary for each in turn.effects if hasattr(each, "summary"))
    assert turn.session.later == ()


def test_at_most_two_requests_wait(flows: FlowSet) -> None:
    turn = play(flows, Opened("change"), "Jane")
    dialog = Dialog(flows, turn.session, NOW)
    for intent in ("gift", "store_hours", "gift", "order_status"):
        keep(dialog, intent)
    assert [each.intent for each in dialog.later] == ["gift", "store_hours"]


def test_it_is_asked_twice_in_a_row_at_most_what_is_meant(flows: FlowSet) -> None:
    chat = Chat(flows, MemoryStore([]), "messenger", "en", NOW)
    unsure = ("um the one", "er the two")
    likely = Reading(Outcome.ASK, candidates=(Likely("gift", 0.3),))
    for text in unsure:  # whatever the model makes of them: here they are likely, and not sure
        flows.interpreter._known[text, flows.interpreter._classifier.accept] = likely
    assert [handoffs(Turn(chat.session, tuple(chat.say(text)))) for text in unsure] == [[], ["clarify_2"]]
    assert [handoffs(Turn(chat.session, tuple(chat.say(text)))) for text in (unsure[0], HOURS, unsure[1])] == [[]] * 3
