"""Shows all numbers there are, each with what it means, beside the days before."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import Response

from insights.dashboard.asked import Asked
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.dashboard.views.cards import Card, card
from insights.metrics.comparing import Compared
from insights.metrics.definitions import Metric, metrics


def view(house: House, asked: Asked) -> Response | str:
    """Shows the page."""
    with house.store.read() as conn:
        found = frame(asked, conn)
        compared = found.compared(conn, [each.id for each in shown()])
    if asked.wants_csv:
        return asked.csv("numbers", header(asked), rows(found, shown(), compared))
    lead = asked.t("numbers.lead", **found.days())
    return asked.render("numbers.html", **found.shared(), lead=lead, groups=_groups(found, compared))


def shown() -> list[Metric]:
    """Lists the numbers that stand by themselves. A part of the whole is all of it as long as nothing parts it."""
    return [each for each in metrics().values() if each.of.as_ != "part"]


def _groups(found: Frame, compared: Mapping[str, Compared]) -> list[tuple[str, list[tuple[Card, str]]]]:
    return [(group, [_line(found, each, compared) for each in of]) for group, of in groupby(shown(), key=group_of)]


def _line(found: Frame, metric: Metric, compared: Mapping[str, Compared]) -> tuple[Card, str]:
    """Makes a number and what it means."""
    made = card(metric, compared[metric.id], found.target(metric), (), found.reader)
    return made, found.reader.said(metric.formula)


def group_of(metric: Metric) -> str:
    """Returns the group that a number belongs to."""
    return metric.group


def header(asked: Asked) -> list[str]:
    """Returns the columns of the file."""
    names = ("group", "number", "unit", "now", "before", "change", "target", "n")
    return [asked.t(f"numbers.csv_{name}") for name in names]


def rows(found: Frame, asked_for: Sequence[Metric], compared: Mapping[str, Compared]) -> Iterator[Sequence[Any]]:
    """Writes numbers as lines of a file."""
    for metric in asked_for:
        each = compared[metric.id]
        change = found.reader.difference(each.before.value, each.now.value, metric.unit)
        group = found.asked.t(f"overview.group_{metric.group}")
        values = each.now.value, each.before.value, change, found.target(metric), each.now.n
        yield group, found.reader.said(metric.name), metric.unit, *values


PAGES = (Page("/metrics", view, nav="numbers"),)
