"""Shows one number whole: what it means, its course, its groups beside what they were, and what moved it."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from insights.dashboard.mistakes import NotThere
from insights.dashboard.views.cards import most, reached, verdict
from insights.dashboard.views.reader import Reader
from insights.metrics.changes import Change, Counted, compared
from insights.metrics.comparing import Counts
from insights.metrics.counting import Value, nothing_of
from insights.metrics.definitions import Metric, metrics
from insights.metrics.figures import short_day
from insights.metrics.spans import TIMES, times
from storage.insight.counting import Span

SHOWN = 200  # groups of a table; the file has all


class Row(msgspec.Struct, frozen=True):
    """One group of a number, in words, and as values by which a table is put in order."""

    key: str
    label: str
    figure: str
    value: float | None
    n: int
    most: str
    most_value: float | None
    before: str
    before_value: float | None
    change: str
    verdict: str
    is_met: bool | None


class Line(msgspec.Struct, frozen=True):
    """A line of a chart; None is a gap."""

    is_before: bool
    values: Sequence[float | None]


def rows(metric: Metric, by: str, now: Counts, before: Counts, target: float | None, reader: Reader) -> list[Row]:
    """Makes the table of a number's groups: times in their order, anything else with the largest first."""
    keys = sorted(now.keys() | (set() if by in ("day", "week") else before.keys()))
    made = [_row(metric, by, key, of(metric, now, key), of(metric, before, key), target, reader) for key in keys]
    return made if by in TIMES else sorted(made, key=lambda row: (-row.n, row.label))


def metric_of(name: str) -> Metric:
    """Finds a number. Raises NotThere."""
    if name not in metrics():
        raise NotThere(name)
    return metrics()[name]


def of(metric: Metric, groups: Counts, key: str) -> Value:
    """Returns the number of a group; of one that is not there, what a number of nothing is."""
    return groups.get(key, {}).get(metric.id) or nothing_of(metric, None)


def _row(metric: Metric, by: str, key: str, now: Value, was: Value, target: float | None, reader: Reader) -> Row:
    change = _change(metric, was, now)
    more = most(now)
    reach = reached(metric, now.value, target, reader)
    is_time = by in ("day", "week")
    return Row(
        key=key,
        label=reader.label(by, key),
        figure=reader.figure(now.value, metric.unit),
        value=now.value,
        n=now.n,
        most=reader.figure(more, metric.unit) if more is not None else "",
        most_value=more,
        before="" if is_time else reader.figure(was.value, metric.unit),
        before_value=was.value,
        change="" if is_time else reader.difference(was.value, now.value, metric.unit),
        verdict="" if is_time else verdict(change),
        is_met=reach.is_met if reach else None,
    )


def _change(metric: Metric, before: Value, now: Value) -> Change:
    sides = Counted(before.value, before.n), Counted(now.value, now.n)
    return compared(metric.id, metric.unit, metric.better, *sides)


def course(metric: Metric, by: str, spans: tuple[Span, Span], groups: tuple[Counts, Counts]) -> list[Line]:
    """Makes the lines of a chart over time: now, and before at the same places."""
    return [
        Line(is_before, [of(metric, counts, key).value for key in times(span, by)])
        for is_before, span, counts in zip((False, True), spans, groups, strict=True)
    ]


def ticks(span: Span, by: str, reader: Reader) -> list[str]:
    """Names the days, weeks or hours of a chart."""
    if by == "hour":
        return times(span, by)
    return [short_day(date.fromisoformat(key), reader.language) for key in times(span, by)]


def narrowed(filters: Mapping[str, str], reader: Reader) -> list[str]:
    """Words the filters that are set: channel WhatsApp."""
    return [f"{reader.grouping(by)} {reader.label(by, key)}" for by, key in filters.items()]
