"""Lets messages of a sheet be read, and keeps beside what they mean what was read in them."""

import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from benchmarks.sheet import Messages, Sheet
from flows.understanding.interpreter import HUMAN, UNSUBSCRIBE
from flows.understanding.reading import Outcome, Reading

CHOICES = 3  # among which a customer would find the right one
NOTHING = "(nothing)"

Read = Callable[[str], Reading]


class Answer(NamedTuple):
    """Holds what a message means, as the sheet says and as it was read; `us` is the CPU of all threads for it."""

    wanted: str
    message: str
    reading: Reading
    us: int

    @property
    def accepted(self) -> str:
        """Returns the intent that is acted on; "" where nothing is."""
        return self.reading.intent if self.reading.outcome is Outcome.ACCEPT else ""

    @property
    def right(self) -> bool:
        """Tells whether what is meant is acted on."""
        return self.accepted == self.wanted

    @property
    def likely(self) -> list[str]:
        """Lists what was thought of, the best first, whether or not it is acted on."""
        known = (self.reading.intent, *(each.intent for each in self.reading.candidates))
        return list(dict.fromkeys(filter(None, known)))[:CHOICES]

    @property
    def best(self) -> str:
        """Returns the first of them."""
        return next(iter(self.likely), NOTHING)


class Answers(NamedTuple):
    """Holds the answers to a sheet, by its parts."""

    inside: list[Answer]
    outside: list[Answer]
    two: list[Answer]
    risk: list[Answer]
    person: list[Answer]
    stop: list[Answer]
    refused: list[Answer]

    @property
    def intents(self) -> list[str]:
        """Lists the intents that are measured; a nod or the like is none of them."""
        return list(dict.fromkeys(answer.wanted for answer in self.inside))

    @property
    def single(self) -> Iterator[Answer]:
        """Walks through what holds one request or none."""
        return chain(self.inside, self.outside)


def answered(read: Read, sheet: Sheet) -> Answers:
    """Lets all messages of a sheet be read; what is meant by one with two requests is both, with a space between."""

    def one(wanted: str, message: str) -> Answer:
        begun = time.process_time_ns()
        reading = read(message)
        return Answer(wanted, message, reading, (time.process_time_ns() - begun) // 1000)

    def each(wanted: str, messages: Messages) -> list[Answer]:
        return [one(wanted, message) for message in messages]

    return Answers(
        inside=[answer for intent, messages in sheet.intents.items() for answer in each(intent, messages)],
        outside=each("", sheet.none),
        two=[one(" ".join(two.intents), two.message) for two in sheet.two],
        risk=[answer for kind, messages in sheet.risk.items() for answer in each(kind, messages)],
        person=each(HUMAN, sheet.person),
        stop=each(UNSUBSCRIBE, sheet.stop),
        refused=[one(refused.intent, refused.message) for refused in sheet.refused],
    )
