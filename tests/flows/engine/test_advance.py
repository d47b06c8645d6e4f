"""Tests the engine on small flows of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from core.encoding import encode
from core.messages.pieces import Choice
from flows.engine.advance import Turn, advance
from flows.engine.effects import Handoff, RunAction, Say, Track
from flows.engine.events import ActionResult, FlowEvent, Opened, UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.session import Entry, Session, decode_session, new_session
from flows.engine.stepping.asking import ID_MAX
from flows.loading.loader import LIBRARY, load_flows
from flows.loading.policies import Policies

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
TEXTS = """\
utter_ask_name: "Name?"
utter_ask_quantity: "How many?"
utter_hi: "Hi {{ slots.name }}"
utter_bad: "Not that one."
flow_name_greet: the greeting
flow_name_sub: the sub-flow
"""


def load(tmp_path: Path, flows: str, slots: str = "", texts: str = "") -> FlowSet:
    (tmp_path / "flows.yaml").write_text(f"slots:\n  name: {{type: text}}\n{slots}flows:\n{flows}", encoding="utf-8")
    (tmp_path / "en.yaml").write_text(TEXTS + texts, encoding="utf-8")
    return load_flows([*LIBRARY, tmp_path / "flows.yaml"], [*LIBRARY, tmp_path / "en.yaml"], Policies().settings())


def play(flows: FlowSet, *events: FlowEvent | str, session: Session | None = None, now: datetime = NOW) -> Turn:
    turn = Turn(session or new_session("en"), ())
    for event in events:
        message = UserMessage(event) if isinstance(event, str) else event
        turn = advance(flows, turn.session, message, now)
    return turn


def texts(turn: Turn) -> list[str]:
    return [effect.text for effect in turn.effects if isinstance(effect, Say)]


def handoffs(turn: Turn) -> list[str]:
    return [effect.reason for effect in turn.effects if isinstance(effect, Handoff)]


def wanted(turn: Turn) -> RunAction:
    last = turn.effects[-1]
    assert isinstance(last, RunAction)
    return last


GREET = """\
  greet:
    steps:
      - collect: name
        rejections: [{if: slots.name == 'Bob', utter: utter_bad}]
      - utter: utter_hi
"""


def test_collect_then_utter(tmp_path: Path) -> None:
    flows = load(tmp_path, GREET)
    turn = play(flows, Opened("greet"))
    assert texts(turn) == ["Name?"]
    assert turn.session.awaiting == "name"
    turn = play(flows, "Jane", session=turn.session)
    assert texts(turn) == ["Hi Jane"]
    assert turn.session.idle


def test_slots_given_at_the_start_are_not_asked(tmp_path: Path) -> None:
    assert texts(play(load(tmp_path, GREET), Opened("greet", {"name": "Jane"}))) == ["Hi Jane"]


def test_an_unknown_flow_is_counted_not_raised(tmp_path: Path) -> None:
    turn = play(load(tmp_path, GREET), Opened("gone"))
    assert turn.effects == (Track("unknown_flow", {"flow": "gone"}),)


def test_rejections_climb_the_ladder(tmp_path: Path) -> None:
    flows = load(tmp_path, GREET)
    turn = play(flows, Opened("greet"), "Bob")
    assert texts(turn) == ["Not that one."]
    assert turn.session.awaiting == "name"
    turn = play(flows, "Bob", "Bob", session=turn.session)
    assert handoffs(turn) == ["max_attempts"]


def test_values_are_cut_at_2000_characters(tmp_path: Path) -> None:
    flows = load(tmp_path, GREET.replace("- utter: utter_hi", "- collect: quantity"), "  quantity: {type: int}\n")
    turn = play(flows, Opened("greet"), "x" * 5000)
    assert len(turn.session.stack[-1].slots["name"]) == 2000


def test_a_call_returns_what_the_sub_flow_persists(tmp_path: Path) -> None:
    flows = load(
        tmp_path,
        """\
  main:
    steps:
      - call: sub
        args: {name: "'Ann'"}
      - utter: utter_hi
  sub:
    persist: [name]
    steps:
      - set_slots: {name: "slots.name ~ 'e'", other: "'x'"}
""",
        "  other: {type: text}\n",
    )
    assert texts(play(flows, Opened("main"))) == ["Hi Anne"]


def test_branches_inline_steps_and_link(tmp_path: Path) -> None:
    flows = load(
        tmp_path,
        """\
  main:
    steps:
      - next:
          - if: slots.name == 'Ann'
            then: [{utter: utter_bad}, {utter: utter_hi}]
          - if: slots.name == 'Bob'
            then: {handoff: angry}
          - else: other
      - id: after
        utter: utter_hi
        next: END
      - id: other
        link: greet
