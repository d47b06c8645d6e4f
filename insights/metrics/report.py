"""Makes the numbers of some days, by day, week, hour, channel and more, as the read API tells them.

What each of them means stands in its definition, and in docs/store/metrics.md.
"""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from insights.metrics.counting import Value, at_all_times, counted
from insights.metrics.definitions import Metric, metrics
from storage.insight.counting import EVERYTHING, Only, Span

LONGEST = 400  # days
DIGITS = {"share": 4, "money": 6}


class Quantiles(msgspec.Struct, frozen=True):
    """Median and 90th percentile, in seconds; null where there is nothing yet."""

    p50: float | None
    p90: float | None


class Waited(msgspec.Struct, frozen=True):
    """How long something took, by the calendar and in the hours in which people are there."""

    calendar: Quantiles
    business: Quantiles


def _type(metric: Metric) -> Any:
    if metric.of.as_ == "wait":
        return Waited
    if metric.of.as_ == "standing":
        return int | None  # at an hour of the day it is not counted
    return int if metric.of.as_ == "number" and not metric.of.per else float | None


Numbers = msgspec.defstruct(
    "Numbers",
    [("key", str), *((name, _type(metric)) for name, metric in metrics().items())],
    frozen=True,
    module=__name__,
    namespace={"__doc__": "The numbers of one group; null where there is nothing to make one of."},
)


def numbers(conn: Connection, span: Span, by: str, zone: ZoneInfo, only: Only = EVERYTHING) -> list[Any]:
    """Makes all numbers of a span. `by`: one of `storage.insight.counting.BY`."""
    found = at_all_times(counted(conn, metrics(), span, by, zone, only), metrics(), span, by)
    return [
        Numbers(key, **{name: _told(metrics()[name], value) for name, value in of.items()}) for key, of in found.items()
    ]


def _told(metric: Metric, value: Value) -> Any:
    if metric.of.as_ == "wait":
        return Waited(Quantiles(value.p50, value.p90), Quantiles(value.business_p50, value.business_p90))
    if value.value is None:
        return None
    is_count = metric.of.as_ in ("number", "standing") and not metric.of.per
    return int(value.value) if is_count else round(value.value, DIGITS.get(metric.unit, 2))
