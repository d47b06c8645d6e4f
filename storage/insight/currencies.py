"""Finds in which currencies messages were paid for."""

from sqlalchemy import Connection, func, select

from storage.insight.counting import Span
from storage.insight.tables import tallies

COST = "cost"  # the measure whose detail is a currency


def currencies(conn: Connection, span: Span) -> list[str]:
    """Lists the currencies of a span of days, the one of most messages first."""
    of = tallies.c.metric == COST, tallies.c.day >= span.first, tallies.c.day <= span.last
    number = func.sum(tallies.c.number)
    found = select(tallies.c.detail).where(*of).group_by(tallies.c.detail).having(number > 0)
    return list(conn.scalars(found.order_by(number.desc(), tallies.c.detail)))
