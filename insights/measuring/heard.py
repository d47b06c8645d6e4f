"""Measures what the bot heard: whether it understood a message, and which of its own texts that message misread.

The bot heard a message that its flows answered. It did not understand one at which they counted that nothing fits, or
asked which of some requests is meant. It misread the text before it where it was not understood, was no answer to the
question, asked for that text again, or for a person.

    measured(lines, events, since)   # [Heard("m1", …, troubles={"no_match"}, flow="returns", text="utter_ask_reason")]
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

ANSWERED_WITHIN = timedelta(minutes=10)
READ_WITHIN = timedelta(hours=24)  # what is written later than that answers no text of ours
FALLBACK, TEXT_MISREAD = "fallback", "text_misread"
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
    """Holds what flows counted of a message: its id comes after the message's. `name`: one of COUNTED, "" for a handoff
    that nobody asked for."""

    id: str
    name: str


class Heard(NamedTuple):
    """Holds a message that the bot heard. `flow` answered it; `text` is what the bot had said before it, or ""."""

    id: str
    at: datetime
    flow: str
    text: str
    text_flow: str
    troubles: frozenset[str]

    @property
    def not_understood(self) -> str:
        """Names why it was not understood; "" where it was."""
        return next((name for name in NOT_UNDERSTOOD if name in self.troubles), "")


def trouble_of(name: str, reason: str) -> str:
    """Names the trouble that an event tells of: a handoff is one where the customer asked for a person."""
    return name if name != HANDED_OFF or reason == ASKED_HUMAN else ""


def measured(lines: Sequence[Line], troubles: Iterable[Trouble], since: datetime) -> Iterator[Heard]:
    """Measures what the customer wrote since then; `lines` begin earlier, for what was said before it."""
    counted = sorted(troubles)
    said: Line | None = None
    for number, line in enumerate(lines):
        if not line.is_customers:
            said = line if line.text else said
            continue
        answer, end = _answer(lines, number)
        if answer is not None and line.at >= since:
            own = frozenset(
                each.name for each in counted if each.name and line.id < each.id and (not end or each.id < end)
            )
            text, flow = (said.text, said.flow) if said and line.at - said.at < READ_WITHIN else ("", "")
            yield Heard(line.id, line.at, answer, text, flow, own)
        said = None  # whatever comes now follows their own words


def _answer(lines: Sequence[Line], number: int) -> tuple[str | None, str]:
    """Finds which flow answered a message (None: nobody), and the message of theirs that ends its turn."""
    asked, flow = lines[number], None
    for line in lines[number + 1 :]:
        if line.is_customers:
            return flow, line.id
        if flow is None and line.at - asked.at <= ANSWERED_WITHIN:
            flow = line.flow
    return flow, ""
