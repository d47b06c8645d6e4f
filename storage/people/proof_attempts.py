"""Keeps attempts to prove who one is: the counters that limit them are rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from core.ids import new_id
from storage.engine.prepared import Prepared
from storage.people.tables import proof_attempts as attempts

_COUNT = (
    select(func.count())
    .select_from(attempts)
    .where(attempts.c.ok.is_(False), attempts.c.at >= bindparam("since", type_=attempts.c.at.type))
)
_WRONG = Prepared(
    select(
        _COUNT.where(attempts.c.conversation_id == bindparam("conversation")).scalar_subquery(),
        _COUNT.where(attempts.c.order_number == bindparam("number")).scalar_subquery(),
    )
)


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
    ((mine, theirs),) = _WRONG.rows(conn, conversation=conversation_id, number=order_number, since=since)
    return mine, theirs


def proved(conn: Connection, order_number: str) -> set[str]:
    """Lists the conversations in which it was proved that this order is the customer's, whenever that was."""
    right = select(attempts.c.conversation_id).where(attempts.c.order_number == order_number, attempts.c.ok.is_(True))
    return set(conn.scalars(right))
