"""Reads returns that customers asked for."""

from sqlalchemy import Connection, select

from storage.shop.tables import returns


def open_of(conn: Connection, order_number: str) -> list[tuple[str, str]]:
    """Reads (state, lines as JSON) of an order's returns that are not over."""
    found = select(returns.c.state, returns.c.lines).where(returns.c.order_number == order_number)
    return [(state, lines) for state, lines in conn.execute(found.where(returns.c.state != "declined"))]
