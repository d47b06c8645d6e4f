"""Makes the report of a week or a month, out of what was counted."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from insights.improvements.listing import improvements
from insights.metrics.changes import most_changed
from insights.metrics.comparing import compare, explained
from insights.metrics.definitions import metrics
from insights.metrics.targets import Written, targets_of
from insights.reports.findings import findings
from insights.reports.gathering import Said, gather
from insights.reports.periods import period
from insights.reports.report import Figure, Kind, Report
from storage.insight.currencies import currencies

CHANGED = 5  # numbers whose change is told with its cause


class Asks(msgspec.Struct, frozen=True):
    """Says which report is wanted, of which shop: `of` is a day in it, None the last that is over. `until`: up to when
    it was counted; `targets`: what numbers are to reach, as `shop.yaml` says it; `said`: what the bot says,
    where that is known."""

    kind: Kind
    shop: str
    timezone: str
    currency: str
    now: datetime
    until: datetime
    of: date | None = None
    targets: Mapping[str, Written] = {}
    said: Said = Said()


def make(conn: Connection, asks: Asks) -> Report:
    """Makes it. Raises ValueError for days that are to come."""
    zone = ZoneInfo(asks.timezone)
    today = asks.now.astimezone(zone).date()
    spans = period(asks.kind, asks.of, today)
    compared = compare(conn, metrics(), spans, zone)
    changes = most_changed((each.change for each in compared.values()), lambda name: metrics()[name].group, CHANGED)
    changed = tuple(each.name for each in changes)
    causes = explained(conn, changed, spans, zone)
    targets = targets_of(asks.targets)
    return Report(
        kind=asks.kind,
        shop=asks.shop,
        timezone=asks.timezone,
        currency=next(iter(currencies(conn, spans.now)), asks.currency),
        spans=spans,
        is_over=spans.now.last < today,
        until=asks.until,
        figures=tuple(
            Figure(metrics()[name], each, targets.get(name), causes.get(name)) for name, each in compared.items()
        ),
        changed=changed,
        findings=findings(gather(conn, spans, zone, asks.now, asks.said), spans.now),
        improvements=improvements(conn, spans.now, zone, asks.now),
    )
