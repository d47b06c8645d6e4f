"""Tells whose turn it was in a case: when the customer waited for a person's words, and when we waited for theirs."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from insights.measuring.endings import Period, periods
from storage.insight.sources.case_stories import End, Step
from storage.insight.sources.case_talks import Line


class Story(NamedTuple):
    """Holds what happened in a case: what was said since it was opened, each time that it was over, and when agents
    left it to the customer to write, or took that back (`steps`); all in order."""

    id: str
    opened_at: datetime
    said: Sequence[Line] = ()
    ends: Sequence[End] = ()
    steps: Sequence[Step] = ()

    @property
    def periods(self) -> list[Period]:
        """Returns the times in which it was open."""
        return list(periods(self.id, self.opened_at, self.ends))


class Turn(NamedTuple):
    """Holds a time in which the customer waited for a person's words. `subject` names what they waited with: the case,
    the end after which it was opened again, or their message; `until` is None while they wait.

    `ended_by` names the words that they waited for, or the end of the case; `answer` is those words, where there are.
    """

    subject: str
    since: datetime
    is_first: bool
    until: datetime | None = None
    ended_by: str = ""
    answer: Line | None = None


def turns(story: Story) -> Iterator[Turn]:
    """Finds each time that the customer waited.

    As long as no person has said anything they wait whenever the case is open; from then on since their first message
    that is not answered. Nobody waits any more once it is over, and what they write until it is opened again is no
    question; nor did they wait whom somebody had answered as it opened.
    """
    is_first = True
    for period in story.periods:
        waits = Turn(period.id, period.since, is_first) if is_first else None
        for line in _within(story.said, period):
            if line.is_customers:
                waits = waits or Turn(line.id, line.at, is_first)
                continue
            if waits and line.at > waits.since:
                yield waits._replace(until=line.at, ended_by=line.id, answer=line)
            waits, is_first = None, False
        if waits:
            yield waits._replace(until=period.until, ended_by=period.end)


def replies(story: Story) -> list[Line]:
    """Lists what people told the customer while the case was open."""
    return [line for period in story.periods for line in _within(story.said, period) if not line.is_customers]


def rests(story: Story) -> Iterator[tuple[datetime, datetime | None]]:
    """Finds each time that we waited for the customer: from when an agent left it to them until they wrote, an agent
    did something else with the case, or it was over. Without an end it still is their turn."""
    for period in story.periods:
        since: datetime | None = None
        for at, begins in _changes(story, period):
            if begins and since is None:
                since = at
            elif not begins and since is not None:
                yield since, at
                since = None
        if since is not None:
            yield since, period.until


def _changes(story: Story, period: Period) -> list[tuple[datetime, bool]]:
    """Lists when the customer's turn began (true) and ended in a time in which the case was open."""
    wrote = [(line.at, False) for line in _within(story.said, period) if line.is_customers]
    did = [(step.at, step.waits) for step in story.steps if _is_in(step.at, period) and step.at != period.until]
    return sorted([*wrote, *did])


def _within(said: Sequence[Line], period: Period) -> list[Line]:
    """Finds what was said in that time; an agent's last words may end the case."""
    return [line for line in said if _is_in(line.at, period) and (not line.is_customers or line.at != period.until)]


def _is_in(at: datetime, period: Period) -> bool:
    return period.since <= at and (period.until is None or at <= period.until)
