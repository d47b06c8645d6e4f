"""Chooses the days that are counted, and those that they are set beside: always the same days of the week."""

from datetime import date, timedelta
from typing import NamedTuple

from storage.insight.counting import Span

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Beside(NamedTuple):
    """Holds a span, and the one before it with the same days of the week."""

    now: Span
    before: Span


def this_week(today: date) -> Beside:
    """Returns the days of this week that are over beside the same ones of last week; on a Monday, last week beside the
    week before. A day that is not over is beside nothing."""
    monday = today - timedelta(days=today.weekday())
    return beside(Span(monday, today - DAY) if today > monday else Span(monday - WEEK, monday - DAY))


def seven_days(today: date) -> Beside:
    """Returns the last seven days that are over beside the seven before."""
    return beside(Span(today - 7 * DAY, today - DAY))


def beside(span: Span) -> Beside:
    """Sets a span beside what was before it, so many whole weeks earlier that the two do not touch."""
    weeks = -(-length(span) // 7)
    return Beside(span, Span(span.first - weeks * WEEK, span.last - weeks * WEEK))


def length(span: Span) -> int:
    """Counts the days of a span."""
    return (span.last - span.first).days + 1
