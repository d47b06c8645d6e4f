"""Tests presses that come twice, and those on menus that are older than the newest."""

from datetime import UTC, datetime, timedelta

import pytest

from core.encoding import encode
from core.messages.pieces import Choice
from flows.engine.effects import Effect, Handoff, Say
from flows.engine.events import UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.session import Offered, decode_session
from flows.loading.policies import Policies
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)


@pytest.fixture
def chat(flows: FlowSet, policies: Policies) -> Chat:
    begun = Chat(flows, MemoryStore([]), "messenger", "en", NOW, policies=policies)
    begun.say("hello")
    return begun


def offered(chat: Chat, value: str) -> Offered:
    return next(each for each in chat.session.last_choices if each.value == value)


def tap(chat: Chat, choice: Offered, seconds: float = 0) -> list[Effect]:
    sent_at = NOW + timedelta(seconds=seconds)
    return chat.send(UserMessage(choice=Choice(choice.id, choice.title), sent_at=sent_at))


def said(effects: list[Effect]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, Say)]


def handed_off(effects: list[Effect]) -> bool:
    return any(isinstance(effect, Handoff) for effect in effects)


@pytest.mark.parametrize("value", ["returns", "order_status", "human"])
@pytest.mark.parametrize("seconds", [0, 2, 9])
def test_a_second_tap_is_not_heard(chat: Chat, value: str, seconds: float) -> None:
    tapped = offered(chat, value)
    assert said(tap(chat, tapped))
    before = chat.session
    chat.wait(timedelta(minutes=5))  # however late it is handled, what counts is when it was sent
    twice = tap(chat, tapped, seconds)
    assert said(twice) == []
    assert not handed_off(twice)
    assert (chat.session.stack, chat.session.awaiting) == (before.stack, before.awaiting)


def test_nor_is_a_third_but_a_late_one_is(chat: Chat) -> None:
    tapped = offered(chat, "returns")
    tap(chat, tapped)
    assert said(tap(chat, tapped, 1)) == said(tap(chat, tapped, 2)) == []
    assert said(tap(chat, tapped, 60))


def test_another_choice_is_heard(chat: Chat) -> None:
    person = offered(chat, "human")
    tap(chat, offered(chat, "order_status"))
    assert handed_off(tap(chat, person, 1))


def test_a_tap_after_something_else_is_heard(chat: Chat) -> None:
    tapped = offered(chat, "order_status")
    tap(chat, tapped)
    chat.say("cancel")
    assert said(tap(chat, tapped, 5))


def test_the_same_words_typed_twice_are_two_messages(chat: Chat) -> None:
    assert said(chat.say("menu"))
    assert said(chat.say("menu"))


def test_what_was_taken_is_kept_with_the_session(chat: Chat) -> None:
    tap(chat, offered(chat, "returns"))
    assert chat.session.taken is not None
    assert decode_session(encode(chat.session)).taken == chat.session.taken


@pytest.mark.parametrize("between", [["menu"], ["menu", "blah"], ["where is my order"], ["where is my order", "blah"]])
def test_an_older_main_menu_just_works(chat: Chat, between: list[str]) -> None:
    older = offered(chat, "human")
    for words in between:
        chat.say(words)
    effects = tap(chat, older)
    assert handed_off(effects)
    assert not any("closed" in text for text in said(effects))


def test_an_older_main_menu_loses_nothing_that_runs(chat: Chat) -> None:
    older = offered(chat, "order_status")
    chat.say("I want to return something")
    assert not any("closed" in text for text in said(tap(chat, older)))
    assert [frame.flow for frame in chat.session.stack][:1] == ["returns"]
    assert chat.session.stack[-1].flow == "verify_customer"
    chat.say("cancel")
    assert [frame.flow for frame in chat.session.stack if frame.entry != "call"] == ["returns"]
