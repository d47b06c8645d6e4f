"""Counts what stood open at the end of each day, from when it began and the day on which it was over: pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from core.ids import EPOCH
from insights.metrics.spans import days, length, time_of
from storage.insight.counting import Span

QUARTER = timedelta(minutes=15)  # in which no zone changes its day
MICROSECONDS = QUARTER // timedelta(microseconds=1)


def standing(
    rows: Iterable[tuple[str, int, date]], span: Span, by: str | None, zone: ZoneInfo, age: timedelta
) -> dict[str, int]:
    """Counts by day, or week, what stood at its end and was older than `age`; by anything else, at the span's end.

    `rows`: (key, when it began, in microseconds as `core.ids.micros` counts, on which day it was over).
    """
    if by not in ("day", "week"):
        found: dict[str, int] = {}
        for key, at, over in rows:
            if over > span.last >= _first(at, zone, age):
                found[key] = found.get(key, 0) + 1
        return found
    number = length(span)
    changes = [0] * (number + 1)
    for _, at, over in rows:
        begins = max((_first(at, zone, age) - span.first).days, 0)
        ends = min((over - span.first).days, number)
        if begins < ends:
            changes[begins] += 1
            changes[ends] -= 1
    stood = list(accumulate(changes[:-1]))
    found = {}
    for day, count in zip(days(span), stood, strict=True):
        found[time_of(day, by)] = count  # of a week its last day's
    return {key: count for key, count in found.items() if count}


def _first(at: int, zone: ZoneInfo, age: timedelta) -> date:
    """Returns the first day at whose end it is older than `age`."""
    return _day(at // MICROSECONDS, zone, age)


@lru_cache(20_000)
def _day(quarter: int, zone: ZoneInfo, age: timedelta) -> date:
    return (EPOCH + quarter * QUARTER + age).astimezone(zone).date()
