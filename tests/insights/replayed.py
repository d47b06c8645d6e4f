"""Plays a case of a made month again, event by event: who waited for whom, and from when until when."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from storage.conversations import timeline
from tests.insights.month import Case, Line, Month

OPEN, ASK, SAY, STEP, END = range(5)  # in this order, of the same moment
Span = tuple[datetime, datetime | None]


class Answered(NamedTuple):
    name: str
    since: datetime
    until: datetime
    agent: str


class Replayed:
    """What came of it: waits that words ended, all of them, when it was open, and when it was the customer's turn."""

    def __init__(self) -> None:
        self.answered: list[Answered] = []
        self.waited: list[Span] = []
        self.opened: list[Span] = []
        self.rested: list[Span] = []
        self.replies = 0
        self._open: datetime | None = None
        self._waits: datetime | None = None
        self._rests: datetime | None = None
        self._is_answered = False

    def happens(self, at: datetime, kind: int, what: str) -> None:
        if kind == OPEN:
            self._open, self._waits = at, None if self._is_answered else at
        elif self._open is not None:
            {ASK: self._asks, SAY: self._says, STEP: self._steps, END: self._ends}[kind](at, what)

    def ends_now(self) -> None:
        self.opened += [(self._open, None)] if self._open else []
        self.waited += [(self._waits, None)] if self._waits else []

    def _asks(self, at: datetime, _what: str) -> None:
        self._waits = self._waits or at
        self._rest_ends(at)

    def _says(self, at: datetime, agent: str) -> None:
        self.replies += 1
        if self._waits and at > self._waits:
            name = "next_reply_s" if self._is_answered else "first_response_s"
            self.answered.append(Answered(name, self._waits, at, agent))
            self.waited.append((self._waits, at))
        self._waits, self._is_answered = None, True

    def _steps(self, at: datetime, what: str) -> None:
        if what == "wait":
            self._rests = self._rests or at
        else:
            self._rest_ends(at)

    def _rest_ends(self, at: datetime) -> None:
        self.rested += [(self._rests, at)] if self._rests else []
        self._rests = None

    def _ends(self, at: datetime, _what: str) -> None:
        self._rest_ends(at)
        self.opened += [(self._open, at)] if self._open else []
        self.waited += [(self._waits, at)] if self._waits else []
        self._open = self._waits = None


def replay(month: Month, case: Case, steps: Iterable[tuple[datetime, str]]) -> Replayed:
    """Plays a case; `steps` are what agents did with it."""
    found = Replayed()
    for event in sorted(_events(month, case, steps)):
        found.happens(*event)
    found.ends_now()
    return found


def _events(month: Month, case: Case, steps: Iterable[tuple[datetime, str]]) -> list[tuple[datetime, int, str]]:
    events = [(case.opened, OPEN, "")]
    for over in case.overs:
        events.append((over.at, END, ""))
        events += [(over.reopened, OPEN, "")] if over.reopened else []
    for line in month.lines:
        if (line.customer, line.channel, line.author) == (case.customer, case.channel, timeline.CUSTOMER):
            events += [(line.at, ASK, "")] if line.at >= case.opened else []
        elif _reached(line, case):
            events.append((line.at, SAY, line.author if line.case else ""))
    return [*events, *((at, STEP, what) for at, what in steps if what in ("wait", "hold", "snooze", "release"))]


def _reached(line: Line, case: Case) -> bool:
    """Tells whether a person reached the customer by it, in the case."""
    if line.author == timeline.ELSEWHERE:
        return (line.customer, line.channel) == (case.customer, case.channel) and line.at >= case.opened
    return line.case == case.id and not line.failed
