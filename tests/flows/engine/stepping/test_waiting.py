"""Tests flows that wait: for an event, for a time, short on the stack and long aside; reminders of open questions."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from core.encoding import encode
from flows.engine.advance import Turn, advance
from flows.engine.effects import Effect, Handoff, Say, Schedule, Track, Unschedule
from flows.engine.events import External, FlowEvent, Opened, UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.session import Session, decode_session, new_session
from flows.engine.stepping.waiting import MOST_ASIDE, REMINDER, TIME, forget, forget_all
from tests.flows.engine.test_advance import NOW, handoffs, load, play, texts

SHORT = """\
  ask_shop:
    steps:
      - wait: {event: shop.answered, key: slots.name, for: 8s}
        save: answer
        next:
          - if: slots.answer == none
            then: late
          - else: told
      - id: told
        utter: utter_told
        next: END
      - id: late
        utter: utter_late
  other:
    steps:
      - collect: quantity
      - utter: utter_other
"""
LONG = """\
  track:
    steps:
      - wait: {event: return.received, key: slots.name, for: 30d}
        save: answer
      - utter: utter_told
  other:
    steps:
      - collect: quantity
      - utter: utter_other
"""
SLOTS = "  answer: {type: any}\n  quantity: {type: int}\n"
SAID = """\
utter_told: "Done."
utter_late: "We are on it."
utter_other: "Other."
utter_one_moment: "One moment."
flow_name_ask_shop: asking
flow_name_other: other
flow_name_track: tracking
"""


@pytest.fixture
def short(tmp_path: Path) -> FlowSet:
    return load(tmp_path, SHORT, SLOTS, SAID)


@pytest.fixture
def long(tmp_path: Path) -> FlowSet:
    return load(tmp_path, LONG, SLOTS, SAID)


def asked(flows: FlowSet, flow: str = "ask_shop", key: str = "a1") -> Turn:
    return play(flows, Opened(flow, {"name": key}))


def only(turn: Turn, kind: type[Any]) -> Any:
    found = [effect for effect in turn.effects if isinstance(effect, kind)]
    assert len(found) == 1, turn.effects
    return found[0]


def on(flows: FlowSet, turn: Turn, *events: FlowEvent | str, after: timedelta = timedelta()) -> Turn:
    """Goes on from a turn, through a row."""
    return play(flows, *events, session=decode_session(encode(turn.session)), now=NOW + after)


def test_a_short_wait_stays_on_the_stack_and_is_scheduled(short: FlowSet) -> None:
    turn = asked(short)
    assert [frame.flow for frame in turn.session.stack] == ["ask_shop"]
    alarm = only(turn, Schedule)
    assert (alarm.name, alarm.at, alarm.event, alarm.about) == (TIME, NOW + timedelta(seconds=8), "shop.answered", "a1")


def test_the_event_goes_on_and_takes_the_alarm_back(short: FlowSet) -> None:
    first = asked(short)
    turn = on(short, first, External("shop.answered", "a1", {"status": "done"}))
    assert texts(turn) == ["Done."]
    assert only(turn, Unschedule).key == only(first, Schedule).key
    assert turn.session.idle


def test_the_time_goes_on_with_none(short: FlowSet) -> None:
    first = asked(short)
    turn = on(short, first, External(TIME, only(first, Schedule).key))
    assert texts(turn) == ["We are on it."]


@pytest.mark.parametrize(
    "event", [External("shop.answered", "b2", 1), External("other.event", "a1", 1), External(TIME, "x")]
)
def test_what_is_about_something_else_changes_nothing(short: FlowSet, event: External) -> None:
    turn = on(short, asked(short), event)
    assert texts(turn) == []
    assert [frame.flow for frame in turn.session.stack] == ["ask_shop"]


def test_what_nothing_waits_for_changes_nothing(short: FlowSet) -> None:
    before = on(short, asked(short), External("shop.answered", "a1", {})).session
    turn = advance(short, before, External("shop.answered", "a1", {"status": "done"}), NOW)
    assert turn == Turn(before, ())


def test_an_alarm_that_comes_too_late_is_nothing(short: FlowSet) -> None:
    first = asked(short)
    done = on(short, first, External("shop.answered", "a1", {}))
    turn = on(short, done, External(TIME, only(first, Schedule).key))
    assert turn.effects == ()


def test_words_meanwhile_are_heard_as_usual(short: FlowSet) -> None:
    turn = on(short, asked(short), "thanks")
    assert texts(turn)
    assert [frame.flow for frame in turn.session.stack] == ["ask_shop"]
    assert texts(on(short, turn, External("shop.answered", "a1", {}))) == ["Done."]


def test_what_is_not_understood_meanwhile_is_told_to_wait(short: FlowSet) -> None:
    assert texts(on(short, asked(short), "xyzzy")) == ["One moment."]


def test_another_request_sets_the_waiting_flow_aside_and_it_goes_on_after(short: FlowSet) -> None:
    turn = on(short, asked(short), Opened("other"))
    assert [frame.flow for frame in turn.session.stack] == ["other"]
    assert [frames[0].flow for frames in turn.session.aside] == ["ask_shop"]
    answered = on(short, turn, External("shop.answered", "a1", {}))
    assert texts(answered) == []
    assert texts(on(short, answered, "2")) == ["Other.", "Done."]


def test_the_same_request_while_it_waits_does_not_start_twice(short: FlowSet) -> None:
    turn = on(short, asked(short), Opened("ask_shop"))
    assert texts(turn) == ["One moment."]
    assert len(turn.session.stack) == 1


def test_cancel_ends_the_wait(short: FlowSet) -> None:
    turn = on(short, asked(short), "cancel")
    only(turn, Unschedule)
    assert all(frame.wait is None for frame in turn.session.stack)


def test_the_menu_keeps_what_waits(short: FlowSet) -> None:
    turn = on(short, asked(short), "menu")
    assert [frames[0].flow for frames in turn.session.aside] == ["ask_shop"]
    assert not any(isinstance(effect, Unschedule) for effect in turn.effects)


def test_a_long_wait_frees_the_stack(long: FlowSet) -> None:
    turn = asked(long, "track", "R1")
    assert turn.session.idle
    assert only(turn, Schedule).at == NOW + timedelta(days=30)
    done = on(long, turn, External("return.received", "R1", {"state": "received"}), after=timedelta(days=9))
    assert texts(done) == ["Done."]
    assert done.session == replace(done.session, stack=(), aside=())


def test_a_long_wait_goes_on_after_what_runs(long: FlowSet) -> None:
    turn = on(long, asked(long, "track", "R1"), Opened("other"), External("return.received", "R1", {}))
    assert [frame.flow for frame in turn.session.stack] == ["other"]
    assert texts(on(long, turn, "2")) == ["Other.", "Done."]


def test_what_came_while_a_person_took_over_does_not_go_on_in_that_turn(long: FlowSet) -> None:
    turn = on(long, asked(long, "track", "R1"), Opened("other"), External("return.received", "R1", {}), "agent")
    assert handoffs(turn)
    assert "Done." not in texts(turn)


def test_a_changed_flow_goes_on_where_it_waited(long: FlowSet, tmp_path: Path) -> None:
    turn = asked(long, "track", "R1")
    changed = load(tmp_path, LONG.replace("utter: utter_told", "utter: utter_other"), SLOTS, SAID)
    assert texts(on(changed, turn, External("return.received", "R1", {}))) == ["Other."]


def test_a_flow_that_is_gone_is_not_taken_up(long: FlowSet, tmp_path: Path) -> None:
    turn = asked(long, "track", "R1")
    changed = load(tmp_path, LONG.replace("  track:", "  tracked:"), SLOTS, SAID)
    gone = on(changed, turn, External("return.received", "R1", {}))
    assert texts(gone) == []
    assert gone.session.aside == ()


def test_a_wait_inside_a_called_flow_takes_its_callers_along(tmp_path: Path) -> None:
    flows = load(
        tmp_path,
        LONG
        + "  caller:\n    steps:\n      - call: track\n        args: {name: \"'R1'\"}\n      - utter: utter_other\n",
        SLOTS,
        SAID,
    )
    turn = play(flows, Opened("caller"))
    assert turn.session.idle
    assert texts(on(flows, turn, External("return.received", "R1", {}))) == ["Done.", "Other."]


def test_so_many_flows_wait_and_no_more(long: FlowSet) -> None:
    turn = asked(long, "track", "R0")
    for number in range(1, MOST_ASIDE + 1):
        turn = on(long, turn, Opened("track", {"name": f"R{number}"}))
    assert len(turn.session.aside) == MOST_ASIDE
    assert turn.session.aside[0][0].slots["name"] == "R1"
    only(turn, Unschedule)


def test_forgotten_is_what_waits_for_the_event(long: FlowSet) -> None:
    session = asked(long, "track", "R1").session
    assert forget(session, External("return.received", "R2")) == session
    assert forget(session, External("return.received", "R1")).aside == ()
    assert forget_all(session).aside == ()


def test_a_wait_of_a_length_that_is_none_is_our_mistake(tmp_path: Path) -> None:
    flows = load(
        tmp_path, "  bad:\n    steps:\n      - wait: {for: slots.name}\n      - utter: utter_told\n", SLOTS, SAID
    )
    turn = play(flows, Opened("bad", {"name": "soon"}))
    assert handoffs(turn) == ["internal_error"]
    assert texts(play(flows, Opened("bad", {"name": "5s"}))) == []


REMINDING = """\
  greet:
    remind_after: 30m
    steps:
      - collect: name
      - utter: utter_hi
