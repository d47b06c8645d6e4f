"""Tries to prove who one is: the counters that limit them are rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from core.ids import new_id
from storage.people.tables import guesses
from storage.shop.tables import returns


def row(conversation_id: str, order_number: str, ok: bool, now: datetime) -> dict[str, Any]:
    """One try."""
    return {
        "id": new_id(now),
        "conversation_id": conversation_id,
        "order_number": order_number[:255],
        "ok": ok,
        "at": now,
    }


def wrong(conn: Connection, conversation_id: str, order_number: str, since: datetime) -> tuple[int, int]:
    """Wrong tries since then: (of this conversation, on this order by anybody)."""
    count = select(func.count()).select_from(guesses).where(guesses.c.ok.is_(False), guesses.c.at >= since)
    mine = conn.scalar(count.where(guesses.c.conversation_id == conversation_id))
    theirs = conn.scalar(count.where(guesses.c.order_number == order_number))
    return mine or 0, theirs or 0


def proved(conn: Connection, order_number: str) -> set[str]:
    """The conversations in which it was proved that this order is the customer's, whenever that was."""
    right = select(guesses.c.conversation_id).where(guesses.c.order_number == order_number, guesses.c.ok.is_(True))
    return set(conn.scalars(right))


def open_returns(conn: Connection, order_number: str) -> list[tuple[str, str]]:
    """(state, lines as JSON) of an order's returns that are not over."""
    found = select(returns.c.state, returns.c.lines).where(returns.c.order_number == order_number)
    return [(state, lines) for state, lines in conn.execute(found.where(returns.c.state != "declined"))]
