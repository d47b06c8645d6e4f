"""Keeps attempts to prove who one is: the counters that limit them are rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from core.ids import new_id
from storage.people.tables import proof_attempts as attempts


def row(conversation_id: str, order_number: str, ok: bool, now: datetime) -> dict[str, Any]:
    """Makes the row of one attempt."""
    return {
        "id": new_id(now),
        "conversation_id": conversation_id,
        "order_number": order_number[:255],
        "ok": ok,
        "at": now,
    }


def wrong(conn: Connection, conversation_id: str, order_number: str, since: datetime) -> tuple[int, int]:
    """Counts wrong attempts since then: (of this conversation, on this order by anybody)."""
    count = select(func.count()).select_from(attempts).where(attempts.c.ok.is_(False), attempts.c.at >= since)
    mine = conn.scalar(count.where(attempts.c.conversation_id == conversation_id))
    theirs = conn.scalar(count.where(attempts.c.order_number == order_number))
    return mine or 0, theirs or 0


def proved(conn: Connection, order_number: str) -> set[str]:
    """Lists the conversations in which it was proved that this order is the customer's, whenever that was."""
    right = select(attempts.c.conversation_id).where(attempts.c.order_number == order_number, attempts.c.ok.is_(True))
    return set(conn.scalars(right))