"""


def reminders(effects: tuple[Effect, ...]) -> list[Schedule]:
    return [effect for effect in effects if isinstance(effect, Schedule) and effect.name == REMINDER]


def test_a_silent_customer_is_reminded_once(tmp_path: Path) -> None:
    flows = load(tmp_path, REMINDING)
    asked = play(flows, Opened("greet"))
    (alarm,) = reminders(asked.effects)
    assert alarm.at == NOW + timedelta(minutes=30)
    reminded = on(flows, asked, External(REMINDER, alarm.key), after=timedelta(minutes=30))
    assert texts(reminded) == ["Are you still there?\nName?"]
    assert reminders(reminded.effects) == []
    again = on(flows, reminded, External(REMINDER, alarm.key), after=timedelta(minutes=60))
    assert again.effects == ()
    assert texts(on(flows, again, "Jane")) == ["Hi Jane"]


def test_an_answer_takes_the_reminder_back(tmp_path: Path) -> None:
    flows = load(tmp_path, REMINDING)
    asked = play(flows, Opened("greet"))
    answered = on(flows, asked, "Jane")
    assert only(answered, Unschedule).key == reminders(asked.effects)[0].key
    late = on(flows, answered, External(REMINDER, reminders(asked.effects)[0].key))
    assert late.effects == ()


def test_a_collect_has_its_own_time(tmp_path: Path) -> None:
    flows = load(tmp_path, REMINDING.replace("- collect: name", "- collect: name\n        remind_after: 2h"))
    assert reminders(play(flows, Opened("greet")).effects)[0].at == NOW + timedelta(hours=2)


def test_two_conversations_in_one_second_have_their_own_alarms(long: FlowSet) -> None:
    first = on(long, asked(long, "track", "R1"), Opened("track", {"name": "R2"}))
    session: Session = first.session
    assert len({frames[-1].wait.id for frames in session.aside if frames[-1].wait}) == 2


def test_a_flow_stays_sound_after_any_order_of_events(short: FlowSet) -> None:
    events: list[FlowEvent] = [UserMessage("hello"), External("shop.answered", "a1", 1), External(TIME, "1.1")]
    turn = Turn(new_session("en"), ())
    for event in [Opened("ask_shop", {"name": "a1"}), *events, *events]:
        turn = advance(short, turn.session, event, NOW)
        assert not any(isinstance(effect, Handoff) for effect in turn.effects)
        assert not any(isinstance(effect, Track) and effect.name == "internal_error" for effect in turn.effects)
    assert isinstance(turn.session, Session)
    assert not any(isinstance(effect, Say) and not effect.text for effect in turn.effects)
