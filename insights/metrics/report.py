"""Makes the numbers of some days, by day, week, channel, topic, agent, team or language.

What each of them means stands in docs/store/metrics.md.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from insights.measuring.cases import FIRST_RESPONSE, NEXT_REPLY, RESOLUTION
from insights.measuring.increments import BOT_SOLVED, CAME_BACK, CASE, CONTACT
from storage.insight import measures
from storage.insight.measures import P50, P90, Span, Sum

LONGEST = 400  # days
DAY = timedelta(days=1)
NONE = Sum(0, 0)


class Quantiles(msgspec.Struct, frozen=True):
    """Median and 90th percentile, in seconds; null where there is nothing yet."""

    p50: float | None
    p90: float | None


class Waited(msgspec.Struct, frozen=True):
    """How long customers waited, by the calendar and in the hours in which people are there."""

    calendar: Quantiles
    business: Quantiles


class Numbers(msgspec.Struct, frozen=True):
    """The numbers of one group. `bot_solved` and `came_back` are shares of 1; null where there is nothing to share."""

    key: str
    contacts: int
    contacts_per_100_orders: float | None
    bot_solved: float | None
    came_back: float | None
    cases: int
    first_response_s: Waited
    next_reply_s: Waited
    resolution_s: Waited


def numbers(conn: Connection, span: Span, by: str, zone: ZoneInfo) -> list[Numbers]:
    """Makes the numbers of a span. `by`: one of `storage.insight.measures.BY`."""
    counted = {name: measures.sums(conn, name, span, by) for name in (CONTACT, BOT_SOLVED, CAME_BACK, CASE)}
    waits = {name: _waits(conn, name, span, by) for name in (FIRST_RESPONSE, NEXT_REPLY, RESOLUTION)}
    found = {key for groups in counted.values() for key in groups} | {
        key for groups in waits.values() for key in groups
    }
    ordered = _orders(conn, span, by, zone)
    return [_numbers(key, counted, waits, ordered.get(key)) for key in sorted(found | set(ordered))]


def _numbers(
    key: str,
    counted: Mapping[str, Mapping[str, Sum]],
    waits: Mapping[str, Mapping[str, Waited]],
    orders: int | None,
) -> Numbers:
    contacts = counted[CONTACT].get(key, NONE).number
    return Numbers(
        key=key,
        contacts=contacts,
        contacts_per_100_orders=round(100 * contacts / orders, 2) if orders else None,
        bot_solved=_share(counted[BOT_SOLVED].get(key)),
        came_back=_share(counted[CAME_BACK].get(key)),
        cases=counted[CASE].get(key, NONE).number,
        first_response_s=waits[FIRST_RESPONSE].get(key, NEVER),
        next_reply_s=waits[NEXT_REPLY].get(key, NEVER),
        resolution_s=waits[RESOLUTION].get(key, NEVER),
    )


NEVER = Waited(Quantiles(None, None), Quantiles(None, None))


def _share(of: Sum | None) -> float | None:
    return round(of.share, 4) if of is not None and of.share is not None else None


def _waits(conn: Connection, metric: str, span: Span, by: str) -> dict[str, Waited]:
    calendar = measures.quantiles(conn, metric, span, by, "value")
    business = measures.quantiles(conn, metric, span, by, "business")
    return {key: Waited(_seconds(calendar[key]), _seconds(business.get(key, {}))) for key in calendar}


def _seconds(found: Mapping[int, int]) -> Quantiles:
    p50, p90 = found.get(P50), found.get(P90)
    return Quantiles(p50 / 1000 if p50 is not None else None, p90 / 1000 if p90 is not None else None)


def _orders(conn: Connection, span: Span, by: str, zone: ZoneInfo) -> dict[str, int]:
    """Counts the orders placed on each day or in each week; by anything else orders have no group."""
    if by not in ("day", "week"):
        return {}
    counted = Counter[str]()
    for day in _days(span):
        begin = day if by == "day" else day - day.weekday() * DAY
        counted[str(begin)] += measures.orders_placed(conn, _midnight(day, zone), _midnight(day + DAY, zone))
    return {key: count for key, count in counted.items() if count}


def _days(span: Span) -> Iterator[date]:
    for number in range((span.last - span.first).days + 1):
        yield span.first + number * DAY


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
