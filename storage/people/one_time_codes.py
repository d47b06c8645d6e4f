"""Keeps what is known of codes that were sent: when, for which order, how often they were tried. Never a code."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from core.people.one_time_codes import SENDS_WITHIN, SentCode
from storage.engine.prepared import Prepared
from storage.people.tables import one_time_codes as codes

KEEP = timedelta(days=1)
_CODE = (codes.c.id, codes.c.order_number, codes.c.way, codes.c.sent_at, codes.c.tries, codes.c.used, codes.c.failed)
_OF = Prepared(
    select(codes.c.conversation_id, *_CODE)
    .where(or_(codes.c.conversation_id == bindparam("conversation"), codes.c.order_number == bindparam("number")))
    .where(codes.c.sent_at > bindparam("since", type_=codes.c.sent_at.type))
    .order_by(codes.c.id.desc())
)
TRIED = update(codes).where(codes.c.id == bindparam("row")).values(tries=codes.c.tries + 1)
USED = update(codes).where(codes.c.id == bindparam("row")).values(used=True)
FAILED = update(codes).where(codes.c.id == bindparam("row")).values(failed=True)


def row(id_: str, conversation_id: str, order_number: str, way: str, now: datetime) -> dict[str, Any]:
    """Makes the row of a code that is being sent."""
    return {
        "id": id_,
        "conversation_id": conversation_id,
        "order_number": order_number[:255],
        "way": way,
        "sent_at": now,
    }


def of(conn: Connection, conversation_id: str, order_number: str, now: datetime) -> list[tuple[bool, SentCode]]:
    """Lists the codes of a conversation, and those for an order by anybody, that count for the limit; the newest first.
    Each says whether it is the conversation's own."""
    rows = _OF.rows(conn, conversation=conversation_id, number=order_number, since=now - SENDS_WITHIN)
    return [(row[0] == conversation_id, SentCode(*row[1:])) for row in rows]


def fail(conn: Connection, id_: str) -> None:
    """Records that a code could not be delivered."""
    conn.execute(FAILED, {"row": id_})


def forget(conn: Connection, now: datetime) -> None:
    """Removes what is old."""
    conn.execute(delete(codes).where(codes.c.sent_at < now - KEEP))
