"""Estimates how long agents worked on a case, from what they did there: claimed it, wrote, noted, moved it on."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from core.cases.hours import Hours
from insights.measuring.lasted import Lasted, between
from storage.insight.sources.case_stories import Act

IDLE = timedelta(minutes=10)  # the longest that one act is taken to have kept somebody


class Work(NamedTuple):
    """Holds how long one agent worked on a case. `id`: their first act."""

    id: str
    since: datetime
    agent: str
    lasted: Lasted


def worked(acts: Iterable[Act], hours: Hours) -> Iterator[Work]:
    """Adds up by agent the time from each act to their next, ten minutes at most; the last adds nothing."""
    by_agent: dict[str, list[Act]] = {}
    for act in sorted(acts):
        by_agent.setdefault(act.agent, []).append(act)
    for agent, own in by_agent.items():
        gaps = (between(was.at, min(then.at, was.at + IDLE), hours) for was, then in pairwise(own))
        yield Work(own[0].id, own[0].at, agent, sum(gaps, Lasted()))
