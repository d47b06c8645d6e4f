"""Chooses the days that are counted, and those that they are set beside: always the same days of the week; tells when
days of the shop begin, and which days, weeks or hours there are in a span."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from storage.insight.counting import Span

DAY, WEEK = timedelta(days=1), timedelta(days=7)
TIMES = ("day", "week", "hour")


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


def days(span: Span) -> list[date]:
    """Lists the days of a span."""
    return [span.first + number * DAY for number in range(length(span))]


def times(span: Span, by: str) -> list[str]:
    """Lists the keys of all days, weeks or hours of a span, also of those on which nothing happened."""
    if by == "hour":
        return [f"{hour:02}" for hour in range(24)]
    return [*dict.fromkeys(time_of(day, by) for day in days(span))]


def time_of(day: date, by: str) -> str:
    """Returns the key of a day, or of the week that it is in: its Monday."""
    return str(day - day.weekday() * DAY if by == "week" else day)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Returns when a day of the shop begins."""
    return datetime.combine(day, time(), zone)


def moments(span: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Returns when a span of the shop's days begins, and when it is over."""
    return midnight(span.first, zone), midnight(span.last + DAY, zone)
