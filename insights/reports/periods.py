"""Finds the days that a report is about, and those it sets them beside.

A week stands beside the week before, a month beside the month before; one that is not over, beside as many days.
"""

from datetime import date

from core.days import EARLIEST
from insights.metrics.spans import DAY, Beside
from insights.reports.report import Kind
from storage.insight.counting import Span


def period(kind: Kind, of: date | None, today: date) -> Beside:
    """Returns the week or month in which the day `of` is; without one, the last that is over.

    Raises ValueError for days that are to come, or before the year 2000.
    """
    if of is None:
        of = _begin(kind, today) - DAY
    if of > today:
        raise ValueError(f"{of} is still to come")
    if of < EARLIEST:
        raise ValueError(f"{of} is before {EARLIEST}, from which on there are reports")
    begin = _begin(kind, of)
    last = min(_next(kind, begin) - DAY, today)
    before = _begin(kind, begin - DAY)
    as_long = before + (last - begin) if last == today else begin - DAY
    return Beside(Span(begin, last), Span(before, min(as_long, begin - DAY)))


def _begin(kind: Kind, day: date) -> date:
    return day - day.weekday() * DAY if kind == "week" else day.replace(day=1)


def _next(kind: Kind, begin: date) -> date:
    return begin + 7 * DAY if kind == "week" else (begin + 31 * DAY).replace(day=1)
