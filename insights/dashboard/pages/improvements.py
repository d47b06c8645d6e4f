"""Shows what was changed of the store's files, and the numbers of the week before and after."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response

from insights.dashboard.asked import Asked
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.improvements import wording
from insights.improvements.kinds import kinds
from insights.improvements.listing import Improvement, improvements

DAYS = 28
HEADER = (
    *("at", "kind", "file", "line", "key", "keys", "what", "before", "after", "topic", "too_early"),
    *("number", "week_before", "week_after", "unit"),
)


def view(house: House, asked: Asked) -> Response | str:
    """Shows the page, or gives it as a file: a line for each number."""
    span, shop = asked.span(DAYS), asked.shop
    known = tuple(dict.fromkeys(each.kind for each in kinds()))
    kind = asked.choice("kind", known)
    with house.store.read() as conn:
        found = improvements(conn, span, shop.zone, asked.now, (kind,) if kind else ())
    if asked.wants_csv:
        return asked.csv("improvements", HEADER, _rows(found))
    return asked.render(
        "improvements.html",
        span=span,
        kind=kind,
        kinds=[(each, wording.kind(each, asked.language)) for each in known],
        rows=[(each, wording.told(each, shop.zone, shop.currency, asked.language)) for each in found],
    )


def _rows(found: Sequence[Improvement]) -> Iterator[Sequence[Any]]:
    names = ("at", "kind", "file", "line", "key", "keys", "what", "before", "after", "topic", "is_early")
    for each in found:
        first = [getattr(each, name) for name in names]
        for effect in each.effects:
            compared = effect.compared
            yield *first, effect.metric.id, compared.before.value, compared.now.value, effect.metric.unit
        if not each.effects:
            yield *first, "", None, None, ""


PAGES = (Page("/improvements", view, nav="improvements"),)
