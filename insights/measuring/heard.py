"""Measures what the bot heard: whether it understood a message, and which of its own texts were misread.

The bot heard a message that its flows answered. It did not understand one at which they counted that nothing fits, or
asked which of some requests is meant. A text was misread where what the customer wrote next, within a day, was not
understood, was no answer to the question, asked for it again, or for a person. Whoever reads and says no more has
understood.

    heard(lines, troubles)        # [Heard("m2", at, flow="returns", why="no_match"), …]
    read(lines, troubles, now)    # [Read("m1", at, flow="returns", text="utter_ask_reason", is_misread=True), …]
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

ANSWERED_WITHIN = timedelta(minutes=10)
READ_WITHIN = timedelta(hours=24)
NOT_UNDERSTOOD = ("no_match", "asked_back")
ASKED_HUMAN, HANDED_OFF = "asked_human", "handed_off"
COUNTED = (*NOT_UNDERSTOOD, "reprompted", "said_again", HANDED_OFF)


class Line(NamedTuple):
    """Holds a message of one conversation, in order. `flow` and `text` (the response's key): what the bot said."""

    id: str
    at: datetime
    is_customers: bool
    flow: str = ""
    text: str = ""


class Trouble(NamedTuple):
    """Holds what flows counted in the turn of a message. `name`: one of COUNTED, "" for a handoff that nobody asked
    for."""

    at: datetime
    name: str


class Heard(NamedTuple):
    """Holds a message that the bot heard: the flow that answered it, and why it was not understood, "" where it was."""

    id: str
    at: datetime
    flow: str
    why: str


class Read(NamedTuple):
    """Holds a text of the bot, once it is known how it was read."""

    id: str
    at: datetime
    flow: str
    text: str
    is_misread: bool


def trouble_of(name: str, reason: str) -> str:
    """Names the trouble that an event tells of: a handoff is one where the customer asked for a person."""
    return name if name != HANDED_OFF or reason == ASKED_HUMAN else ""


def heard(lines: Sequence[Line], troubles: Iterable[Trouble]) -> Iterator[Heard]:
    """Finds what the bot heard."""
    counted = list(troubles)
    following = [each for each in lines if each.is_customers][1:]
    for number, line in enumerate(lines):
        if line.is_customers:
            end = following.pop(0) if following else None
            answer = _answer(lines, number)
            if answer is not None:
                own = _troubles(counted, line, end)
                yield Heard(line.id, line.at, answer, next((why for why in NOT_UNDERSTOOD if why in own), ""))


def read(lines: Sequence[Line], troubles: Iterable[Trouble], now: datetime) -> Iterator[Read]:
    """Finds how texts of the bot were read: those after which the customer wrote, or a day is over."""
    counted = list(troubles)
    writes: Line | None = None
    writes_then: Line | None = None
    for line in reversed(lines):
        if line.is_customers:
            writes, writes_then = line, writes
        elif line.text:
            answers = writes if writes and writes.at - line.at < READ_WITHIN else None
            if answers or now - line.at >= READ_WITHIN:
                is_misread = answers is not None and bool(_troubles(counted, answers, writes_then))
                yield Read(line.id, line.at, line.flow, line.text, is_misread)


def _answer(lines: Sequence[Line], number: int) -> str | None:
    """Finds which flow answered a message; None where none did."""
    asked = lines[number]
    for line in lines[number + 1 :]:
        if line.is_customers or line.at - asked.at >= ANSWERED_WITHIN:
            return None
        return line.flow
    return None


def _troubles(counted: Sequence[Trouble], line: Line, end: Line | None) -> frozenset[str]:
    """Names what flows counted of a message: from when it was written until the next one, or nothing answers it."""
    until = min(line.at + ANSWERED_WITHIN, end.at if end else line.at + ANSWERED_WITHIN)
    return frozenset(each.name for each in counted if each.name and line.at <= each.at < until)
