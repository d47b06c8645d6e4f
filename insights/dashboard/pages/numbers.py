"""Shows all numbers there are, each with what it means, beside the days before."""

from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter

from flask import Response

from insights.dashboard.asked import Asked
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.dashboard.views import beside
from insights.dashboard.views.cards import Card, card
from insights.metrics.comparing import Compared
from insights.metrics.definitions import Metric, metrics


def view(house: House, asked: Asked) -> Response | str:
    """Shows the page."""
    with house.store.read() as conn:
        found = frame(asked, conn)
        compared = found.compared(conn, [each.id for each in _shown()])
    if asked.wants_csv:
        return asked.csv(
            "numbers", beside.header(asked.t), beside.rows(_shown(), compared, found.target, found.reader, asked.t)
        )
    lead = asked.t("numbers.lead", **found.days())
    return asked.render("numbers.html", **found.shared(), lead=lead, groups=_groups(found, compared))


def _shown() -> list[Metric]:
    """Lists the numbers that stand by themselves. A part of the whole is all of it as long as nothing parts it."""
    return [each for each in metrics().values() if each.of.as_ != "part"]


def _groups(found: Frame, compared: Mapping[str, Compared]) -> list[tuple[str, list[tuple[Card, str]]]]:
    return [
        (group, [_line(found, each, compared) for each in of])
        for group, of in groupby(_shown(), key=attrgetter("group"))
    ]


def _line(found: Frame, metric: Metric, compared: Mapping[str, Compared]) -> tuple[Card, str]:
    """Makes a number and what it means."""
    made = card(metric, compared[metric.id], found.target(metric), (), found.reader)
    return made, found.reader.said(metric.formula)


PAGES = (Page("/metrics", view, nav="numbers"),)
