"""Finds median and 90th percentile of what was measured, on both clocks, by group: exactly, by the nearest rank."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, String, select, type_coerce

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
    conn: Connection, asked: Mapping[Of, Sequence[str | None]], span: Span, only: Only = EVERYTHING
) -> Mapping[Of, Mapping[str | None, Mapping[str, Ranks]]]:
    """Finds them by each of the dimensions that are asked for, by group; by None there is one group, "". What is asked
    for by several is read once."""
    return {of: _ranked(conn, of, span, bys, only) for of, bys in asked.items()}


def _ranked(
    conn: Connection, of: Of, span: Span, bys: Sequence[str | None], only: Only
) -> Mapping[str | None, Mapping[str, Ranks]]:
    calendar: dict[str | None, dict[Any, array[int]]] = {by: {} for by in bys}
    business: dict[str | None, dict[Any, array[int]]] = {by: {} for by in bys}
    groups = [by for by in bys if by is not None]
    for values, in_hours, *keys in _columns(conn, of, span, groups, only):
        if None in bys:
            _add_all(calendar[None], values)
            _add_all(business[None], in_hours)
        for by, own in zip(groups, keys, strict=True):
            _add(calendar[by], own, values)
            _add(business[by], own, in_hours)
    return {
        by: {
            written(key): Ranks(_rank(values), _rank(business[by][key]) if key in business[by] else None)
            for key, values in calendar[by].items()
        }
        for by in bys
    }


def _add_all(groups: "dict[Any, array[int]]", values: Sequence[int | None]) -> None:
    """Puts all values to the one group."""
    known = array("q", [value for value in values if value is not None])
    if known:
        groups.setdefault("", array("q")).extend(known)


def _add(groups: "dict[Any, array[int]]", keys: Sequence[Any], values: Sequence[int | None]) -> None:
    """Puts each value to those of its key."""
    for key, value in zip(keys, values, strict=True):
        if value is not None:
            if key not in groups:
                groups[key] = array("q")
            groups[key].append(value)


def _columns(conn: Connection, of: Of, span: Span, bys: Sequence[str], only: Only) -> Iterator[Sequence[Sequence[Any]]]:
    """Reads the waits piece by piece: the values, those in hours, and the keys of each dimension.

    The rows are the driver's own: there are tens of thousands, and SQLAlchemy's take three times as long.
    """
    keys = [_key(by) for by in bys]
    asked = select(measures.c.value, measures.c.business, *keys).where(measures.c.metric == of.metric, *kept(only))
    asked = asked.where(measures.c.detail.in_(of.details)) if of.details else asked
    first = span.first
    while first <= span.last:
        last = min(span.last, first + AT_ONCE)
        with conn.execute(asked.where(*within(measures, Span(first, last)))) as result:
            rows = result.cursor.fetchall()
        if rows:
            yield tuple(zip(*rows, strict=True))
        first = last + timedelta(days=1)


def _key(by: str) -> ColumnElement[Any]:
    """Names the column of a dimension; a day as it is stored."""
    return type_coerce(measures.c[by], String) if by in ("day", "week") else measures.c[by]


def _rank(values: Sequence[int]) -> Rank:
    ordered, number = sorted(values), len(values)
    middle, most = (ordered[(number * percent + 99) // 100 - 1] for percent in (P50, P90))
    return Rank(number, middle, most)
