"""Counts measures by topic and detail together: questions by flow and step, skipped notices by kind and reason."""

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from storage.insight.counting import EVERYTHING, Only, Span, kept
from storage.insight.tables import measures


class Pair(NamedTuple):
    """Holds how many measures there are with a topic and a detail, and the sum of their values."""

    topic: str
    detail: str
    number: int
    total: int


def pairs(conn: Connection, metric: str, span: Span, only: Only = EVERYTHING) -> list[Pair]:
    """Counts a measure by topic and detail, those with the largest sum first."""
    columns = measures.c.topic, measures.c.detail
    days = measures.c.day >= span.first, measures.c.day <= span.last
    total = func.sum(measures.c.value)
    found = select(*columns, func.count(), total).where(measures.c.metric == metric, *days, *kept(only))
    rows = conn.execute(found.group_by(*columns).order_by(total.desc(), *columns))
    return [Pair(topic, detail, number, int(sum_)) for topic, detail, number, sum_ in rows]
