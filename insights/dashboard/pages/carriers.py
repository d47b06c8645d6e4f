"""Shows which carriers are late, and where they deliver."""

from collections.abc import Mapping, Sequence
from typing import Any

from babel import Locale
from flask import Response

from flows.language.formats import babel_locale
from insights.dashboard.asked import Asked
from insights.dashboard.charts import Chart, Series
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.findings.lanes import Lane, late_lanes
from insights.metrics.spans import moments

WORST = 12  # lanes of the chart
NAMED = 20  # orders of a lane that are shown


def view(house: House, asked: Asked) -> Response | str:
    """Shows the page."""
    by_region = asked.choice("where", ("country", "region"), "country") == "region"
    with house.store.read() as conn:
        found = frame(asked, conn)
        lanes = late_lanes(conn, *moments(found.spans.now, found.zone), found.zone, asked.now, by_region=by_region)
        rows = [_row(found, each) for each in lanes]
        if asked.wants_csv:
            return asked.csv("carriers", _header(asked), map(_line, lanes))
        return asked.render(
            "carriers.html",
            **found.shared(),
            lead=asked.t("carriers.lead", **found.days()),
            where="region" if by_region else "country",
            rows=rows,
            late=_chart(found, rows),
        )


def _row(found: Frame, lane: Lane) -> Mapping[str, Any]:
    return {
        "carrier": lane.carrier or found.reader.label("topic", ""),
        "place": _place(found, lane),
        "parcels": lane.parcels,
        "late": lane.late,
        "share": lane.share,
        "days": lane.median_days_late,
        "orders": [(number, found.asked.to("/conversations", order=number)) for number in lane.orders[:NAMED]],
        "more": max(0, len(lane.orders) - NAMED),
    }


def _place(found: Frame, lane: Lane) -> str:
    territories: Any = Locale.parse(str(babel_locale(found.reader.language))).territories
    country = territories.get(lane.country, lane.country) or found.reader.label("topic", "")
    return f"{country}, {lane.region}" if lane.region else str(country)


def _chart(found: Frame, rows: Sequence[Mapping[str, Any]]) -> Chart:
    worst = rows[:WORST]
    return Chart(
        title=found.asked.t("carriers.late_share"),
        labels=[f"{row['carrier']} → {row['place']}" for row in worst],
        series=[Series(found.asked.t("carriers.share"), [row["share"] for row in worst])],
        unit="share",
        kind="across",
    )


def _header(asked: Asked) -> list[str]:
    names = ("carrier", "country", "region", "parcels", "late", "share", "days", "orders")
    return [asked.t(f"carriers.{name}") for name in names]


def _line(lane: Lane) -> Sequence[Any]:
    numbers = lane.parcels, lane.late, round(lane.share, 4), lane.median_days_late
    return lane.carrier, lane.country, lane.region, *numbers, " ".join(lane.orders)


PAGES = (Page("/carriers", view, nav="carriers"),)