"""
        + GREET,
    )
    assert texts(play(flows, Opened("main", {"name": "Ann"}))) == ["Not that one.", "Hi Ann", "Hi Ann"]
    assert handoffs(play(flows, Opened("main", {"name": "Bob"}))) == ["angry"]
    turn = play(flows, Opened("main", {"name": "Carl"}))
    assert texts(turn) == ["Name?"]
    assert [frame.flow for frame in turn.session.stack] == ["greet"]


ACT = """\
  act:
    steps:
      - action: find_orders
        args: {order_number: slots.name}
        save: found
      - next: [{if: slots.found.outcome == 'one', then: yes_}, {else: END}]
      - id: yes_
        utter: utter_hi
"""


def test_an_action_is_asked_for_and_its_result_kept(tmp_path: Path) -> None:
    flows = load(tmp_path, ACT)
    turn = play(flows, Opened("act", {"name": "1"}))
    action = wanted(turn)
    assert (action.name, action.args) == ("find_orders", {"order_number": "1"})
    assert not any(isinstance(effect, RunAction) for effect in turn.effects[:-1])
    assert play(flows, ActionResult("other", {}), session=turn.session) == Turn(turn.session, ())
    turn = play(flows, ActionResult(action.key, {"outcome": "one"}), session=turn.session)
    assert texts(turn) == ["Hi 1"]
    assert play(flows, ActionResult(action.key, {"outcome": "one"}), session=turn.session).effects == ()


def test_a_failed_action_goes_to_the_team(tmp_path: Path) -> None:
    flows = load(tmp_path, ACT)
    turn = play(flows, Opened("act", {"name": "1"}))
    turn = play(flows, ActionResult(wanted(turn).key, None, "LookupError"), session=turn.session)
    assert handoffs(turn) == ["action_failed"]
    assert turn.session.idle


def test_on_error_may_lead_elsewhere(tmp_path: Path) -> None:
    flows = load(tmp_path, ACT.replace("save: found", "save: found\n        on_error: yes_"))
    turn = play(flows, Opened("act", {"name": "1"}))
    turn = play(flows, ActionResult(wanted(turn).key, None, "x"), session=turn.session)
    assert texts(turn) == ["Hi 1"]


def test_a_lost_result_is_asked_for_again(tmp_path: Path) -> None:
    flows = load(tmp_path, ACT)
    turn = play(flows, Opened("act", {"name": "1"}))
    again = play(flows, "hello?", session=turn.session)
    assert wanted(again).args == wanted(turn).args


DEED = """\
  deed:
    steps:
      - collect: sure
        ask_before_filling: true
        utter: utter_bad
      - action: create_return
        args: {order_number: "'1'", line_id: "'1'", quantity: 1, reason: "'x'", resolution: "'x'"}
        save: found
      - collect: name
