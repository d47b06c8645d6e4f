"""Writes numbers beside what they were as lines of a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from insights.dashboard.views.reader import Reader
from insights.metrics.comparing import Compared
from insights.metrics.definitions import Metric
from insights.metrics.figures import distance

COLUMNS = ("group", "number", "unit", "now", "before", "change", "change_unit", "target", "n")


def header(t: Callable[[str], str]) -> list[str]:
    """Names the columns."""
    return [t(f"numbers.csv_{name}") for name in COLUMNS]


def rows(
    asked_for: Iterable[Metric],
    compared: Mapping[str, Compared],
    target: Callable[[Metric], float | None],
    reader: Reader,
    t: Callable[[str], str],
) -> Iterator[Sequence[Any]]:
    """Writes a line for each number."""
    for metric in asked_for:
        each, name = compared[metric.id], reader.said(metric.name)
        now, before = each.now.value, each.before.value
        change = distance(before, now, metric.unit)
        yield t(f"overview.group_{metric.group}"), name, metric.unit, now, before, *change, target(metric), each.now.n
