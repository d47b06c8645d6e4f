"""Keeps numbers that customers gave up: the store will go on telling the old one for a long time.

A change is a row of `merges` whose two customers are the same one.
"""

import json
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from core.ids import new_id
from storage.people.tables import merges

CHANGED = "number_changed"


def note(conn: Connection, customer_id: str, old: str, new: str | None, now: datetime) -> None:
    """Records that the customer's number is another one now, or that nobody knows which."""
    moved = json.dumps({"phone": [old, new or ""]})
    both = {"kept_id": customer_id, "gone_id": customer_id}
    conn.execute(merges.insert(), {"id": new_id(now), **both, "reason": CHANGED, "moved": moved, "at": now})


def today(conn: Connection, customer_id: str, phone: str) -> str | None:
    """Finds a customer's number of today where `phone` is one they gave up, else `phone`; None when it is not known."""
    for moved in conn.scalars(_NOTED, {"customer": customer_id}):
        old, new = json.loads(moved).get("phone", ("", ""))
        phone = new if old == phone else phone
    return phone or None


_NOTED = select(merges.c.moved).where(merges.c.kept_id == bindparam("customer"), merges.c.reason == CHANGED)
_NOTED = _NOTED.order_by(merges.c.id)
