"""Tests how a flow asks the store, and waits for what it answers."""

from datetime import timedelta
from typing import Any

import pytest

from core.shop.shop_actions import ShopAction
from flows.engine.effects import Effect, Say, Track
from flows.engine.events import External, Opened
from flows.engine.flowset import FlowSet
from flows.library.common.shop import connected, request
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore
from tests.flows.library.samples import NOW, context

ASKED = {"id": "act-1"}
EIGHT = timedelta(seconds=8)


def said(effects: list[Effect]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, Say)]


def completed(effects: list[Effect]) -> bool:
    return any(isinstance(each, Track) and each.name == "flow_completed" for each in effects)


def begun(flows: FlowSet, locale: str = "en", **slots: Any) -> tuple[Chat, list[Effect]]:
    chat = Chat(flows, MemoryStore([]), "messenger", locale, NOW)
    return chat, chat.send(Opened("shop_request", slots))


def answered(chat: Chat, status: str, reason: str | None = None, key: str = "act-1") -> list[Effect]:
    return chat.send(External("shop.answered", key, {"status": status, "reason": reason, "id": None}))


@pytest.mark.parametrize("status", ["done", "refused"])
def test_nothing_is_said_before_the_answer_and_the_caller_says_it_all(flows: FlowSet, status: str) -> None:
    chat, effects = begun(flows, request=ASKED)
    assert said(effects) == []
    effects = answered(chat, status, "packed")
    assert said(effects) == []
    assert completed(effects)


@pytest.mark.parametrize(("locale", "words"), [("en", "We are on it."), ("zh", "正在办理中")])
def test_what_takes_longer_is_under_way(flows: FlowSet, locale: str, words: str) -> None:
    chat, _ = begun(flows, locale, request=ASKED)
    assert said(chat.wait(EIGHT - timedelta(seconds=1))) == []
    (told,) = said(chat.wait(timedelta(seconds=1)))
    assert told.startswith(words)
    before = chat.session
    assert said(answered(chat, "done")) == []  # no flow waits any more: the hub tells it
    assert chat.session == before
    chat, _ = begun(flows, locale, request=ASKED)
    (told,) = said(answered(chat, "pending"))
    assert told.startswith(words)


def test_answer_to_something_else_is_not_ours(flows: FlowSet) -> None:
    chat, _ = begun(flows, request=ASKED)
    assert said(answered(chat, "done", key="act-2")) == []
    assert not chat.session.idle


@pytest.mark.parametrize("asked", [None, {"id": None}])
def test_nothing_is_waited_for_where_nobody_is_connected(flows: FlowSet, asked: Any) -> None:
    _, effects = begun(flows, request=asked)
    assert completed(effects)
    assert said(effects) == []


def test_customer_is_heard_meanwhile(flows: FlowSet) -> None:
    chat, _ = begun(flows, request=ASKED)
    assert said(chat.say("what are your opening hours?")) != []
    assert said(answered(chat, "done"))[:1] != ["We are on it."]


def test_same_wish_of_the_same_call_has_the_same_id() -> None:
    ctx = context(key="cancel.do.1", shop=frozenset(("order.cancel",)))
    assert connected(ctx, ShopAction.CANCEL)
    assert not connected(ctx, ShopAction.ISSUE_REFUND)
    one = request(ctx, ShopAction.CANCEL, "1001", {"reason": "x", "at": NOW})
    assert one == request(ctx, ShopAction.CANCEL, "1001", {"at": NOW, "reason": "x"})
    others = [
        request(context(key="cancel.do.2"), ShopAction.CANCEL, "1001", {}),
        request(context(key="cancel.do.1"), ShopAction.CANCEL, "1002", {}),
        request(context(key="cancel.do.1", address="78"), ShopAction.CANCEL, "1002", {}),
        request(context(key="cancel.do.1"), ShopAction.ISSUE_REFUND, "1002", {}),
    ]
    assert len({one.id, *(each.id for each in others)}) == 5
    assert all(each.id.startswith("act-") for each in others)
