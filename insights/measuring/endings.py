"""Measures how cases ended: when they stood open, whether they were opened again, and whether once was enough."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from storage.insight.sources.case_stories import End

ENOUGH = timedelta(days=7)  # so long nothing more may come of what was settled at the first contact


class Period(NamedTuple):
    """Says from when until when a case was open; without an end it still is. `id`: the case, or the end before it;
    `end`: the one that it came to."""

    id: str
    since: datetime
    until: datetime | None
    end: str = ""


def periods(case_id: str, opened_at: datetime, ends: Sequence[End]) -> Iterator[Period]:
    """Parts a case into the times in which it was open."""
    id_, since = case_id, opened_at
    for end in ends:
        yield Period(id_, since, end.ended_at, end.id)
        if end.reopened_at is None:
            return
        id_, since = end.id, end.reopened_at
    yield Period(id_, since, None)


def was_enough(end: End, next_opened: Collection[datetime], now: datetime) -> bool | None:
    """Tells whether nothing more came of a case within seven days; None before they are over: that something came is
    known sooner than that nothing did, and the last days would look bad.

    `next_opened`: when further cases of the customer about the same were opened.
    """
    if now < end.ended_at + ENOUGH:
        return None
    more = [*next_opened, *([end.reopened_at] if end.reopened_at else [])]
    return not any(end.ended_at <= at < end.ended_at + ENOUGH for at in more)
