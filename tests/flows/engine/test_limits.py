"""Tests what ends: flows left open, conversations without end, machines; and what is not kept or not let in."""

from datetime import timedelta
from pathlib import Path

import pytest

from flows.engine.advance import Turn
from flows.engine.effects import Handoff, Redact, Say
from flows.engine.events import Opened
from flows.engine.flowset import FlowSet
from flows.engine.hearing.echo import SAME_PAIRS
from flows.engine.hearing.opening import TURNS
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore
from tests.flows.engine.test_advance import NOW, handoffs, load, play, texts

SLOTS = """\
  mail: {type: email, pii: mask}
  card: {type: text, pii: never_store}
  quantity: {type: int}
"""
FLOWS = """\
  order_form:
    name: the form
    expire_after: 2h
    steps:
      - collect: name
      - collect: quantity
      - utter: utter_done
  closed:
    name: the closed one
    interruptible: false
    steps:
      - collect: quantity
      - utter: utter_done
  once:
    resume: never
    name: the fleeting one
    steps:
      - collect: name
      - collect: quantity
      - utter: utter_done
  asks:
    resume: ask
    name: the asking one
    steps:
      - collect: name
      - collect: quantity
      - utter: utter_done
  looks:
    read_only: true
    steps:
      - utter: utter_looked
  secret:
    description: A card
    steps:
      - collect: card
      - collect: mail
      - handoff: card_trouble
        args: {mail: slots.mail, card: slots.card}
"""
SAID = """\
utter_done: "Done."
utter_looked: "Looked."
utter_ask_card: "Card?"
utter_ask_mail: "E-mail?"
detail_mail: E-mail
detail_card: Card
flow_name_looks: looking
"""


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> FlowSet:
    folder: Path = tmp_path_factory.mktemp("limits")
    return load(folder, FLOWS, SLOTS, SAID)


def begun(flows: FlowSet, flow: str) -> Turn:
    return play(flows, Opened(flow), "Jane")


def test_a_flow_expires_after_its_own_time_and_says_so_where_it_matters(flows: FlowSet) -> None:
    turn = begun(flows, "order_form")
    soon = play(flows, "2", session=turn.session, now=NOW + timedelta(hours=1))
    assert texts(soon) == ["Done."]
    late = play(flows, "2", session=turn.session, now=NOW + timedelta(hours=3))
    assert texts(late)[0] == "It's been a while, so I've closed the form. Nothing was changed."
    assert [frame.flow for frame in late.session.stack] == ["menu"]


def test_a_new_request_after_it_expired_is_only_that(flows: FlowSet) -> None:
    turn = begun(flows, "order_form")
    late = play(flows, "agent", session=turn.session, now=NOW + timedelta(hours=3))
    assert not any("been a while" in text for text in texts(late))
    assert handoffs(late) == ["asked_human"]


def test_what_must_be_finished_lets_nothing_in(flows: FlowSet) -> None:
    turn = play(flows, Opened("closed"))
    asked = play(flows, "where is my order", session=turn.session)
    assert texts(asked)[0] == 'Let\'s finish the closed one first. Write "never mind" to leave it.'
    assert [frame.flow for frame in asked.session.stack] == ["closed"]
    assert texts(play(flows, "2", session=asked.session)) == ["Done."]
    assert handoffs(play(flows, "agent", session=turn.session)) == ["asked_human"]
    assert play(flows, "cancel", session=turn.session).session.idle


def test_what_we_begin_ourselves_is_let_in(flows: FlowSet) -> None:
    turn = play(flows, Opened("closed"), Opened("looks"))
    assert "Looked." in texts(turn)


def test_how_an_interrupted_flow_goes_on(flows: FlowSet) -> None:
    assert texts(play(flows, Opened("looks"), session=begun(flows, "once").session)) == ["Looked."]
    asked = play(flows, Opened("looks"), session=begun(flows, "asks").session)
    assert texts(asked) == ["Looked.", "We had begun with the asking one earlier.\nShall we go on with it?"]
    assert texts(play(flows, "yes", session=asked.session)) == ["How many?"]
    assert all(frame.flow != "asks" for frame in play(flows, "no", session=asked.session).session.stack)
    auto = play(flows, Opened("looks"), session=begun(flows, "order_form").session)
    assert texts(auto) == ["Looked.", "Back to the form.", "How many?"]


def test_secrets_are_not_kept_and_others_are_masked(flows: FlowSet) -> None:
    told = play(flows, Opened("secret"), "4111 1111 1111 1111")
    assert Redact() in told.effects
    assert "4111" not in str(told.session)
    handed = play(flows, "jane@example.com", session=told.session)
    (case,) = [effect for effect in handed.effects if isinstance(effect, Handoff)]
    assert case.details == {"mail": "j•••@e•••"}
    assert "jane@" not in case.summary
    assert "j•••@e•••" in case.summary


def test_a_conversation_without_end_is_handed_over(flows: FlowSet) -> None:
    turn = Turn(begun(flows, "order_form").session, ())
    for _ in range(TURNS):
        turn = play(flows, "repeat", session=turn.session)
        if handoffs(turn):
            break
    assert handoffs(turn) == ["no_end"]
    assert turn.session.counters.get("turns", 0) == 0


def test_a_machine_is_answered_so_often_and_then_shown_to_people_once(flows: FlowSet) -> None:
    chat = Chat(flows, MemoryStore([]), "messenger", "en", NOW)
    chat.say("menu")
    answers = [chat.say("menu") for _ in range(SAME_PAIRS + 2)]
    said = [any(isinstance(effect, Say) for effect in effects) for effects in answers]
    assert said == [True] * (SAME_PAIRS - 1) + [False] * 3
    reasons = [effect.reason for effects in answers for effect in effects if isinstance(effect, Handoff)]
    assert reasons == ["bot_loop"]
    chat.wait(timedelta(minutes=3))
    assert any(isinstance(effect, Say) for effect in chat.say("menu"))
    assert any(isinstance(effect, Say) for effect in chat.say("thanks"))
