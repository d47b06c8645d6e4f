"""Shows the numbers that changed most, each with what explains most of it."""

from collections.abc import Callable, Mapping

import msgspec

from insights.dashboard.views.cards import verdict
from insights.dashboard.views.reader import Reader
from insights.dashboard.views.whys import Why, why
from insights.metrics.causes import Cause
from insights.metrics.changes import Change
from insights.metrics.definitions import Metric

Href = Callable[..., str]  # of a path under /dashboard and changes of the query


class Move(msgspec.Struct, frozen=True):
    """A number that changed. `href` leads to it, `why_href` to the group that explains most of it."""

    name: str
    title: str
    href: str
    before: str
    after: str
    change: str
    verdict: str
    why: Why | None
    why_href: str


def move(metric: Metric, change: Change, cause: Cause | None, reader: Reader, to: Href) -> Move:
    """Makes the line of a number that changed."""
    told = why(metric, cause, reader) if cause else None
    return Move(
        name=metric.id,
        title=reader.said(metric.name),
        href=to(f"/metrics/{metric.id}"),
        before=reader.figure(change.before, metric.unit),
        after=reader.figure(change.after, metric.unit),
        change=reader.difference(change.before, change.after, metric.unit),
        verdict=verdict(change),
        why=told,
        why_href=to(f"/metrics/{metric.id}", **narrowing(told)) if told else "",
    )


def narrowing(told: Why) -> Mapping[str, str]:
    """Returns what of the query leads to a group: a filter, or where none fits, how it is grouped."""
    if told.by == "detail":
        return {"by": "detail"}
    return {told.by: told.key, "by": "day"}
