"""Shows one number whole: what it means, its course, its groups, what moved it, and what else moved with it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response
from sqlalchemy import Connection

from insights.dashboard.asked import Asked
from insights.dashboard.charts import Chart, Series
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.dashboard.subjects import course_by, to_day
from insights.dashboard.views.cards import card, most
from insights.dashboard.views.grouped import NEXT
from insights.dashboard.views.moves import narrowing
from insights.dashboard.views.number import SHOWN, Row, course, metric_of, of, rows, ticks
from insights.dashboard.views.whys import why
from insights.metrics.comparing import Compared, Counts
from insights.metrics.counting import Wanted
from insights.metrics.definitions import Metric, metrics
from insights.metrics.spans import TIMES, length, times
from storage.insight.counting import BY

ALSO = 4


def view(house: House, asked: Asked, name: str) -> Response | str:
    """Shows the page."""
    metric = metric_of(name)
    by = asked.choice("by", BY, "day")
    with house.store.read() as conn:
        found = frame(asked, conn)
        wanted = [Wanted(each, (name,)) for each in (by, _course_by(found, by))]
        groups, courses = zip(*(found.counted_each(conn, wanted, span) for span in found.spans), strict=True)
        if asked.wants_csv:
            return asked.csv(name, _header(found, metric, by), _lines(found, metric, by, groups[0]))
        return asked.render(
            "number.html",
            **found.shared(),
            **_whole(conn, found, metric),
            metric=metric,
            title=found.reader.said(metric.name),
            formula=found.reader.said(metric.formula),
            lead=asked.t("number.lead_beside", **found.days()),
            by=by,
            bys={each: found.reader.grouping(each) for each in BY},
            course=_course(found, metric, _course_by(found, by), courses),
            **_table(found, metric, by, groups),
        )


def _whole(conn: Connection, found: Frame, metric: Metric) -> Mapping[str, Any]:
    """Returns the number itself, what moved it, and what else moved on these days."""
    compared = found.compared(conn, [name for name, each in metrics().items() if each.leads or each is metric])
    mine = compared.pop(metric.id)
    told: Mapping[str, Any] = {"why": None, "why_href": ""}
    if mine.change.is_clear:
        cause = found.explained(conn, [metric.id]).get(metric.id)
        if cause:
            words = why(metric, cause, found.reader)
            told = {"why": words, "why_href": found.asked.here(**narrowing(words))}
    return {
        **told,
        "card": card(metric, mine, found.target(metric), (), found.reader),
        "value": mine.now,
        "also": found.moved(conn, _of_others(compared, metric), ALSO, each_group=2),
    }


def _of_others(compared: Mapping[str, Compared], metric: Metric) -> Mapping[str, Compared]:
    """Leaves out what tells much the same in other words."""
    return {name: each for name, each in compared.items() if metrics()[name].group != metric.group}


def _course_by(found: Frame, by: str) -> str:
    return "hour" if by == "hour" or length(found.spans.now) == 1 else course_by(found)


def _course(found: Frame, metric: Metric, by: str, groups: Sequence[Counts]) -> Chart:
    """Makes the chart over time, beside the span before."""
    lines = course(metric, by, (found.spans.now, found.spans.before), (groups[0], groups[1]))
    t, name = found.asked.t, found.reader.said(metric.name)
    return Chart(
        title=t(f"number.course_{by}", name=name),
        labels=ticks(found.spans.now, by, found.reader),
        series=[Series(t("number.before" if each.is_before else "number.now"), each.values) for each in lines],
        unit=metric.unit,
        kind="bar" if metric.of.as_ in ("number", "sum") and not metric.of.per else "line",
        target=found.target(metric),
        currency=found.reader.currency if metric.unit == "money" else "",
        hrefs=[to_day(found, metric.id, key) for key in times(found.spans.now, by)] if by == "day" else (),
    )


def _table(found: Frame, metric: Metric, by: str, groups: Sequence[Counts]) -> Mapping[str, Any]:
    made = rows(metric, by, groups[0], groups[1], found.target(metric), found.reader)
    if by in TIMES and not any(row.n for row in made):
        made = []
    shown = [{**_fields(row), **_links(found, metric, by, row)} for row in made[:SHOWN]]
    return {"rows": shown, "more": len(made) - len(shown)}


def _fields(row: Row) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


def _links(found: Frame, metric: Metric, by: str, row: Row) -> Mapping[str, str]:
    """Leads from a group to itself, and to what is behind it."""
    path = f"/metrics/{metric.id}/behind"
    if by == "day":
        return {"href": to_day(found, metric.id, row.key), "behind": found.asked.to(path, from_=row.key, to=row.key)}
    group = {"by": by, "key": row.key}
    if by in ("week", "hour", "detail"):
        return {"href": found.asked.to(path, **group), "behind": found.asked.to(path, **group)}
    return {
        "href": found.asked.here(**{by: row.key, "by": NEXT.get(by, "day")}),
        "behind": found.asked.to(path, **group),
    }


def _header(found: Frame, metric: Metric, by: str) -> list[str]:
    t = found.asked.t
    name = found.reader.said(metric.name)
    return [found.reader.grouping(by), by, f"{name} ({metric.unit})", t("number.n"), t("number.most")]


def _lines(found: Frame, metric: Metric, by: str, groups: Counts) -> Iterator[Sequence[Any]]:
    for key in groups:
        value = of(metric, groups, key)
        yield found.reader.label(by, key), key, value.value, value.n, most(value)


PAGES = (Page("/metrics/<name>", view),)
