"""Shows how service is doing at a glance: who waits, today, this week beside last, what changed most and why."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from operator import attrgetter

from flask import Response
from sqlalchemy import Connection

from insights.dashboard.asked import Asked
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.dashboard.views import beside
from insights.dashboard.views.cards import Card, card
from insights.dashboard.views.number import of
from insights.metrics import spans
from insights.metrics.comparing import Compared
from insights.metrics.definitions import Metric, metrics
from insights.metrics.figures import day
from insights.metrics.spans import times
from storage.insight.counting import Span
from storage.insight.waiting import waiting

TODAY = ("contacts", "cases", "first_response_s", "bot_solved")
MOVED = 3
COURSE = timedelta(days=13)  # of the small lines, before the last day


def view(house: House, asked: Asked) -> Response | str:
    """Shows the page."""
    with house.store.read() as conn:
        found = frame(asked, conn)
        compared = found.compared(conn, [each.id for each in _leading()])
        if asked.wants_csv:
            return asked.csv(
                "overview",
                beside.header(asked.t),
                beside.rows(_leading(), compared, found.target, found.reader, asked.t),
            )
        wait = waiting(conn, asked.now)
        return asked.render(
            "overview.html",
            **found.shared(),
            lead=asked.t("overview.lead" if found.is_usual else "overview.lead_own", **found.days()),
            waiting=wait,
            oldest=(asked.now - wait.oldest).total_seconds() if wait.oldest else None,
            today=_today(conn, found),
            moved=found.moved(conn, compared, MOVED),
            groups=_groups(found, compared, _courses(conn, found)),
        )


def _today(conn: Connection, found: Frame) -> list[Mapping[str, str]]:
    """Sets the day that is not over beside the whole of the same day last week."""
    both = spans.beside(Span(found.asked.today, found.asked.today))
    names = [name for name in TODAY if name in metrics()]
    now, before = (found.counted(conn, names, span, None)[""] for span in both)
    return [
        {
            "name": name,
            "title": found.reader.said(metrics()[name].name),
            "figure": found.reader.figure(now[name].value, metrics()[name].unit),
            "before": found.reader.figure(before[name].value, metrics()[name].unit),
            "day": day(both.before.first, found.reader.language),
        }
        for name in names
    ]


def _courses(conn: Connection, found: Frame) -> Mapping[str, Sequence[float | None]]:
    """Reads two weeks of each number, a value a day."""
    last = found.spans.now.last
    span = Span(min(found.spans.now.first, last - COURSE), last)
    days = found.counted(conn, [each.id for each in _leading()], span, "day")
    return {each.id: [of(each, days, key).value for key in times(span, "day")] for each in _leading()}


def _leading() -> list[Metric]:
    """Lists the numbers that have a card, promises first."""
    return [each for each in metrics().values() if each.leads]


def _groups(
    found: Frame, compared: Mapping[str, Compared], courses: Mapping[str, Sequence[float | None]]
) -> list[tuple[str, list[Card]]]:
    """Makes the cards by group."""
    return [
        (group, [_card(found, each, compared, courses) for each in of_group])
        for group, of_group in groupby(_leading(), key=attrgetter("group"))
    ]


def _card(
    found: Frame, metric: Metric, compared: Mapping[str, Compared], courses: Mapping[str, Sequence[float | None]]
) -> Card:
    return card(metric, compared[metric.id], found.target(metric), courses[metric.id], found.reader)


PAGES = (Page("/", view, nav="overview"),)
