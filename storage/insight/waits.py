"""Finds median and 90th percentile of what was measured, on both clocks, by group: exactly, by the nearest rank."""

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, literal, select, type_coerce

from storage.insight.counting import EVERYTHING, Of, Only, Span, kept, within, written
from storage.insight.tables import measures

P50, P90 = 50, 90
AT_ONCE = timedelta(days=31)  # so many days are read in one statement: of all of them it would be too much to hold


class Rank(NamedTuple):
    """Holds how many waits there are of a group, the median and what nine of ten do not exceed."""

    number: int
    p50: int
    p90: int


class Ranks(NamedTuple):
    """Holds both clocks of a group: by the calendar, and in the desk's hours, where it has that."""

    calendar: Rank
    business: Rank | None


def ranks(
    conn: Connection, asked: Collection[Of], span: Span, by: str | None, only: Only = EVERYTHING
) -> Mapping[Of, Mapping[str, Ranks]]:
    """Finds them by group; without `by` there is one group, ""."""
    return {of: dict(_ranked(conn, of, span, by, only)) for of in asked}


def _ranked(conn: Connection, of: Of, span: Span, by: str | None, only: Only) -> Iterator[tuple[str, Ranks]]:
    calendar: dict[Any, array[int]] = {}
    business: dict[Any, array[int]] = {}
    for key, value, in_hours in _values(conn, of, span, by, only):
        if key not in calendar:
            calendar[key], business[key] = array("q"), array("q")
        calendar[key].append(value)
        if in_hours is not None:
            business[key].append(in_hours)
    for key, values in calendar.items():
        yield written(key), Ranks(_rank(values), _rank(business[key]) if business[key] else None)


def _values(conn: Connection, of: Of, span: Span, by: str | None, only: Only) -> Iterator[Any]:
    key = measures.c[by] if by else literal("")
    named = type_coerce(key, String) if by in ("day", "week") else key  # as it is stored: that of a day reads fast
    asked = select(named, measures.c.value, measures.c.business).where(measures.c.metric == of.metric, *kept(only))
    asked = asked.where(measures.c.detail.in_(of.details)) if of.details else asked
    first = span.first
    while first <= span.last:
        last = min(span.last, first + AT_ONCE)
        yield from conn.execute(asked.where(*within(measures, Span(first, last)))).all()
        first = last + timedelta(days=1)


def _rank(values: Sequence[int]) -> Rank:
    ordered, number = sorted(values), len(values)
    middle, most = (ordered[(number * percent + 99) // 100 - 1] for percent in (P50, P90))
    return Rank(number, middle, most)
