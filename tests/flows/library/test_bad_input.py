"""Sends everything that customers send by mistake into every question of every flow that we ship, in both languages.

The questions are found by playing the flows' own conversations: a flow that is added is tested by being there. After
each: no exception, an answer, a person within two turns, and nothing done that only a yes may do.
"""

import copy
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from core.encoding import encode
from core.messages.pieces import Choice
from flows.engine import actions
from flows.engine.effects import Effect, Handoff, Say, Track
from flows.engine.events import UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.model import COLLECT
from flows.engine.session import decode_session
from flows.files import case_files
from flows.loading.loader import LIBRARY
from flows.loading.policies import Policies
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore
from flows.tools.testing import load_cases, run_case

Question = tuple[str, str]  # flow, step

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
LONG = "I am writing because of my parcel and I would like to tell you all about it. " * 64
ASK = {"en": "agent", "zh": "人工"}
QUIET = ("double_tap", "sticker")  # what is left without an answer, on purpose

# What flows of the engine's own are begun with.
SLOTS: dict[str, Any] = {
    "candidates": ["order_status", "return_item"],
    "wanted": {"intent": "human", "text": "", "slots": {}},
    "names": ["order"],
}

# What comes in: its name, and what is sent, one message after the other.
WORDS: dict[str, tuple[str, ...]] = {
    "empty": ("",),
    "blank": (" \n\t ",),
    "emoji": ("😀🎉👩🏽‍🚀",),
    "long": (LONG[:5000],),
    "burst": ("hi", "hello?", "are you there", "my order", "???"),
    "two answers": ("1 and 2, but the second is damaged and I want a refund",),
    "mixed languages": ("hi 你好 my 订单 please 谢谢",),
    "digits of another script": ("١٢٣٤ २", "１２３"),
    "template": ("{{7*7}} {% for a in b %}",),
    "sql": ("'; DROP TABLE orders; --",),
    "html": ("<script>alert(1)</script><b>x</b>",),
    "phone as order number": ("+1 202 555 0199",),
    "profanity": ("what the fuck is this shit",),
    "zero width": ("\u200b\u200e\u200f",),
    "right to left": ("\u202e4321 redro",),
    "control characters": ("\x00\x07\x1b[31m",),
    "nothing anybody knows": ("xq zzkt vrrp",),
    "a number of nothing": ("987654321987654321987654321",),
    "the last answer again": ("no, not that, the one before",),
    "a question": ("why do you need that?",),
}
EVENTS: dict[str, tuple[UserMessage, ...]] = {
    **{name: tuple(UserMessage(text) for text in texts) for name, texts in WORDS.items()},
    "sticker": (UserMessage(attachments=("sticker",)),),
    "voice": (UserMessage(attachments=("voice",)),),
    "video": (UserMessage(attachments=("video",)),),
    "document": (UserMessage(attachments=("document",)),),
    "location": (UserMessage(attachments=("location",), shared="Place: 48.85, 2.35"),),
    "contact": (UserMessage(attachments=("contact",), shared="Contact: Joe, +1•••••0101"),),
    "forwarded": (UserMessage("Fwd: your parcel JD0001 is on its way", shared="forwarded"),),
    "unknown kind": (UserMessage(attachments=("poll",)),),
    "stale button": (UserMessage(choice=Choice("ret.reason.damaged~0000", "Damaged")),),
    "button of nobody": (UserMessage(choice=Choice("~", "x")),),
    "reply quote": (UserMessage("this one", quoted="Your order #1001 has shipped"),),
    "picture with words": (UserMessage("look at this", attachments=("image",)),),
}


