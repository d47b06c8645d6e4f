"""Measures cases: how long customers waited for people, by the calendar and in the hours in which people are there.

measured(story, hours)
# [Wait("first_response", "c1", opened_at, 95 s, 95 s, "U1"), Wait("next_reply", …), Wait("resolution", …)]
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from core.cases.hours import Hours
from insights.measuring.lasted import Lasted, between
from insights.measuring.turns import Story, rests, turns
from storage.insight.sources.case_stories import End

FIRST_RESPONSE, NEXT_REPLY = "first_response", "next_reply"
FIRST_RESOLUTION, RESOLUTION = "first_resolution", "resolution"
REQUESTER_WAIT, AGENT_WAIT = "requester_wait", "agent_wait"
WAITS = (FIRST_RESPONSE, NEXT_REPLY, FIRST_RESOLUTION, RESOLUTION, REQUESTER_WAIT, AGENT_WAIT)


class Wait(NamedTuple):
    """Holds one time that a customer, or we, waited. `subject` names what they waited with: the case, or a message."""

    metric: str
    subject: str
    since: datetime
    lasted: Lasted
    agent: str


def measured(story: Story, hours: Hours) -> Iterator[Wait]:
    """Measures a case.

    First response: from the handoff to the first words of a person; the bot's do not count. Next reply: from the
    customer's first unanswered message, after that, to the next words of a person. Resolution: from the handoff to when
    it was resolved, for the first and for the last time.
    """
    for turn in turns(story):
        if turn.answer:
            metric = FIRST_RESPONSE if turn.is_first else NEXT_REPLY
            yield Wait(metric, turn.subject, turn.since, between(turn.since, turn.answer.at, hours), turn.answer.agent)
    resolved = [end for end in story.ends if end.is_resolved]
    if resolved:
        yield _until(FIRST_RESOLUTION, story, resolved[0], hours)
    if last := settled(story):
        yield _until(RESOLUTION, story, last, hours)
        yield from _shared(story, last, hours)


def settled(story: Story) -> End | None:
    """Returns how a case was resolved that still is; None for one that is open, or was merged."""
    last = story.ends[-1] if story.ends else None
    return last if last and last.is_resolved and last.reopened_at is None else None


def _until(metric: str, story: Story, end: End, hours: Hours) -> Wait:
    return Wait(metric, story.id, story.opened_at, between(story.opened_at, end.ended_at, hours), end.agent)


def _shared(story: Story, last: End, hours: Hours) -> Iterator[Wait]:
    """Parts the time in which a case was open: the customer waited for us, or we for them, where we did."""
    rested = list(rests(story))
    theirs = _whole(rested, hours)
    ours = _whole([(each.since, each.until) for each in story.periods], hours) - theirs
    yield Wait(REQUESTER_WAIT, story.id, story.opened_at, ours, last.agent)
    if rested:
        yield Wait(AGENT_WAIT, story.id, story.opened_at, theirs, last.agent)


def _whole(spans: Iterable[tuple[datetime, datetime | None]], hours: Hours) -> Lasted:
    return sum((between(since, until, hours) for since, until in spans if until), Lasted())
