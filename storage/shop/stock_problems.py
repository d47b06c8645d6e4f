"""Keeps what of orders is not in stock: the newest word of the store for each order."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, select

from core.shop.stock_problems import StockProblem
from storage.engine.prepared import Prepared
from storage.engine.store import Store
from storage.shop.tables import stock_problems

_PROBLEM = msgspec.json.Decoder(StockProblem)
_DATA = Prepared(select(stock_problems.c.data).where(stock_problems.c.order_number == bindparam("number")))


def save(conn: Connection, store: Store, problem: StockProblem, at: datetime) -> bool:
    """Keeps a problem; False where something newer is known of the order."""
    number = stock_problems.c.order_number == problem.order_number
    known = conn.scalar(select(stock_problems.c.told_at).where(number))
    if known and at < known:
        return False
    row = {"order_number": problem.order_number, "told_at": at, "data": msgspec.json.encode(problem).decode()}
    conn.execute(store.upsert(stock_problems, ("order_number",), ("told_at", "data")), row)
    return True


def of_orders(conn: Connection, numbers: Collection[str]) -> dict[str, StockProblem]:
    """Reads the problems of those of these orders that have one, by number."""
    found = select(stock_problems.c.order_number, stock_problems.c.data)
    rows = conn.execute(found.where(stock_problems.c.order_number.in_(list(numbers)))) if numbers else ()
    return {number: _PROBLEM.decode(data) for number, data in rows}


def of_order(conn: Connection, order_number: str) -> StockProblem | None:
    """Reads the order's problem."""
    row = _DATA.first(conn, number=order_number)
    return _PROBLEM.decode(row[0]) if row else None
