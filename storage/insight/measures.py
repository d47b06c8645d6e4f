"""Writes measures, and counts them by day, week, channel and whatever else they carry."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, select

from storage.engine.store import Store
from storage.insight.tables import measures
from storage.shop.tables import orders

BY = ("day", "week", "channel", "topic", "agent", "team", "language")
P50, P90 = 50, 90
_KEY = ("metric", "subject")
_REST = tuple(each.name for each in measures.c if each.name not in _KEY)


class Sum(NamedTuple):
    """Holds how many measures there are of a group, and the sum of their values."""

    number: int
    total: int

    @property
    def share(self) -> float | None:
        """Returns the mean of the values: of zeros and ones the share of the ones."""
        return self.total / self.number if self.number else None


class Span(NamedTuple):
    """Names the days of the shop that are counted, the last one with them."""

    first: date
    last: date


def replace(conn: Connection, store: Store, about: Collection[str], rows: Sequence[Any]) -> None:
    """Writes what is measured about these customers, or cases, in place of what was."""
    conn.execute(delete(measures).where(measures.c.about.in_(list(about))))
    if rows:
        conn.execute(store.upsert(measures, _KEY, _REST), list(rows))  # of a customer who was merged they are there


def forget_conversations(conn: Connection, ids: Collection[str]) -> None:
    """Leaves numbers of these conversations without a way back to them."""
    own = measures.c.conversation_id.in_(list(ids))
    conn.execute(measures.update().where(own).values(about="", conversation_id=""))


def sums(conn: Connection, metric: str, span: Span, by: str) -> dict[str, Sum]:
    """Counts a metric by group."""
    key = measures.c[by]
    found = select(key, func.count(), func.sum(measures.c.value)).where(*_of(metric, span)).group_by(key)
    return _by_key(((each, Sum(count, int(total))) for each, count, total in conn.execute(found)))


def quantiles(conn: Connection, metric: str, span: Span, by: str, column: str) -> dict[str, dict[int, int]]:
    """Finds median and 90th percentile of a metric by group: {"sms": {50: 95000, 90: 600000}}, by the nearest rank.

    `column`: value, or business.
    """
    key, value = measures.c[by], measures.c[column]
    rank = func.row_number().over(partition_by=key, order_by=value).label("rank")
    count = func.count().over(partition_by=key).label("count")
    ranked = select(key.label("key"), value.label("value"), rank, count).where(*_of(metric, span)).subquery()
    wanted = {percent: (ranked.c.count * percent + 99) // 100 for percent in (P50, P90)}
    found: dict[str, dict[int, int]] = {}
    for percent, place in wanted.items():
        at_rank = select(ranked.c.key, ranked.c.value).where(ranked.c.rank == place)
        for each, amount in _by_key(conn.execute(at_rank)).items():
            found.setdefault(each, {})[percent] = int(amount)
    return found


def orders_placed(conn: Connection, since: datetime, until: datetime) -> int:
    """Counts the orders of a time."""
    placed = orders.c.placed_at >= since, orders.c.placed_at < until
    return conn.scalar(select(func.count()).select_from(orders).where(*placed)) or 0


def _of(metric: str, span: Span) -> tuple[ColumnElement[bool], ...]:
    return measures.c.metric == metric, measures.c.day >= span.first, measures.c.day <= span.last


def _by_key(rows: Iterable[Any]) -> dict[str, Any]:
    return {str(each): value for each, value in rows}  # a day as 2026-12-01
