"""Counts measures by day, hour, channel and whatever else they carry: one look at the rows for all that is asked."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Connection, Integer, Table, func, literal, select, type_coerce

from storage.insight.tables import measures
from storage.insight.tables import tallies as tallies_table
from storage.insight.tallies import COUNTS, NOTHING, SCORES, Tally
from storage.shop.tables import orders

BY = ("day", "week", "hour", "channel", "topic", "agent", "team", "language", "detail")
OPEN = -1  # the value of what is not over: its day is then the last there is


class Only(msgspec.Struct, frozen=True):
    """Names what alone is counted; None is all."""

    channel: str | None = None
    topic: str | None = None
    agent: str | None = None
    team: str | None = None
    language: str | None = None
    detail: str | None = None

    def among(self, names: Collection[str]) -> "Only":
        """Returns those of the filters that have these names."""
        return Only(**{name: getattr(self, name) for name in self.__struct_fields__ if name in names})


EVERYTHING = Only()


class Span(NamedTuple):
    """Names the days of the shop that are counted, the last one with them."""

    first: date
    last: date


class Of(NamedTuple):
    """Names which measures a number is made of; with `details` only those that have one of them."""

    metric: str
    details: tuple[str, ...] = ()


_SCORES = [func.sum(is_so.cast(Integer)) for is_so in SCORES]
_COUNTED = func.count(), func.sum(measures.c.value), *_SCORES
_TALLIED = [func.sum(tallies_table.c[name]) for name in COUNTS]


def tallies(
    conn: Connection, asked: Collection[Of], span: Span, by: str | None, only: Only = EVERYTHING
) -> Mapping[Of, Mapping[str, Tally]]:
    """Counts measures by group; without `by` there is one group, "". Hours are counted one by one."""
    table, counts = (measures, _COUNTED) if by == "hour" else (tallies_table, _TALLIED)
    key = literal("") if by is None else table.c["day" if by == "week" else by]
    found: dict[Of, dict[str, Tally]] = {each: {} for each in asked}
    by_metric: dict[str, list[Of]] = defaultdict(list)
    for each in asked:
        by_metric[each.metric].append(each)
    for has_detail in (False, True):
        metrics = [name for name, of in by_metric.items() if any(each.details for each in of) is has_detail]
        if not metrics:
            continue
        detail = table.c.detail if has_detail else literal("")
        told = select(table.c.metric, key, detail.label("detail"), *counts)
        told = told.where(table.c.metric.in_(metrics), *within(table, span), *kept(only, table))
        groups = [table.c.metric, *([key] if by else []), *([detail] if has_detail else [])]
        for metric, group, has, *counted in conn.execute(told.group_by(*groups)):
            for each in by_metric[metric] if counted[0] else ():
                if not each.details or has in each.details:
                    _add(found[each], _named(group, by), Tally(*map(int, counted)))
    return found


def _add(groups: dict[str, Tally], key: str, more: Tally) -> None:
    groups[key] = groups.get(key, NOTHING).plus(more)


def _named(key: Any, by: str | None) -> str:
    return written(key - timedelta(days=key.weekday()) if by == "week" else key)


def standing(
    conn: Connection, of: Of, span: Span, until: datetime, bys: Sequence[str], only: Only
) -> Sequence[Sequence[Any]]:
    """Reads what began before `until` and was not over on the first day of a span: (when it began, in microseconds as
    ids count them; the day it was over; its group by each of these dimensions)."""
    keys = [measures.c[by] for by in bys]
    where = [measures.c.metric == of.metric, measures.c.day > span.first, measures.c.at < until, *kept(only)]
    where += [measures.c.detail.in_(of.details)] if of.details else []
    return conn.execute(select(type_coerce(measures.c.at, BigInteger), measures.c.day, *keys).where(*where)).all()


def first_day(conn: Connection, metric: str) -> date | None:
    """Returns the first day of which there is such a measure; None where there is none."""
    found: date | None = conn.scalar(select(func.min(tallies_table.c.day)).where(tallies_table.c.metric == metric))
    return found


def orders_placed(conn: Connection, since: datetime, until: datetime) -> int:
    """Counts the orders that were placed in a time."""
    return conn.scalar(select(func.count()).where(*_placed(since, until))) or 0


def order_times(conn: Connection, since: datetime, until: datetime) -> list[datetime]:
    """Lists when the orders of a time were placed."""
    return list(conn.scalars(select(orders.c.placed_at).where(*_placed(since, until))))


def _placed(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return orders.c.placed_at >= since, orders.c.placed_at < until


def kept(only: Only, table: Table = measures) -> list[ColumnElement[bool]]:
    """Makes the conditions of filters."""
    asked = msgspec.structs.asdict(only)
    return [table.c[name] == word for name, word in asked.items() if word is not None]


def within(table: Table, span: Span) -> tuple[ColumnElement[bool], ...]:
    """Makes the conditions of a span of days."""
    return table.c.day >= span.first, table.c.day <= span.last


def written(key: Any) -> str:
    """Writes what a group is named by: a day as 2026-12-01, an hour as 09."""
    return f"{key:02}" if isinstance(key, int) else str(key)
