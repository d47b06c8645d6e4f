"""Makes the values of numbers over some days of the shop, by group, as their definitions say.

    values = counted(conn, ["contacts", "bot_solved"], Span(monday, sunday), "channel", zone)
    values["sms"]["bot_solved"].value   # 0.71

What is counted by, and filtered by, a column that a measure does not carry is in the group "" there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from insights.metrics.definitions import ORDERS, Metric, metrics
from insights.metrics.spans import TIMES, days, moments, time_of, times
from insights.metrics.standing import standing
from storage.insight import counting, waits
from storage.insight.counting import EVERYTHING, Of, Only, Span
from storage.insight.currencies import currencies
from storage.insight.tallies import NOTHING, Tally
from storage.insight.waits import Rank

SCALE = {"seconds": 1000, "money": 1_000_000}  # of a measure's value to the unit that is shown


class Value(msgspec.Struct, frozen=True):
    """Holds a number; None where there is nothing to make it of.

    `n`: of how many it is made: contacts, answers, waits; of a ratio, what it is counted per. A wait has median and
    90th percentile on both clocks, and its `value` is the median in the desk's hours, where it has that clock.
    """

    value: float | None
    n: int = 0
    p50: float | None = None
    p90: float | None = None
    business_p50: float | None = None
    business_p90: float | None = None


NO_VALUE, ZERO = Value(None), Value(0)
Groups = Mapping[str, Value]
ByName = Mapping[str, Mapping[str | None, Groups]]


class Wanted(NamedTuple):
    """Names numbers, and what they are counted by."""

    by: str | None
    names: tuple[str, ...]


def counted(
    conn: Connection, names: Iterable[str], span: Span, by: str | None, zone: ZoneInfo, only: Only = EVERYTHING
) -> dict[str, dict[str, Value]]:
    """Counts numbers by group, then name; every group that has one has all. Without `by` the one group is ""."""
    return counted_each(conn, [Wanted(by, tuple(names))], span, zone, only)[0]


def counted_each(
    conn: Connection, wanted: Sequence[Wanted], span: Span, zone: ZoneInfo, only: Only = EVERYTHING
) -> list[dict[str, dict[str, Value]]]:
    """Counts numbers by several things, each by group, then name, in their order; waits, and what stood open, are read
    once for all."""
    waited = _waited(conn, _dimensions(wanted, "wait"), span, only)
    stood = _stood(conn, _dimensions(wanted, "standing"), span, zone, only)
    return [_whole(conn, each, {**waited, **stood}, span, zone, only) for each in wanted]


def _dimensions(wanted: Sequence[Wanted], kind: str) -> dict[str, list[str | None]]:
    """Lists by what each number of a kind is counted."""
    found: dict[str, list[str | None]] = {}
    for by, names in wanted:
        for name in names:
            if metrics()[name].of.as_ == kind and by not in found.setdefault(name, []):
                found[name].append(by)
    return found


def _plain(
    conn: Connection, asked: Sequence[Metric], span: Span, by: str | None, zone: ZoneInfo, only: Only
) -> dict[str, Groups]:
    return {
        **_tallied(conn, [each for each in asked if each.unit != "money"], span, by, zone, only),
        **_paid(conn, [each for each in asked if each.unit == "money"], span, by, zone, only),
    }


def _whole(
    conn: Connection, wanted: Wanted, read: ByName, span: Span, zone: ZoneInfo, only: Only
) -> dict[str, dict[str, Value]]:
    """Makes every group have all numbers that are asked for."""
    asked, by = [metrics()[name] for name in wanted.names], wanted.by
    values = {name: read[name][by] for name in wanted.names if name in read}
    values |= _plain(conn, [each for each in asked if each.id not in read], span, by, zone, only)
    keys = {key for groups in values.values() for key in groups} | ({""} if by is None else set())
    empty = {each.id: nothing_of(each, by) for each in asked}
    return {key: {each.id: values[each.id].get(key, empty[each.id]) for each in asked} for key in sorted(keys)}


def nothing_of(metric: Metric, by: str | None) -> Value:
    """Returns what a number is where nothing happened: of what is counted 0, else nothing.

    What stood open at an hour of the day is not counted.
    """
    is_count = metric.of.as_ == "number" or (metric.of.as_ == "standing" and by != "hour")
    return ZERO if is_count and not metric.of.per else NO_VALUE


def at_all_times(
    groups: Mapping[str, Mapping[str, Value]], names: Iterable[str], span: Span, by: str | None
) -> Mapping[str, Mapping[str, Value]]:
    """Adds the days, weeks or hours of a span on which nothing happened to what was counted by them."""
    if by is None or by not in TIMES:
        return groups
    nothing = {name: nothing_of(metrics()[name], by) for name in names}
    return {key: groups.get(key, nothing) for key in sorted({*times(span, by), *groups})}


def _paid(
    conn: Connection, asked: Sequence[Metric], span: Span, by: str | None, zone: ZoneInfo, only: Only
) -> dict[str, Groups]:
    """Counts money in one currency, as sums of several are none: that of most messages, where none is named."""
    if asked and only.detail is None and by != "detail":
        only = msgspec.structs.replace(only, detail=next(iter(currencies(conn, span)), None))
    return _tallied(conn, asked, span, by, zone, only)


def _tallied(
    conn: Connection, asked: Sequence[Metric], span: Span, by: str | None, zone: ZoneInfo, only: Only
) -> dict[str, Groups]:
    found = counting.tallies(conn, {each.counts for each in asked}, span, by, only) if asked else {}
    wholes = _wholes(conn, [each for each in asked if each.per or each.of.as_ == "part"], span, by, zone, only)
    made: dict[str, Groups] = {}
    for each in asked:
        groups = found[each.counts]
        if each.id in wholes:
            made[each.id] = _ratios(each, groups, wholes[each.id], by)
        else:
            made[each.id] = {key: _made(each, tally) for key, tally in groups.items()}
    return made


def _ratios(metric: Metric, groups: Mapping[str, Tally], whole: Mapping[str, int], by: str | None) -> Groups:
    if _parts(metric, by):
        return {key: _ratio(metric, groups.get(key, NOTHING), whole.get(key, 0)) for key in {*groups, *whole}}
    return {key: _ratio(metric, tally, whole.get("", 0)) for key, tally in groups.items()}


def _parts(metric: Metric, by: str | None) -> bool:
    """Tells whether what a ratio is counted per has the same groups."""
    return metric.of.as_ != "part" and (by is None or by in TIMES or by in metric.of.shared)


def _wholes(
    conn: Connection, asked: Sequence[Metric], span: Span, by: str | None, zone: ZoneInfo, only: Only
) -> dict[str, Mapping[str, int]]:
    """Counts what ratios are counted per, by group: all that are grouped and filtered alike in one look."""
    alike: dict[tuple[str | None, Only], list[Metric]] = defaultdict(list)
    for each in asked:
        alike[by if _parts(each, by) else None, only.among(each.of.shared)].append(each)
    made: dict[str, Mapping[str, int]] = {}
    for (own, kept), some in alike.items():
        per = {each.id: each.per or each.counts for each in some}
        found = counting.tallies(conn, {of for of in per.values() if of.metric != ORDERS}, span, own, kept)
        for name, of in per.items():
            made[name] = (
                _orders(conn, span, own, zone)
                if of.metric == ORDERS
                else {key: tally.number for key, tally in found[of].items()}
            )
    return made


def _made(metric: Metric, tally: Tally) -> Value:
    number = tally.number
    scale = SCALE.get(metric.unit, 1)
    amounts = {
        "number": number,
        "sum": tally.total / scale,
        "share": tally.total / number,
        "mean": tally.total / number / scale,
        "top": tally.tops / number,
        "nps": 100 * (tally.promoters - tally.detractors) / number,
    }
    return Value(amounts[metric.of.as_], number)


def _ratio(metric: Metric, tally: Tally, per: int) -> Value:
    amount = tally.total / SCALE.get(metric.unit, 1) if metric.of.as_ == "sum" else tally.number
    return Value(metric.of.times * amount / per, per) if per else NO_VALUE


def _waited(
    conn: Connection, asked: Mapping[str, Sequence[str | None]], span: Span, only: Only
) -> dict[str, Mapping[str | None, Groups]]:
    bys: dict[Of, list[str | None]] = defaultdict(list)
    for name, own in asked.items():
        known = bys[metrics()[name].counts]
        known += [by for by in own if by not in known]
    ranked = waits.ranks(conn, bys, span, only)
    return {
        name: {by: {key: _wait(*both) for key, both in ranked[metrics()[name].counts][by].items()} for by in own}
        for name, own in asked.items()
    }


def _wait(calendar: Rank, business: Rank | None) -> Value:
    first = business or calendar
    own = (business.p50 / 1000, business.p90 / 1000) if business else (None, None)
    return Value(first.p50 / 1000, calendar.number, calendar.p50 / 1000, calendar.p90 / 1000, *own)


def _stood(
    conn: Connection, asked: Mapping[str, Sequence[str | None]], span: Span, zone: ZoneInfo, only: Only
) -> dict[str, Mapping[str | None, Groups]]:
    """Counts what stood open, of which hours are not counted."""
    groups = sorted({by for own in asked.values() for by in own if by is not None and by not in TIMES})
    until = moments(span, zone)[1]
    counts = {metrics()[name].counts for name in asked}
    rows = {of: counting.standing(conn, of, span, until, groups, only) for of in counts}
    return {
        name: {by: _stood_by(rows[metrics()[name].counts], metrics()[name], by, groups, span, zone) for by in own}
        for name, own in asked.items()
    }


def _stood_by(
    rows: Sequence[Sequence[Any]], metric: Metric, by: str | None, groups: Sequence[str], span: Span, zone: ZoneInfo
) -> Groups:
    if by == "hour":
        return {}
    at = 2 + groups.index(by) if by in groups else None
    keyed = (("" if at is None else row[at], row[0], row[1]) for row in rows)
    return {key: Value(n, n) for key, n in standing(keyed, span, by, zone, metric.of.age).items()}


def _orders(conn: Connection, span: Span, by: str | None, zone: ZoneInfo) -> Mapping[str, int]:
    begin, end = moments(span, zone)
    if by == "hour":
        return Counter(f"{at.astimezone(zone).hour:02}" for at in counting.order_times(conn, begin, end))
    if by not in ("day", "week"):
        return {"": counting.orders_placed(conn, begin, end)}
    placed = Counter[str]()
    for day in days(span):
        placed[time_of(day, by)] += counting.orders_placed(conn, *moments(Span(day, day), zone))
    return +placed
