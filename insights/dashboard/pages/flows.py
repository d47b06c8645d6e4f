"""Shows how far customers come with the bot: how flows end, and at which of their questions people leave."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from sqlalchemy import Connection

from insights.dashboard.asked import Asked
from insights.dashboard.charts import Chart, Series
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.dashboard.subjects import Grouped, Subject, csv_header, csv_lines, parts
from insights.metrics.definitions import metrics
from storage.insight.pairs import Pair, pairs

LEFT = "drop_off"
WORST = 12  # questions of the chart
LEAST = 5  # times that a question was asked

SUBJECT = Subject(
    name="flows",
    cards=(LEFT, "flows_started", "flows_completed", "flows_cancelled", "flows_expired", "handoffs", "fallback"),
    tables=(
        Grouped("flows", "topic", ("flows_started", "flows_completed", "flows_cancelled", "flows_expired", LEFT)),
        Grouped("handoffs", "detail", ("handoffs",)),
    ),
)


def view(house: House, asked: Asked) -> Response | str:
    """Shows the page."""
    with house.store.read() as conn:
        found = frame(asked, conn)
        steps = steps_of(conn, found)
        if asked.wants_csv:
            lines = [*_csv(found, steps), *csv_lines(conn, found, SUBJECT)]
            return asked.csv(SUBJECT.name, csv_header(found), lines)
        shown = parts(conn, found, SUBJECT)
        return asked.render(
            "flows.html", **shown, steps=[_row(found, each) for each in steps], leaving=_chart(found, steps)
        )


def steps_of(conn: Connection, found: Frame) -> list[Pair]:
    """Reads which questions were asked and how many left there, those that lose most customers first."""
    return pairs(conn, metrics()[LEFT].of.measure, found.spans.now, found.only)


def _row(found: Frame, step: Pair) -> Mapping[str, Any]:
    return {
        "flow": found.reader.label("topic", step.topic),
        "step": step.detail,
        "asked": step.number,
        "left": step.total,
        "share": step.total / step.number,
        "href": found.asked.to(f"/metrics/{LEFT}/behind", topic=step.topic, by="detail", key=step.detail),
    }


def _chart(found: Frame, steps: list[Pair]) -> Chart:
    worst = [each for each in steps if each.number >= LEAST and each.total]
    worst = sorted(worst, key=lambda each: -each.total / each.number)[:WORST]
    rows = [_row(found, each) for each in worst]
    t = found.asked.t
    return Chart(
        title=t("flows.steps"),
        labels=[f"{row['flow']}: {row['step']}" for row in rows],
        series=[Series(t("flows.share"), [row["share"] for row in rows])],
        unit="share",
        kind="across",
        hrefs=[row["href"] for row in rows],
    )


def _csv(found: Frame, steps: list[Pair]) -> list[list[Any]]:
    title, name = found.asked.t("flows.steps"), found.reader.said(metrics()[LEFT].name)
    return [
        [title, f"{each.topic}.{each.detail}", row["flow"], name, row["share"], "share", each.number]
        for each, row in ((step, _row(found, step)) for step in steps)
    ]


PAGES = (Page("/flows", view, nav="flows"),)
