"""Shows several numbers side by side for each group."""

from collections.abc import Callable, Sequence

import msgspec

from insights.dashboard.views.number import of
from insights.dashboard.views.reader import Reader
from insights.metrics.comparing import Counts
from insights.metrics.definitions import Metric

NEXT = {"agent": "hour"}  # who is asked about is asked about by this next: when they are slow
FILTERS = ("channel", "topic", "agent", "team", "language")


class Cell(msgspec.Struct, frozen=True):
    """One number of a group; `href` leads to it."""

    figure: str
    value: float | None
    href: str


class GroupRow(msgspec.Struct, frozen=True):
    """The numbers of one group."""

    key: str
    label: str
    cells: Sequence[Cell]


def group_rows(
    names: Sequence[Metric], by: str, groups: Counts, reader: Reader, to: Callable[..., str]
) -> list[GroupRow]:
    """Makes the rows of a table: hours in their order, else the group with the most of the first number on top."""
    made = [
        GroupRow(key, reader.label(by, key), [_cell(each, by, key, groups, reader, to) for each in names])
        for key in groups
    ]
    if by == "hour" or not names:
        return made
    return sorted(made, key=lambda row: (-(row.cells[0].value or 0), row.label))


def _cell(metric: Metric, by: str, key: str, groups: Counts, reader: Reader, to: Callable[..., str]) -> Cell:
    value = of(metric, groups, key).value
    narrowed = {by: key, "by": NEXT.get(by)}
    href = to(f"/metrics/{metric.id}", **narrowed) if by in FILTERS else behind(metric, by, key, to)
    if by == "detail" and metric.unit == "money":
        reader = reader._replace(currency=key)
    return Cell(reader.figure(value, metric.unit), value, href if key and value is not None else "")


def behind(metric: Metric, by: str, key: str, to: Callable[..., str]) -> str:
    """Leads to what a group's number is made of."""
    return to(f"/metrics/{metric.id}/behind", by=by, key=key)
