"""Shows how far customers come with the bot: how flows end, and at which of their questions people leave."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import Response
from sqlalchemy import Connection

from insights.dashboard.asked import Asked
from insights.dashboard.charts import Chart, Series
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.dashboard.subjects import Grouped, Subject, csv_header, csv_lines, parts
from insights.dashboard.views.wordings import place, wording
from insights.metrics.definitions import metrics

if TYPE_CHECKING:
    from insights.findings.leaving import Left

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
        rows = [_row(found, each) for each in _left(house, conn, found)]
        if asked.wants_csv:
            lines = [*_csv(found, rows), *csv_lines(conn, found, SUBJECT)]
            return asked.csv(SUBJECT.name, csv_header(found), lines)
        return asked.render("flows.html", **parts(conn, found, SUBJECT), steps=rows, leaving=_chart(found, rows))


def _left(house: House, conn: Connection, found: Frame) -> Sequence["Left"]:
    """Finds the questions at which customers leave, that which surely loses most first."""
    if house.flows is None:
        return ()
    from insights.findings.leaving import left_steps  # noqa: PLC0415 - the web process stays small

    return left_steps(conn, found.spans.now, house.flows().flows, only=found.only, least=LEAST, root=house.root)


def _row(found: Frame, each: "Left") -> Mapping[str, Any]:
    flows = found.asked.house.flows
    return {
        "key": f"{each.flow}.{each.step}",
        "flow": found.reader.label("topic", each.flow),
        "step": each.step,
        "asked": each.asked,
        "left": each.left,
        "share": each.share,
        "place": place(each.file, each.line),
        "text": wording(flows().responses, each.text, found.reader.language) if flows else "",
        "href": found.asked.to(f"/metrics/{LEFT}/behind", topic=each.flow, by="detail", key=each.step),
    }


def _chart(found: Frame, rows: Sequence[Mapping[str, Any]]) -> Chart:
    worst = sorted(rows, key=lambda row: -row["share"])[:WORST]
    return Chart(
        title=found.asked.t("flows.leaving"),
        labels=[found.asked.t("flows.at_step", flow=row["flow"], step=row["step"]) for row in worst],
        series=[Series(found.asked.t("flows.share"), [row["share"] for row in worst])],
        unit="share",
        kind="across",
        hrefs=[row["href"] for row in worst],
    )


def _csv(found: Frame, rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    title, name = found.asked.t("flows.steps"), found.reader.said(metrics()[LEFT].name)
    return [[title, row["key"], row["flow"], name, row["share"], "share", row["asked"]] for row in rows]


PAGES = (Page("/flows", view, nav="flows"),)
