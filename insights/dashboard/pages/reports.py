"""Shows the report of a week or a month."""

from datetime import datetime

from flask import Response

from insights.dashboard.asked import Asked
from insights.dashboard.house import House
from insights.dashboard.mistakes import Mistake
from insights.dashboard.page import Page
from insights.dashboard.views.cards import verdict
from insights.metrics.spans import DAY
from insights.reports import files
from insights.reports.gathering import Said, said_by
from insights.reports.making import Asks, make
from insights.reports.report import Report
from insights.reports.words import Words
from storage.desk import agents
from storage.queues import timers

KINDS = ("week", "month")


def view(house: House, asked: Asked) -> Response | str:
    """Shows the page, or gives its numbers and findings as a file."""
    with house.store.read() as conn:
        names = {id_: each.name for id_, each in agents.all_of(conn).items()}
        until = timers.all_done_until(conn, "measures") or asked.now
        asks = _asks(house, asked, until)
        try:
            report = make(conn, asks)
        except ValueError:
            raise Mistake("reports.to_come", day=asked.day("of")) from None
    words = Words(asked.language, names)
    if asked.wants_csv:
        return asked.csv(f"report-{report.kind}-{report.first}", files.HEADER, files.rows(report, words))
    return asked.render(
        "reports.html",
        report=report,
        title=words.title(report),
        beside=words.beside(report),
        sections=[each for each in words.sections(report) if each.name != "numbers"],
        numbers=[
            (each, words.name(each), words.change(each), verdict(each.compared.change)) for each in report.headlines
        ],
        kinds={kind: asked.t(f"reports.{kind}") for kind in KINDS},
        **_ways(report),
    )


def _asks(house: House, asked: Asked, until: datetime) -> Asks:
    shop = asked.shop
    return Asks(
        kind="month" if asked.choice("kind", KINDS) == "month" else "week",
        shop=shop.name,
        timezone=shop.timezone,
        currency=shop.currency,
        now=asked.now,
        until=until,
        of=asked.day("of"),
        targets=shop.targets,
        said=said_by(house.flows(), house.root) if house.flows else Said(),
    )


def _ways(report: Report) -> dict[str, str | None]:
    """Names the days by which the report before and the one after are asked for; none of a time to come."""
    after = (report.last + DAY).isoformat() if report.is_over else None
    return {"earlier": (report.first - DAY).isoformat(), "later": after}


PAGES = (Page("/reports", view, nav="reports"),)
