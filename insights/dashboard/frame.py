"""Holds what all pages of numbers look at: which days beside which, filtered by what, in whose words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from insights.dashboard.asked import Asked
from insights.dashboard.views.reader import Reader
from insights.metrics import figures
from insights.metrics.definitions import Metric
from insights.metrics.spans import Beside, beside, this_week
from storage.insight.counting import Only
from storage.queues import timers

MEASURES = "measures"  # the timers that measure


@dataclass(frozen=True)
class Frame:
    """What a page of numbers is about."""

    asked: Asked
    spans: Beside
    only: Only
    reader: Reader
    until: datetime | None

    @property
    def zone(self) -> ZoneInfo:
        """Returns the shop's zone, in which days begin and end."""
        return self.asked.shop.zone

    @property
    def is_usual(self) -> bool:
        """Tells whether nobody chose the days."""
        return not (self.asked.word("from") or self.asked.word("to"))

    def target(self, metric: Metric) -> float | None:
        """Returns what a number is to reach."""
        return metric.target

    def days(self) -> Mapping[str, str]:
        """Words the two spans."""
        language = self.reader.language
        return {
            "now": figures.days(self.spans.now.first, self.spans.now.last, language),
            "before": figures.days(self.spans.before.first, self.spans.before.last, language),
        }

    def shared(self) -> Mapping[str, Any]:
        """Returns what every template of numbers is given."""
        until = figures.clock(self.until, self.zone, self.reader.language) if self.until else ""
        return {"spans": self.spans, "options": self.asked.options(self.spans.now), "until": until}


def frame(asked: Asked, conn: Connection) -> Frame:
    """Reads what a page of numbers is asked for. Raises Mistake."""
    chosen = asked.word("from") or asked.word("to")
    spans = beside(asked.span()) if chosen else this_week(asked.today)
    known = asked.house.choices.on(spans.now, asked.now)
    return Frame(
        asked=asked,
        spans=spans,
        only=asked.only,
        reader=Reader(asked.language, asked.shop.currency, known.names),
        until=timers.all_done_until(conn, MEASURES),
    )
