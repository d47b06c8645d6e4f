"""Holds what all pages of numbers look at: which days beside which, filtered by what, in whose words."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from insights.dashboard.asked import Asked
from insights.dashboard.views.moves import Move, move
from insights.dashboard.views.reader import Reader
from insights.metrics import counting, figures
from insights.metrics.causes import Cause
from insights.metrics.changes import most_changed
from insights.metrics.comparing import Compared, Counts, compare, explained
from insights.metrics.counting import Value, Wanted
from insights.metrics.definitions import Metric, metrics
from insights.metrics.spans import Beside, beside, seven_days
from insights.metrics.targets import targets_of
from storage.insight.counting import Only, Span
from storage.insight.currencies import currencies
from storage.queues import timers

MEASURES = "measures"  # the timers that measure
T = TypeVar("T")
STANDING = "standing"  # what stands open one day stood so the day before: it changes by what came and went


@dataclass(frozen=True)
class Frame:
    """What a page of numbers is about. `until`: when was measured last; `others`: currencies in which there are costs
    beside the reader's."""

    asked: Asked
    spans: Beside
    only: Only
    reader: Reader
    until: datetime | None
    others: Sequence[str] = ()

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
        return targets_of(self.asked.shop.targets).get(metric.id)

    def counted(self, conn: Connection, names: Iterable[str], span: Span, by: str | None) -> Counts:
        """Counts numbers by group, filtered as is asked; by time also where there is nothing to count."""
        return self.counted_each(conn, [Wanted(by, tuple(names))], span)[0]

    def counted_each(self, conn: Connection, wanted: Sequence[Wanted], span: Span) -> list[Counts]:
        """Counts numbers by several things, as `counted` does, and reads what they share once."""
        return self._kept(("counted", tuple(wanted), span), lambda: self._counted_each(conn, wanted, span))

    def _counted_each(self, conn: Connection, wanted: Sequence[Wanted], span: Span) -> list[Counts]:
        merged: list[dict[str, dict[str, Value]]] = [{} for _ in wanted]
        for only, some in self._by_currency(wanted).items():
            counted = counting.counted_each(conn, list(some.values()), span, self.zone, only)
            for number, groups in zip(some, counted, strict=True):
                for key, values in groups.items():
                    merged[number].setdefault(key, {}).update(values)
        return [
            counting.at_all_times(groups, names, span, by) for (by, names), groups in zip(wanted, merged, strict=True)
        ]

    def compared(self, conn: Connection, names: Iterable[str]) -> dict[str, Compared]:
        """Compares numbers with what they were."""
        names = tuple(names)
        return dict(self._kept(("compared", names, self.spans), lambda: self._each(compare, conn, names)))

    def explained(self, conn: Connection, names: Iterable[str]) -> dict[str, Cause]:
        """Finds what is behind the changes of numbers."""
        names = tuple(names)
        return dict(self._kept(("explained", names, self.spans), lambda: self._each(explained, conn, names)))

    def _each(
        self,
        make: Callable[[Connection, Sequence[str], Beside, ZoneInfo, Only], dict[str, T]],
        conn: Connection,
        names: Sequence[str],
    ) -> dict[str, T]:
        found: dict[str, T] = {}
        for some, only in self._in_one_currency(names, None):
            found |= make(conn, some, self.spans, self.zone, only)
        return found

    def _kept(self, of: tuple[Hashable, ...], make: Callable[[], T]) -> T:
        """Counts once for all who look until it is measured again; what nobody measures by a timer, for each."""
        if self.until is None:
            return make()
        how = self.only, self.zone.key, self.reader.currency, tuple(self.others), self.until
        return self.asked.house.kept.of((*of, *how), self.asked.now, make)

    def moved(self, conn: Connection, compared: Mapping[str, Compared], limit: int, each_group: int = 1) -> list[Move]:
        """Finds the numbers that changed most, so many of a group, and what explains each."""
        moving = [each.change for name, each in compared.items() if metrics()[name].of.as_ != STANDING]
        changes = most_changed(moving, lambda name: metrics()[name].group, limit, each_group)
        causes = self.explained(conn, [each.name for each in changes])
        return [move(metrics()[each.name], each, causes.get(each.name), self.reader, self.asked.to) for each in changes]

    def _by_currency(self, wanted: Sequence[Wanted]) -> Mapping[Only, Mapping[int, Wanted]]:
        """Parts what is wanted by how it is filtered; of each part which of them it is."""
        found: dict[Only, dict[int, Wanted]] = {}
        for number, (by, names) in enumerate(wanted):
            for some, only in self._in_one_currency(names, by):
                found.setdefault(only, {})[number] = Wanted(by, tuple(some))
        return found

    def _in_one_currency(self, names: Iterable[str], by: str | None) -> list[tuple[list[str], Only]]:
        """Parts numbers where there are several currencies: money is then counted in one of them alone."""
        names = list(names)
        if not self.others or by == "detail":
            return [(names, self.only)]
        money = [name for name in names if metrics()[name].unit == "money"]
        rest = [name for name in names if name not in money]
        own = msgspec.structs.replace(self.only, detail=self.reader.currency)
        return [each for each in ((rest, self.only), (money, own)) if each[0]]

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
        return {
            "others": self.others,
            "currency": self.reader.currency,
            "spans": self.spans,
            "options": self.asked.options(self.spans.now),
            "until": until,
        }


def frame(asked: Asked, conn: Connection) -> Frame:
    """Reads what a page of numbers is asked for. Raises Mistake."""
    chosen = asked.word("from") or asked.word("to")
    spans = beside(asked.span()) if chosen else seven_days(asked.today)
    known = asked.house.choices.on(spans.now, asked.now)
    paid = currencies(conn, spans.now) or [asked.shop.currency]
    currency = asked.choice("currency", paid) or paid[0]
    return Frame(
        asked=asked,
        spans=spans,
        only=asked.only,
        reader=Reader(asked.language, currency, known.names),
        others=[each for each in paid if each != currency],
        until=timers.all_done_until(conn, MEASURES),
    )
