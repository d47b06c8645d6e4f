"""Compares the numbers of a span with those before it, and finds what is behind the changes.

compared = compare(conn, ["contacts", "csat"], this_week(today), zone)
causes = explained(conn, ["csat"], this_week(today), zone)   # {"csat": Cause("topic", "order_late", …)}
"""

import math
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from insights.metrics.causes import Cause, Part, Parts, Sides, caused
from insights.metrics.changes import Change, Counted, compared
from insights.metrics.counting import NO_VALUE, Value, Wanted, counted, counted_each
from insights.metrics.definitions import Metric, metrics
from insights.metrics.spans import Beside
from storage.insight.counting import EVERYTHING, Only, first_day

CONTACT = "contact"  # the measure that there is whenever there are customers
DIMENSIONS = ("topic", "detail", "channel", "team", "agent", "language")  # the first of equals is named


class Compared(msgspec.Struct, frozen=True):
    """A number now and before, with its change."""

    now: Value
    before: Value
    change: Change


def compare(
    conn: Connection, names: Iterable[str], spans: Beside, zone: ZoneInfo, only: Only = EVERYTHING
) -> dict[str, Compared]:
    """Compares numbers over two spans. Days from before there was a customer are not zero: there is nothing of them."""
    names = list(names)
    first = first_day(conn, CONTACT)
    now = counted(conn, names, spans.now, None, zone, only)[""]
    known = first is None or first <= spans.before.first
    before = counted(conn, names, spans.before, None, zone, only)[""] if known else dict.fromkeys(names, NO_VALUE)
    return {name: _compared(metrics()[name], now[name], before[name]) for name in names}


def _compared(metric: Metric, now: Value, before: Value) -> Compared:
    sides = Counted(before.value, before.n), Counted(now.value, now.n)
    return Compared(now, before, compared(metric.id, metric.unit, metric.better, *sides))


def explained(
    conn: Connection, names: Iterable[str], spans: Beside, zone: ZoneInfo, only: Only = EVERYTHING
) -> dict[str, Cause]:
    """Finds for each number the group that explains most of its change; none where no group stands out."""
    names = list(names)
    groups: dict[str, dict[str, Sides]] = {name: {} for name in names}
    wanted = [Wanted(by, tuple(names)) for by in DIMENSIONS] if names else []
    now, before = (counted_each(conn, wanted, span, zone, only) for span in spans)
    for by, was, is_ in zip(DIMENSIONS if names else (), before, now, strict=True):
        for name in names:
            groups[name][by] = sides(metrics()[name], by, was, is_)
    causes = {name: caused(groups[name]) for name in names}
    return {name: in_unit(metrics()[name], cause, groups[name][cause.by]) for name, cause in causes.items() if cause}


Counts = Mapping[str, Mapping[str, Value]]  # by group, then name


def sides(metric: Metric, by: str, before: Counts, now: Counts) -> Sides:
    """Makes of the groups of a number what they add to it. Of waits it is the mean of the groups' medians, as lengths
    of logarithms: one group that waits for days would be all there is to see otherwise."""
    is_mean = _is_mean(metric, by)
    return Sides(_parts(metric, before, is_mean), _parts(metric, now, is_mean), is_mean)


def _parts(metric: Metric, groups: Counts, is_mean: bool) -> Parts:
    values = {key: each[metric.id] for key, each in groups.items()}
    return {
        key: Part(each.n, _amount(metric, each.value) * (each.n if is_mean else 1))
        for key, each in values.items()
        if each.value is not None
    }


def _amount(metric: Metric, value: float) -> float:
    return math.log1p(value) if metric.of.as_ == "wait" else value


def in_unit(metric: Metric, cause: Cause, of: Sides) -> Cause:
    """Writes a cause in the number's own unit again."""
    if metric.of.as_ != "wait":
        return cause
    before, after = (None if each is None else math.expm1(each) for each in (cause.before, cause.after))
    was, is_ = (math.expm1(sum(each.total for each in parts.values()) / n) for parts, n in _filled(of))
    return msgspec.structs.replace(cause, before=before, after=after, contribution=cause.share * (is_ - was))


def _filled(of: Sides) -> list[tuple[Parts, float]]:
    return [(parts, sum(each.n for each in parts.values()) or 1) for parts in (of.before, of.after)]


def _is_mean(metric: Metric, by: str) -> bool:
    """Tells whether a number is a mean of its groups'. What is counted per something of which all groups share the
    whole adds up, as counts and sums do."""
    if metric.of.per:
        return by in metric.of.shared
    return metric.of.as_ not in ("number", "part", "sum", "standing")
