"""Finds what is behind a number: the contacts, waits or other things that it was made of, each with its conversation.

rows(conn, metrics()["came_back"], span, only, zone, key=("day", "2026-12-01"))   # ([Behind(…), …], cursor)
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from insights.metrics.counting import SCALE
from insights.metrics.definitions import Metric
from insights.metrics.spans import DAY, days, midnight
from storage.insight import listing
from storage.insight.counting import EVERYTHING, Only, Span
from storage.insight.listing import Sought

LIMIT = 50
PAGE = 500  # rows of a stream that are read at once


class Behind(msgspec.Struct, frozen=True):
    """One of what a number is made of. `subject`: what it was measured of; `value` in the number's unit, `business` in
    the desk's hours; of what stands open no value."""

    at: datetime
    subject: str
    conversation_id: str
    value: float | None
    business: float | None
    channel: str
    topic: str
    agent: str
    team: str
    language: str
    detail: str


def rows(
    conn: Connection,
    metric: Metric,
    span: Span,
    only: Only = EVERYTHING,
    zone: ZoneInfo | None = None,
    *,
    key: tuple[str, str] | None = None,
    limit: int = LIMIT,
    after: str = "",
) -> tuple[list[Behind], str | None]:
    """Returns a page of what is behind a number, and the cursor of the next. `key`: the group, ("team", "support").

    Of what stood open at the ends of days (`as: standing`) it is what stood at the end of the last, or the named, day.
    Raises ValueError for what is no cursor, or no such group.
    """
    sought = _sought(metric, span, only, zone, key)
    found = listing.listed(conn, sought, limit + 1, after)
    page = found[:limit]
    following = listing.cursor(page[-1], sought.order) if len(found) > limit else None
    return [_behind(metric, each) for each in page], following


def every(
    conn: Connection,
    metric: Metric,
    span: Span,
    only: Only = EVERYTHING,
    zone: ZoneInfo | None = None,
    *,
    key: tuple[str, str] | None = None,
) -> Iterator[Behind]:
    """Streams all that is behind a number: day by day, the last one first, a page of rows at a time. A page of a whole
    month would have all of the month sorted."""
    parts = [span] if metric.of.as_ == "standing" else [Span(day, day) for day in reversed(days(span))]
    for part in parts:
        after: str | None = ""
        while after is not None:
            page, after = rows(conn, metric, part, only, zone, key=key, limit=PAGE, after=after)
            yield from page


def _sought(metric: Metric, span: Span, only: Only, zone: ZoneInfo | None, key: tuple[str, str] | None) -> Sought:
    if metric.of.as_ != "standing":
        return Sought(metric.counts, span, only, metric.behind, key=key)
    day = span.last
    if key and key[0] in ("day", "week"):
        begin = min(span.last, listing.group_meant(*key))  # a later one is none of the span, and may have no end
        day, key = max(span.first, min(span.last, begin + (6 * DAY if key[0] == "week" else 0 * DAY))), None
    until = midnight(day + DAY, zone) - metric.of.age if zone else None
    return Sought(metric.counts, Span(day, day), only, "oldest", key=key, stood_until=until)


def _behind(metric: Metric, row: listing.Row) -> Behind:
    scale = SCALE.get(metric.unit, 1)
    value = row.value / scale if row.value >= 0 or metric.unit == "money" else None
    business = row.business / scale if row.business is not None else None
    where = row.channel, row.topic, row.agent, row.team, row.language, row.detail
    return Behind(row.at, row.subject, row.conversation_id, value, business, *where)
