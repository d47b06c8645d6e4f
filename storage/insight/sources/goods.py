"""Reads which products were ordered and which were sent back."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from core.shop.orders import Line
from core.shop.returns import ReturnedLine
from storage.shop.tables import order_lines, orders, returns

_LINE = msgspec.json.Decoder(Line)
_LINES = msgspec.json.Decoder(tuple[ReturnedLine, ...])


class Goods(NamedTuple):
    """Holds how many pieces of a product were ordered."""

    title: str
    pieces: int


class Back(NamedTuple):
    """Holds pieces of a product that were sent back, for one reason. `product`: its id, else its title."""

    product: str
    title: str
    quantity: int
    reason: str
    order_number: str
    conversation_id: str


def sold(conn: Connection, since: datetime, until: datetime) -> Mapping[str, Goods]:
    """Counts what was ordered between two moments, by product."""
    found = select(order_lines.c.data).join(orders, orders.c.number == order_lines.c.order_number)
    counted: dict[str, Goods] = {}
    for data in conn.scalars(found.where(orders.c.placed_at >= since, orders.c.placed_at < until)):
        line = _LINE.decode(data)
        known = counted.get(product_of(line), Goods(line.title, 0))
        counted[product_of(line)] = known._replace(pieces=known.pieces + line.quantity)
    return counted


def sent_back(conn: Connection, since: datetime, until: datetime) -> Iterator[Back]:
    """Reads what customers asked to send back between two moments."""
    found = select(returns.c.lines, returns.c.order_number, returns.c.conversation_id)
    asked = conn.execute(found.where(returns.c.created_at >= since, returns.c.created_at < until)).all()
    numbers = {row.order_number for row in asked}
    known = select(order_lines.c.order_number, order_lines.c.data).where(order_lines.c.order_number.in_(numbers))
    bought = [(number, _LINE.decode(data)) for number, data in conn.execute(known)]
    lines = {(number, line.id): line for number, line in bought}
    for row in asked:
        for each in _LINES.decode(row.lines):
            line = lines.get((row.order_number, each.line_id))
            if line is not None:
                what = product_of(line), line.title
                yield Back(*what, each.quantity, each.reason, row.order_number, row.conversation_id or "")


def product_of(line: Line) -> str:
    """Names the product of a line: by its id, where the store tells one."""
    return line.product_id or line.title
