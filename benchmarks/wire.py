"""Reads times between two exchanges of the stand-ins' wire log: what came in, and what went out because of it."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote_plus

import msgspec

IN, OUT = "in", "out"  # to the product, from the product
MESSAGES, POST, UPDATE, OPEN = "/messages", "chat.postMessage", "chat.update", "views.open"
_TRIGGER = re.compile(r"\d{9,}\.\d+\.[a-z0-9]+")


class Exchange(msgspec.Struct, frozen=True):
    """Holds one call: `time` is when it was answered, `ms` how long that took."""

    id: int
    time: str
    direction: str
    platform: str
    path: str
    status: int
    ms: float
    request: str

    @property
    def begun(self) -> float:
        """Returns when it was made, in microseconds since the epoch."""
        return datetime.fromisoformat(self.time).timestamp() * 1e6 - self.ms * 1000

    @property
    def method(self) -> str:
        """Returns what of Slack's it calls."""
        return self.path.partition("?")[0].rpartition("/")[2]


class Taken(NamedTuple):
    """Holds what pairs of exchanges took, in microseconds, and the words to which nothing came."""

    us: list[int]
    lost: tuple[str, ...] = ()


class Wire:
    """Keeps exchanges in the order in which they were answered."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    @property
    def newest(self) -> int:
        """Returns the id of the newest one; 0 where there is none."""
        return self.exchanges[-1].id if self.exchanges else 0

    def add(self, exchange: Exchange) -> None:
        """Keeps one."""
        self.exchanges.append(exchange)

    def since(self, id_: int) -> list[Exchange]:
        """Lists those after that one."""
        return [each for each in self.exchanges if each.id > id_]


def words_to_desk(exchanges: list[Exchange], words: list[str]) -> Taken:
    """Measures from the customer's webhook to the post that has their words."""
    asked = [each for each in exchanges if (each.direction, each.platform) == (IN, "whatsapp")]
    posts = [each for each in exchanges if each.direction == OUT and each.method == POST]
    return _between(words, asked, posts)


def replies_to_provider(exchanges: list[Exchange], words: list[str]) -> Taken:
    """Measures from the event of an agent's message to the call that sends it."""
    events = [each for each in exchanges if (each.direction, each.platform) == (IN, "slack")]
    calls = [each for each in exchanges if each.direction == OUT and each.path.endswith(MESSAGES)]
    return _between(words, events, calls)


def forms(exchanges: list[Exchange]) -> Taken:
    """Measures from each press to the call that opens its form."""
    opened = {trigger: each for each in exchanges if each.method == OPEN for trigger in _triggers(each)}
    pressed = {trigger: each for each in exchanges if each.direction == IN for trigger in _triggers(each)}
    us = [round(opened[trigger].begun - press.begun) for trigger, press in pressed.items() if trigger in opened]
    return Taken(us, tuple(trigger for trigger in pressed if trigger not in opened))


def acknowledged(exchanges: list[Exchange]) -> Taken:
    """Measures how long each call of Slack's waited for its answer."""
    return Taken([round(each.ms * 1000) for each in exchanges if (each.direction, each.platform) == (IN, "slack")])


def slack_calls(exchanges: list[Exchange]) -> Counter[str]:
    """Counts the calls to Slack by method."""
    return Counter(each.method for each in exchanges if (each.direction, each.platform) == (OUT, "slack"))


def too_fast(exchanges: list[Exchange]) -> int:
    """Counts the calls that were refused for their pace."""
    return sum(each.status == 429 for each in exchanges if each.direction == OUT)


def _between(words: list[str], causes: list[Exchange], effects: list[Exchange]) -> Taken:
    us: list[int] = []
    lost: list[str] = []
    for word in words:
        cause, effect = next(_with(word, causes), None), next(_with(word, effects), None)
        if cause and effect:
            us.append(round(effect.begun - cause.begun))
        else:
            lost.append(word)
    return Taken(us, tuple(lost))


def _triggers(exchange: Exchange) -> list[str]:
    return _TRIGGER.findall(unquote_plus(exchange.request))


def _with(word: str, exchanges: list[Exchange]) -> Iterator[Exchange]:
    return (each for each in exchanges if word in each.request)
