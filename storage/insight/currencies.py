"""Finds in which currencies messages were paid for."""

from sqlalchemy import Connection, func, select

from storage.insight.counting import Span
from storage.insight.tables import measures

COST = "cost"  # the measure whose detail is a currency


def currencies(conn: Connection, span: Span) -> list[str]:
    """Lists the currencies of a span of days, the one of most messages first."""
    days = measures.c.day >= span.first, measures.c.day <= span.last
    found = select(measures.c.detail).where(measures.c.metric == COST, *days).group_by(measures.c.detail)
    return list(conn.scalars(found.order_by(func.count().desc(), measures.c.detail)))