class Deeds:
    """Counts what actions with consequences did."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []


@pytest.fixture(scope="module")
def deeds() -> Iterator[Deeds]:
    """Watches the actions that need a yes."""
    kept, watched = dict(actions.ACTIONS), Deeds()
    for name, action in kept.items():
        if action.consequential:
            actions.ACTIONS[name] = replace(action, function=_watched(name, action.function, watched))
    yield watched
    actions.ACTIONS.update(kept)


def _watched(name: str, function: Callable[..., Any], watched: Deeds) -> Callable[..., Any]:
    def run(ctx: Any, **args: Any) -> Any:
        watched.done.append((name, ctx.key))
        return function(ctx, **args)

    return run


@pytest.fixture(scope="module")
def questions(flows: FlowSet, policies: Policies) -> dict[Question, Chat]:
    """Plays all conversations up to each question that they come by, and keeps the conversation there."""
    found: dict[Question, Chat] = {}

    def watch(chat: Chat) -> None:
        if chat.session.awaiting:
            top = chat.session.stack[-1]
            found.setdefault((top.flow, top.step), fork(chat))

    for folder in LIBRARY:
        for path in case_files(folder):
            for case in load_cases(path):
                run_case(flows, policies, case, watch)
    for flow in flows.flows:  # what is asked first by a flow that nobody came by
        chat = Chat(flows, MemoryStore([]), "whatsapp", "en", NOW, "+12025550101", "UTC", policies)
        chat.open(flow, **SLOTS)
        watch(chat)
    return found


def fork(chat: Chat, locale: str = "") -> Chat:
    """Copies a conversation; in another language where one is named."""
    twin = copy.copy(chat)
    twin.context = replace(chat.context, store=copy.deepcopy(chat.context.store))
    twin.history, twin.visited = [], set()
    if locale:
        twin.session = replace(chat.session, locale=locale)
    return twin


def asked(chat: Chat) -> Question | None:
    top = chat.session.stack[-1] if chat.session.stack else None
    return (top.flow, top.step) if top and chat.session.awaiting else None


def is_over(effects: list[Effect]) -> bool:
    return any(isinstance(effect, Handoff) for effect in effects)


def is_answered(effects: list[Effect]) -> bool:
    tracked = {effect.name for effect in effects if isinstance(effect, Track)}
    return is_over(effects) or bool(tracked & set(QUIET)) or any(isinstance(effect, Say) for effect in effects)


def faults(effects: list[Effect]) -> list[str]:
    """Names what a flow did not survive."""
    bad = ("internal_error", "action_failed")
    return [effect.reason for effect in effects if isinstance(effect, Handoff) and effect.reason in bad]


def test_questions_are_found(flows: FlowSet, questions: dict[Question, Chat]) -> None:
    """That conversations reach all of them is for `doorstep flows test --min 100` to say."""
    asking = {flow.id for flow in flows.flows.values() if any(step.kind == COLLECT for step in flow.steps.values())}
    assert len({flow for flow, _ in questions}) > len(asking) / 2


@pytest.mark.parametrize("locale", ASK)
@pytest.mark.parametrize("name", EVENTS)
def test_bad_input_is_answered_and_changes_nothing(
    questions: dict[Question, Chat], deeds: Deeds, name: str, locale: str
) -> None:
    for question, kept in questions.items():
        chat = fork(kept, locale)
        deeds.done.clear()
        for message in EVENTS[name]:
            effects = chat.send(message)
            assert faults(effects) == [], (question, message)
            assert is_answered(effects), (question, message)
            assert sum(isinstance(effect, Say) for effect in effects) <= 5, question
            assert decode_session(encode(chat.session)) == chat.session
            if is_over(effects):
                break
            chat.wait(timedelta(seconds=1))
        assert deeds.done == [], question
        person_comes(chat, locale, question)


def person_comes(chat: Chat, locale: str, question: Question) -> None:
    """Asks for a person: one comes within two turns."""
    if any(isinstance(effect, Handoff) for effect in chat.history):
        return
    first = chat.say(ASK[locale])
    assert is_over(first) or is_over(chat.say(ASK[locale])), (question, [e for e in first if isinstance(e, Say)])


@pytest.mark.parametrize("locale", ASK)
@pytest.mark.parametrize("text", ["xq zzkt vrrp", "", "🤷"])
def test_what_is_never_understood_ends_with_a_person_or_at_rest(
    questions: dict[Question, Chat], locale: str, text: str
) -> None:
    for question, kept in questions.items():
        chat = fork(kept, locale)
        for _ in range(8):
            if is_over(chat.say(text)) or asked(chat) is None:
                break
            chat.wait(timedelta(seconds=20))
        assert chat.session.idle or any(isinstance(effect, Handoff) for effect in chat.history), question


@pytest.mark.parametrize("locale", ASK)
def test_each_choice_pressed_twice_counts_once(questions: dict[Question, Chat], deeds: Deeds, locale: str) -> None:
    for question, kept in questions.items():
        for choice in kept.session.last_choices:
            chat = fork(kept, locale)
            deeds.done.clear()
            first = chat.press(choice.id, choice.title)
            assert faults(first) == [], (question, choice.value)
            chat.wait(timedelta(seconds=1))
            second = chat.press(choice.id, choice.title)
            assert faults(second) == []
            assert not [e for e in second if isinstance(e, Say)] or not is_over(first), (question, choice.value)
            keys = [key for _, key in deeds.done]
            assert len(keys) == len(set(keys)), (question, deeds.done)
            chat.wait(timedelta(minutes=5))
            chat.press(choice.id, choice.title)
            assert len(deeds.done) == len(set(deeds.done)), (question, deeds.done)


@pytest.mark.parametrize("locale", ASK)
def test_silence_and_then_a_word_is_answered(questions: dict[Question, Chat], deeds: Deeds, locale: str) -> None:
    for question, kept in questions.items():
        for hours in (1, 25, 24 * 40):
            chat = fork(kept, locale)
            deeds.done.clear()
            chat.wait(timedelta(hours=hours))
            effects = chat.say("hello" if locale == "en" else "你好")
            assert faults(effects) == []
            assert is_answered(effects), (question, hours)
            assert deeds.done == []
            person_comes(chat, locale, question)


@pytest.mark.parametrize("word", ["ok", "thanks", "好的", "谢谢"])
def test_a_word_after_the_end_opens_nothing(flows: FlowSet, policies: Policies, deeds: Deeds, word: str) -> None:
    for folder in LIBRARY:
        for path in case_files(folder):
            for case in load_cases(path)[:3]:
                last: list[Chat] = []
                run_case(flows, policies, case, last.append)
                if not last or asked(last[-1]) or any(isinstance(e, Handoff) for e in last[-1].history):
                    continue
                chat = fork(last[-1])
                deeds.done.clear()
                effects = chat.say(word)
                assert faults(effects) == [], case.name
                assert not is_over(effects), case.name
                assert deeds.done == [], case.name


def test_every_answer_to_a_choice_leads_on_from_every_question(questions: dict[Question, Chat], deeds: Deeds) -> None:
    """Walks on at random from each question, pressing what is offered: no fault, and each deed once, after a yes."""
    chance = random.Random(8)
    for question, kept in questions.items():
        chat = fork(kept)
        deeds.done.clear()
        for _ in range(12):
            offered = chat.session.last_choices if chat.session.awaiting else ()
            picked = chance.choice(offered) if offered else None
            before, had = asked(chat), len(deeds.done)
            effects = chat.press(picked.id, picked.title) if picked else chat.say(chance.choice(("1", "2001", "12345")))
            assert faults(effects) == [], (question, before)
            if len(deeds.done) > had:
                assert picked is not None, (question, before)
                assert picked.value == "yes", (question, before)
            if is_over(effects):
                break
            chat.wait(timedelta(seconds=30))
        assert len(deeds.done) == len(set(deeds.done)), question
