"""Tests which choices of a flow its first message fills, by the words that its question declares."""

import pytest

from flows.engine.flowset import FlowSet
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore
from tests.fakes import NOW


@pytest.mark.parametrize(
    ("said", "locale", "wish"),
    [
        ("please delete my account", "en", "erase"),
        ("delete my data", "en", "erase"),
        ("i can't log in to my account", "en", "login"),
        ("change the e-mail of my account", "en", "email"),
        ("i have a question about my account", "en", None),
        ("do not delete my account, change its email", "en", "email"),
        ("我要注销账号", "zh", "erase"),
    ],
)
def test_a_choice_that_the_request_names(flows: FlowSet, said: str, locale: str, wish: str | None) -> None:
    chat = Chat(flows, MemoryStore([]), "messenger", locale, NOW)
    chat.say(said)
    (first, *_) = chat.session.stack
    assert (first.flow, first.slots.get("account_wish")) == ("account", wish)
    assert first.told == (("account_wish",) if wish else ())


def test_it_can_be_changed_afterwards(flows: FlowSet) -> None:
    chat = Chat(flows, MemoryStore([]), "messenger", "en", NOW)
    chat.say("please delete my account")
    chat.say("back")
    assert chat.session.awaiting == "account_wish"