"""


def test_a_deed_is_done_once_even_when_its_flow_starts_over(tmp_path: Path) -> None:
    flows = load(tmp_path, DEED, "  sure: {type: bool}\n")
    turn = play(flows, Opened("deed"), "yes")
    first = wanted(turn)
    turn = play(flows, ActionResult(first.key, {"reference": "R1"}), session=turn.session)
    frame = replace(turn.session.stack[0], step="gone", version="older")
    turn = play(flows, "Jane", session=replace(turn.session, stack=(frame,)))
    assert not any(isinstance(effect, RunAction) for effect in turn.effects)
    assert [each.flow for each in turn.session.stack] == ["pattern_completed"]


def test_the_key_of_a_deed_is_the_same_when_asked_again(tmp_path: Path) -> None:
    flows = load(tmp_path, DEED, "  sure: {type: bool}\n")
    turn = play(flows, Opened("deed"), "yes")
    again = play(flows, "?", session=turn.session, now=NOW + timedelta(minutes=1))
    assert wanted(again).key == wanted(turn).key
    later = play(flows, Opened("deed"), "yes", now=NOW + timedelta(minutes=1))
    assert wanted(later).key != wanted(turn).key


# --- versions


def test_a_changed_flow_goes_on_at_the_same_step(tmp_path: Path) -> None:
    before = play(load(tmp_path, GREET), Opened("greet")).session
    changed = load(tmp_path, GREET.replace("- utter: utter_hi", "- utter: utter_bad\n      - utter: utter_hi"))
    turn = play(changed, "Jane", session=before)
    assert texts(turn) == ["Not that one.", "Hi Jane"]


def test_a_flow_whose_step_is_gone_starts_over_with_its_slots(tmp_path: Path) -> None:
    slots = "  quantity: {type: int}\n"
    longer = GREET.replace("- utter: utter_hi", "- collect: quantity\n      - utter: utter_hi")
    before = play(load(tmp_path, longer, slots), Opened("greet"), "Jane").session
    assert before.awaiting == "quantity"
    turn = play(load(tmp_path, GREET, slots), "2", session=before)
    assert "Hi Jane" in texts(turn)
    assert "Name?" not in texts(turn)


def test_a_flow_that_is_gone_ends(tmp_path: Path) -> None:
    before = play(load(tmp_path, GREET), Opened("greet")).session
    turn = play(load(tmp_path, ACT), "menu", session=before)
    assert [frame.flow for frame in turn.session.stack] == ["menu"]


def test_a_result_for_a_flow_that_changed_meanwhile_is_harmless(tmp_path: Path) -> None:
    turn = play(load(tmp_path, ACT), Opened("act", {"name": "1"}))
    changed = load(tmp_path, ACT.replace("- action: find_orders", "- id: search\n        action: find_orders"))
    after = play(changed, ActionResult(wanted(turn).key, {"outcome": "one"}), session=turn.session)
    assert wanted(after).key.startswith("act.search")


# --- limits


def test_a_circle_ends_in_an_apology(tmp_path: Path) -> None:
    flows = load(tmp_path, "  spin:\n    steps:\n      - {id: a, set_slots: {name: 1}}\n      - {id: b, next: a}\n")
    turn = play(flows, Opened("spin"))
    assert handoffs(turn) == ["internal_error"]
    assert texts(turn) == ["Sorry, something went wrong on our side. A colleague will take it from here."]
    assert turn.session.idle


def test_flows_that_call_each_other_end_in_an_apology(tmp_path: Path) -> None:
    flows = load(tmp_path, "  a:\n    steps: [{call: b}]\n  b:\n    steps: [{call: a}]\n")
    assert handoffs(play(flows, Opened("a"))) == ["internal_error"]


def test_a_template_that_fails_ends_in_an_apology_without_half_a_message(tmp_path: Path) -> None:
    flows = load(
        tmp_path, "  a:\n    steps: [{utter: utter_bad}, {set_slots: {name: slots.x.y}}]\n", "  x: {type: any}\n"
    )
    turn = play(flows, Opened("a"))
    assert handoffs(turn) == ["internal_error"]
    assert len(texts(turn)) == 1
    [failure] = [e for e in turn.effects if isinstance(e, Track) and e.name == "internal_error"]
    assert failure.props == {"flow": "a", "failure": "ExpressionFailed", "detail": "slots.x.y"}


def test_more_than_five_messages_are_joined(tmp_path: Path) -> None:
    steps = "".join("      - utter: utter_bad\n" for _ in range(8))
    turn = play(load(tmp_path, f"  talk:\n    steps:\n{steps}"), Opened("talk"))
    assert [text.count("Not that one.") for text in texts(turn)] == [1, 1, 1, 1, 4]


def test_a_flow_that_talks_without_end_is_stopped(tmp_path: Path) -> None:
    steps = "".join("      - utter: utter_bad\n" for _ in range(12))
    assert handoffs(play(load(tmp_path, f"  talk:\n    steps:\n{steps}"), Opened("talk"))) == ["internal_error"]


# --- digressions


def test_digressions_lie_at_most_three_deep_and_come_back(flows: FlowSet) -> None:
    turn = play(flows, "I want to return something")
    turn = play(flows, ActionResult(wanted(turn).key, {"outcome": "ask", "order_number": None}), session=turn.session)
    assert turn.session.awaiting == "order_number"
    turn = play(flows, "where is my order?", session=turn.session)
    turn = play(flows, ActionResult(wanted(turn).key, {"outcome": "none", "order_number": None}), session=turn.session)
    entries = [frame.entry for frame in turn.session.stack]
    assert entries == [Entry.ROOT, Entry.CALL, Entry.CALL, Entry.DIGRESSION, Entry.CALL, Entry.CALL]
    turn = play(flows, "never mind", session=turn.session)
    assert texts(turn) == ["Back to your return.", flows.say("utter_ask_order_number", "en")]
    assert [frame.flow for frame in turn.session.stack] == ["returns", "which_order", "verify_customer"]


def test_who_asks_for_the_same_again_is_looked_up_again(flows: FlowSet) -> None:
    """Meanwhile the channel may have told who the customer is, or an order may have come."""
    turn = play(flows, "where is my order")
    nothing = ActionResult(wanted(turn).key, {"outcome": "none", "order_number": None})
    turn = play(flows, nothing, session=turn.session)
    assert turn.session.awaiting == "order_number"
    turn = play(flows, "where is my order", session=turn.session)
    assert wanted(turn).name == "find_orders"
    assert [frame.flow for frame in turn.session.stack] == ["order_status", "which_order"]
    nothing = ActionResult(wanted(turn).key, {"outcome": "none", "order_number": None})
    asked_again = play(flows, nothing, session=turn.session).effects
    assert [effect.key for effect in asked_again if isinstance(effect, Say)] == ["utter_retry_order_number"]


def test_an_unfinished_flow_is_not_taken_up_after_a_day(flows: FlowSet) -> None:
    turn = play(flows, "hi")
    later = play(flows, "hi", session=turn.session, now=NOW + timedelta(hours=25))
    assert texts(later) == texts(turn)
    assert any(isinstance(effect, Track) and effect.name == "flow_expired" for effect in later.effects)


# --- choices and sessions


def test_choice_ids_are_ascii_and_short(tmp_path: Path) -> None:
    value = "x" * 70
    slots = f"  pick: {{type: choice, choices: [苹果, plain, {value}]}}\n"
    flow = "  " + "long_name_" * 5 + "flow:\n    steps: [{id: " + "s" * 40 + ", collect: pick, utter: utter_bad}]\n"
    turn = play(load(tmp_path, flow, slots), Opened("long_name_" * 5 + "flow"))
    [said] = [effect for effect in turn.effects if isinstance(effect, Say)]
    assert len({option.id for option in said.options}) == 3
    assert all(option.id.isascii() and len(option.id) <= ID_MAX for option in said.options)


def test_a_press_is_good_once(tmp_path: Path) -> None:
    slots = "  pick: {type: choice, choices: [a, b]}\n  more: {type: choice, choices: [a, b]}\n"
    steps = "      - {collect: pick, utter: utter_bad}\n      - {collect: more, utter: utter_ask_name}\n"
    flows = load(tmp_path, f"  picks:\n    steps:\n{steps}", slots)
    turn = play(flows, Opened("picks"))
    press = UserMessage(choice=Choice(turn.session.last_choices[0].id, "a"))
    turn = play(flows, press, session=turn.session)
    assert texts(turn) == ["Name?"]
    for seconds in (0, 2):
        turn = play(flows, press, session=turn.session, now=NOW + timedelta(seconds=seconds))
        assert texts(turn) == []
        assert turn.session.awaiting == "more"
    turn = play(flows, press, session=turn.session, now=NOW + timedelta(seconds=30))
    assert texts(turn) == ["That menu has closed. Here's where we are:", "Name?"]
    assert turn.session.stack[0].slots == {"pick": "a"}


def test_a_press_with_a_foreign_id_is_read_by_its_title(flows: FlowSet) -> None:
    assert handoffs(play(flows, UserMessage(choice=Choice("template-7", "Talk to a person")))) == ["asked_human"]


def test_sessions_survive_json_and_other_versions(flows: FlowSet) -> None:
    session = play(flows, "return order 1001").session
    assert decode_session(encode(session)) == session
    assert decode_session('{"locale": "zh", "mood": "fine", "stack": [{"flow": "menu", "new": 1}]}').locale == "zh"
    assert decode_session("{}") == Session()


def test_advance_is_deterministic_and_leaves_its_session_alone(flows: FlowSet) -> None:
    session = play(flows, "hi").session
    before = encode(session)
    first, second = (advance(flows, session, UserMessage("1"), NOW) for _ in range(2))
    assert first == second
    assert encode(session) == before


@pytest.mark.parametrize("bad", [{"flow": "menu", "step": "gone"}, {"flow": "gone"}, {"flow": "menu"}])
def test_a_session_from_elsewhere_does_not_stop_the_conversation(flows: FlowSet, bad: dict[str, Any]) -> None:
    session = decode_session(encode(new_session("en")))
    broken = replace(session, stack=(decode_session(f'{{"stack": [{_json(bad)}]}}').stack), awaiting="topic")
    turn = play(flows, "hello", session=broken)
    assert texts(turn)


def _json(value: dict[str, Any]) -> str:
    return "{" + ", ".join(f'"{k}": "{v}"' for k, v in value.items()) + "}"
