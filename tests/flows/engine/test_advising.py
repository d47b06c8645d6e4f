"""Tests what others are asked about a message that was not understood, and what of their advice is taken."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.encoding import encode
from flows.engine.advance import Turn, advance
from flows.engine.effects import (
    GrantProof,
    Handoff,
    OpenReturn,
    RunAction,
    Say,
    ShopRequest,
    StopMessages,
    Track,
)
from flows.engine.events import UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.hearing.advising import UNSURE, question
from flows.engine.session import Session, decode_session, new_session
from flows.loading.policies import Policies
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore, orders_from
from flows.understanding.advice.answer import NO_ADVICE, Advice, Told
from flows.understanding.advice.question import Line
from tests.fakes import shipped_flows, shipped_policies
from tests.flows.library.samples import NOW, PHONE, order

ODD = "they pinch my toes, have them again please"  # means a return, and none of our phrases says so
GIBBERISH = "the quick brown fox jumps over it"


def hear(flows: FlowSet, text: str, advice: Advice = NO_ADVICE, session: Session | None = None) -> Turn:
    message = UserMessage(text, advice=advice)
    return advance(flows, session or new_session("en"), message, NOW, message)


def chat_of(flows: FlowSet, policies: Policies | None = None) -> Chat:
    """Begins a conversation with somebody whose order 1002 is on its way to be packed."""
    placed = order("1002", status="paid", placed_at=(NOW - timedelta(hours=1)).isoformat(), shipments=[])
    store = MemoryStore(orders_from([placed]))
    return Chat(flows, store, "whatsapp", "en", NOW, PHONE, policies=policies)


def counted(turn: Turn) -> set[str]:
    return {effect.name for effect in turn.effects if isinstance(effect, Track)}


def said(turn: Turn) -> list[str]:
    return [effect.key for effect in turn.effects if isinstance(effect, Say)]


def asked(flows: FlowSet, text: str, session: Session | None = None, **more: Any) -> Any:
    return question(flows, session or new_session("en"), UserMessage(text, **more), NOW)


def at_the_menu(flows: FlowSet) -> Session:
    return hear(flows, "menu").session


# --- what is asked


@pytest.mark.parametrize("text", [ODD, "mich drückt der schuh ganz arg", "鞋子顶着脚趾头怎么整"])
def test_a_message_that_is_not_understood_is_counted_so(flows: FlowSet, text: str) -> None:
    assert not UNSURE.isdisjoint(counted(hear(flows, text)))
    assert asked(flows, text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "where is my order?",
        "agent",
        "stop",
        "menu",
        "cancel my order",
        "my lawyer will call you",
        "thanks!",
        "我要退货",
    ],
)
def test_what_is_decided_here_is_counted_as_nothing_to_ask(flows: FlowSet, text: str) -> None:
    assert UNSURE.isdisjoint(counted(hear(flows, text)))


@pytest.mark.parametrize("text", ["", "?", "😀", "42", "hm", "1001", "#1001"])
def test_what_has_no_words_is_not_asked_about(flows: FlowSet, text: str) -> None:
    assert asked(flows, text) is None


def test_presses_files_and_proofs_are_not_asked_about(flows: FlowSet) -> None:
    assert asked(flows, ODD, attachments=("image",)) is None
    assert asked(flows, ODD, proved=True) is None


def test_the_question_offers_what_may_be_asked_for_here_and_now(flows: FlowSet) -> None:
    found = asked(flows, ODD)
    assert {"return_item", "order_status", "human", "thanks"} <= set(found.intents)
    assert set(found.intents) <= flows.interpreter.intents
    assert "Return or exchange" in found.intents["return_item"]
    assert "size_small" in found.slots["reason"].values
    assert "differ" not in found.slots["reason"].values  # open only in the flow
    assert not {"order_number", "proof", "wish_text", "confirm"} & set(found.slots)


def test_a_closed_flow_is_not_offered(flows: FlowSet) -> None:
    closed = FlowSet(
        flows.flows,
        flows.slots,
        flows.responses,
        flows.triggers,
        flows.interpreter,
        {**flows.settings, "returns": {**flows.settings["returns"], "enabled": False}},
    )
    assert "return_item" not in asked(closed, ODD).intents


def test_names_and_numbers_are_masked_everywhere(flows: FlowSet) -> None:
    found = question(
        flows,
        at_the_menu(flows),
        UserMessage("jane here, order 10012 pinches my toes"),
        NOW,
        [Line("customer", "I am Jane Doe, jane@example.com"), Line("store", "Hello Jane, #10012?")],
        ["Jane Doe"],
    )
    assert found is not None
    for text in (found.text, *found.choices, *(line.text for line in found.before)):
        assert "ane" not in text
        assert "10012" not in text


def test_choices_of_the_open_question_are_offered(flows: FlowSet) -> None:
    found = asked(flows, GIBBERISH, at_the_menu(flows))
    assert found.asked == "topic"
    assert len(found.choices) >= 2


def test_while_a_number_a_name_or_a_code_is_asked_for_nothing_leaves(flows: FlowSet) -> None:
    session = hear(flows, "where is my order?").session
    begun = Session(stack=session.stack, awaiting="order_number")
    for awaiting in ("order_number", "proof", "who", "code", "new_email", "new_address", "invoice_to"):
        assert asked(flows, ODD, Session(stack=begun.stack, awaiting=awaiting)) is None


# --- what is taken


def test_advice_begins_the_flow_that_is_meant(flows: FlowSet) -> None:
    turn = hear(flows, ODD, Advice(("return_item",), sure=True))
    assert turn.session.stack[0].flow == "returns"
    assert isinstance(turn.effects[-1], RunAction)
    assert turn.session.stack[0].slots["wish_text"] == ODD


def test_what_is_only_likely_is_asked_back_with_its_buttons(flows: FlowSet) -> None:
    chat = chat_of(flows)
    chat.send(UserMessage(ODD, advice=Advice(("return_item", "exchange_item"))))
    assert chat.session.stack[0].flow == "pattern_clarify"
    assert [choice.value for choice in chat.session.last_choices][:2] == ["return_item", "exchange_item"]


def test_a_person_comes_where_one_is_meant(flows: FlowSet) -> None:
    turn = hear(flows, GIBBERISH, Advice(("human",), sure=True))
    assert any(isinstance(effect, Handoff) for effect in turn.effects)


def test_stop_is_asked_back_however_sure_others_are(flows: FlowSet) -> None:
    chat = chat_of(flows)
    chat.send(UserMessage(GIBBERISH, advice=Advice(("unsubscribe",), sure=True)))
    assert chat.session.stack[0].flow == "pattern_clarify"
    assert chat.session.last_choices[0].value == "unsubscribe"
    assert not any(isinstance(effect, StopMessages) for effect in chat.history)


@pytest.mark.parametrize(
    ("text", "intent"),
    [("whatever you do, do not cancel it ok", "cancel_order"), ("千万别帮我退货哦哈", "return_item")],
)
def test_what_the_words_refuse_is_not_done(flows: FlowSet, text: str, intent: str) -> None:
    turn = hear(flows, text, Advice((intent,), sure=True))
    begun = {frame.flow for frame in turn.session.stack}
    assert not begun & {"cancel_order", "returns"}


def test_advice_overrides_nothing_that_was_understood_here(flows: FlowSet) -> None:
    other = Advice(("return_item",), sure=True)
    assert hear(flows, "where is my order?", other).session.stack[0].flow == "order_status"
    assert any(isinstance(effect, Handoff) for effect in hear(flows, "my lawyer will call you", other).effects)
    assert said(hear(flows, "menu", other)) == said(hear(flows, "menu"))


def test_an_id_that_is_none_of_ours_any_more_is_nothing(flows: FlowSet) -> None:
    turn = hear(flows, GIBBERISH, Advice(("gone_since", "give_discount"), sure=True))
    assert said(turn) == said(hear(flows, GIBBERISH))


def test_a_choice_that_is_meant_answers_the_question(flows: FlowSet) -> None:
    session = at_the_menu(flows)
    turn = hear(flows, "the thing with sending back stuff fox", Advice(choice=2, sure=True), session)
    assert turn.session.stack[0].flow == "returns"
    for harmless in (Advice(choice=2), Advice(choice=9, sure=True)):
        assert "returns" not in {frame.flow for frame in hear(flows, GIBBERISH, harmless, session).session.stack}


def test_what_the_message_tells_is_not_asked_again(flows: FlowSet) -> None:
    told = (Told("reason", "size_small", "pinch my toes"), Told("quantity", "2", "2"), Told("reason_", "x", "x"))
    turn = hear(flows, ODD, Advice(("return_item",), sure=True, slots=told))
    frame = turn.session.stack[0]
    assert (frame.slots["reason"], frame.told) == ("size_small", ("reason",))
    assert "quantity" not in frame.slots  # the flow lets no message fill it


def test_a_value_that_is_no_choice_any_more_is_asked(flows: FlowSet) -> None:
    told = (Told("reason", "differ", "pinch"),)
    assert "reason" not in hear(flows, ODD, Advice(("return_item",), sure=True, slots=told)).session.stack[0].slots


def test_no_confirmation_is_answered_by_others(flows: FlowSet, policies: Policies) -> None:
    """A decision is neither offered nor taken, whatever its choices are."""
    chat = chat_of(flows, policies)
    chat.say("cancel order 1002")
    chat.say("skip")
    assert chat.session.awaiting == "confirm_cancel"
    found = asked(flows, "the quick fox would go ahead", chat.session)
    assert found is not None
    assert found.choices == ()
    chat.send(UserMessage("the quick fox would go ahead", advice=Advice(choice=1, sure=True)))
    assert chat.session.awaiting == "confirm_cancel"
    assert not any(isinstance(effect, ShopRequest | Handoff) for effect in chat.history)


# --- whatever others say


@st.composite
def lies(draw: st.DrawFn) -> Advice:
    """Draws advice: of ids that there are, and some that there are not, with slots of every kind."""
    intents = draw(st.lists(st.sampled_from([*INTENTS, "no_such"]), max_size=3))
    made_up = st.builds(Told, st.sampled_from(SLOTS), st.sampled_from(VALUES), st.just("fox"))
    slots = draw(st.lists(st.sampled_from(OFFERED) | made_up, max_size=3))
    sure = draw(st.sampled_from([True, True, True, False]))
    return Advice(tuple(intents), sure, draw(st.integers(0, 4)), tuple(slots))


SHIPPED = shipped_flows()
INTENTS = sorted(SHIPPED.interpreter.intents)
SLOTS = sorted(SHIPPED.slots)
VALUES = sorted({spec.value for slot in SHIPPED.slots.values() for spec in slot.choices} | {"yes", "2", "x" * 3000})
OFFERED = [
    Told(name, value, "fox")
    for name, slot in asked(SHIPPED, GIBBERISH).slots.items()
    for value in (slot.values or VALUES)
]
CONSEQUENCES = (ShopRequest, StopMessages, OpenReturn, GrantProof)


@settings(max_examples=200, deadline=None)
@given(st.lists(lies(), min_size=1, max_size=7))
def test_who_never_says_what_they_want_has_nothing_done_to_them(script: list[Advice]) -> None:
    """Whatever others make of messages that say nothing, no order, return, proof or consent is touched."""
    chat = chat_of(SHIPPED, shipped_policies())
    for advice in script:
        chat.send(UserMessage(GIBBERISH, advice=advice))
        asked(SHIPPED, GIBBERISH, chat.session)
        decode_session(encode(chat.session))
    done = [effect for effect in chat.history if isinstance(effect, CONSEQUENCES)]
    assert done == []
    assert "internal_error" not in {effect.name for effect in chat.history if isinstance(effect, Track)}
