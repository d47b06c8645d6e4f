"""Tests that every reasonable way to say STOP ends messages, at once or after a question, and nothing else does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.people.addresses import Address
from flows.engine.flowset import FlowSet
from flows.loading.loader import load_flows
from flows.understanding.classifier import sentence_encoder
from flows.understanding.classifier.sentence_encoder import SentenceEncoder
from storage.engine.store import Store
from storage.people import consents
from tests.fakes import shipped_notices, shipped_policies
from tests.hub.house import House

# Found by users: politely worded, decorated, changed by an app, in other languages; the carriers' own words.
STOPS = (
    *("Stop. Thank you", "STOP please", "Please stop texting me", "unsubscribe me", "Don't text me again"),
    *("\u200eSTOP", "ＳＴＯＰ", "Stop ✋", "'STOP'", "Arret", "停", "不要再发了", "回复退订"),
    *("STOP", "stop!!!", "STOP.", "END", "REVOKE", "OPTOUT", "arrêt", "退订", "取消订阅", "TD"),
    # the class: free wording, in both languages
    *("no more messages please", "stop sending me these", "leave me alone, no more texts", "take me off your list"),
    *("please remove my number", "I don't want to receive your messages anymore", '"stop"', "S T O P", "stop 🛑🛑"),
    *("别再发消息了", "不想再收到你们的短信", "请停止发送", "不要给我发短信", "取消短信通知"),
)
NOT_STOPS = (
    *("I can't stop wearing them", "the bus stop is in front of my house", "where is my order?", "非停车场取货"),
    "only write to me on WhatsApp",
)


class _Loaded:
    """Holds the encoder, loaded."""

    def __init__(self, home: Path) -> None:
        sentence_encoder.unpack(home)
        self.encoder: SentenceEncoder | None = SentenceEncoder(home)


@pytest.fixture(scope="module", params=["light", "full"])
def flows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FlowSet:
    settings = shipped_policies().settings(shipped_notices().shop.name)
    if request.param == "light":
        return load_flows(settings=settings)
    home = sentence_encoder.home(tmp_path_factory.mktemp("understanding"))
    return load_flows(settings=settings, source=_Loaded(home))


Write = Callable[[str, str], bool]


@pytest.fixture(params=["sms", "whatsapp"])
def write(request: pytest.FixtureRequest, store: Store, flows: FlowSet) -> Write:
    """Writes words from a number of their own, and the answer to what is asked back; tells whether all is ended."""
    house, channel = House(store, flows=flows), request.param

    def write(words: str, answer: str = "") -> bool:
        number = len(house.messages()) + 100
        where = Address(channel, "main", f"+1202555{number:04d}")
        house.hear(words, where)
        if answer and _allows(store, where):
            house.hear(answer, where)
        house.texts(channel)
        return not _allows(store, where)

    return write


def _allows(store: Store, where: Address) -> bool:
    with store.read() as conn:
        return consents.allows(conn, where.channel, where.value, "service")


def test_however_it_is_worded_it_ends_them(write: Write) -> None:
    missed = [words for words in STOPS if not write(words, "no more messages")]
    assert missed == []


def test_a_word_within_other_words_ends_nothing(write: Write) -> None:
    assert [words for words in NOT_STOPS if write(words, "yes")] == []


@pytest.mark.parametrize("word", ["STOP", "stop!!!", "END", "退订", "arret"])
def test_a_bare_word_needs_no_question(write: Write, word: str) -> None:
    assert write(word, "")
