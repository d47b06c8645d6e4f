"""Measures cases: how long customers waited for people, by the calendar and in the hours in which people are there.

measured(story, hours, now)
# [Wait("first_response", "c1", opened_at, 95 s, 95 s, "U1"), Wait("next_reply", …), Wait("resolution", …)]
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from core.cases.hours import Hours

FIRST_RESPONSE, NEXT_REPLY, RESOLUTION = "first_response", "next_reply", "resolution"


class Said(NamedTuple):
    """Holds a message of the customer, or what an agent said to them (`agent`: their id)."""

    id: str
    at: datetime
    agent: str = ""


class Story(NamedTuple):
    """Holds what happened in a case: what was said since it was opened, in order, and when it was resolved."""

    id: str
    opened_at: datetime
    resolved_at: datetime | None
    agent: str
    said: Sequence[Said]


class Wait(NamedTuple):
    """Holds one time that a customer waited. `subject` names what they waited with: the case, or their message."""

    metric: str
    subject: str
    since: datetime
    calendar: timedelta
    business: timedelta
    agent: str


def measured(story: Story, hours: Hours) -> Iterator[Wait]:
    """Measures a case.

    First response: from the handoff to the first words of a person; the bot's do not count. Next reply: from the
    customer's first unanswered message, after that, to the next words of a person. Resolution: from the handoff to the
    last time it was resolved.
    """
    since, waits_with, is_first = story.opened_at, story.id, True
    waiting = True
    for each in story.said:
        if each.agent and waiting:
            yield _wait(FIRST_RESPONSE if is_first else NEXT_REPLY, waits_with, since, each.at, each.agent, hours)
            waiting = is_first = False
        elif not each.agent and not waiting:
            since, waits_with, waiting = each.at, each.id, True
    if story.resolved_at:
        yield _wait(RESOLUTION, story.id, story.opened_at, story.resolved_at, story.agent, hours)


def _wait(metric: str, subject: str, since: datetime, until: datetime, agent: str, hours: Hours) -> Wait:
    until = max(since, until)
    return Wait(metric, subject, since, until - since, hours.between(since, until), agent)
