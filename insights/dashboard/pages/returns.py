"""Shows which products come back, and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response

from insights.dashboard.asked import Asked
from insights.dashboard.charts import Chart, Series
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.findings.returned import Reason, Returned, return_reasons
from insights.metrics.spans import moments

WORST = 12  # products of the chart
SHOWN = 100  # products of the table; the file has all
NAMED = 10  # conversations of a reason


def view(house: House, asked: Asked) -> Response | str:
    """Shows the page."""
    with house.store.read() as conn:
        found = frame(asked, conn)
        products = return_reasons(conn, *moments(found.spans.now, found.zone))
        if asked.wants_csv:
            return asked.csv("returns", _header(asked), _lines(found, products))
        rows = [_row(found, each) for each in products[:SHOWN]]
        return asked.render(
            "returns.html",
            **found.shared(),
            lead=asked.t("returns.lead", **found.days()),
            rows=rows,
            more=len(products) - len(rows),
            shares=_chart(found, products),
        )


def _row(found: Frame, product: Returned) -> Mapping[str, Any]:
    return {
        "title": product.title,
        "sold": product.sold,
        "returned": product.returned,
        "share": product.share,
        "reasons": [_reason(found, each) for each in product.reasons],
    }


def _reason(found: Frame, reason: Reason) -> Mapping[str, Any]:
    said = reason.conversations[:NAMED]
    return {
        "words": found.reader.label("detail", reason.reason),
        "pieces": reason.pieces,
        "said": [found.asked.to(f"/conversations/{each}") for each in said],
    }


def _chart(found: Frame, products: Sequence[Returned]) -> Chart:
    worst = [each for each in products if each.share is not None][:WORST]
    return Chart(
        title=found.asked.t("returns.share_words"),
        labels=[each.title for each in worst],
        series=[Series(found.asked.t("returns.share"), [each.share for each in worst])],
        unit="share",
        kind="across",
    )


def _header(asked: Asked) -> list[str]:
    return [asked.t(f"returns.{name}") for name in ("product", "product_id", "sold", "returned", "reason", "pieces")]


def _lines(found: Frame, products: Sequence[Returned]) -> Iterator[Sequence[Any]]:
    for each in products:
        for reason in each.reasons:
            words = found.reader.label("detail", reason.reason)
            yield each.title, each.product, each.sold, each.returned, words, reason.pieces


PAGES = (Page("/returns", view, nav="returns"),)
