"""Keeps the audit log: who did what, and to what. Rows are only added; `storage.desk.audit_chain` seals them.

It holds no words of customers or agents: erasing a customer leaves it whole.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from core.ids import new_id
from storage.desk.tables import audit
from storage.engine.store import Store

CASE = "case:"  # before the id of a case, as the object of an entry
MOVE, MOVED_FROM = "move", "from"  # a case that goes on in another conversation, and what names the one before
CASE_ID = func.substr(audit.c.object, len(CASE) + 1)


class Entry(msgspec.Struct, frozen=True):
    """Describes one entry. `seq` is its number in the chain; none while it is not sealed."""

    id: str
    at: datetime
    actor: str
    action: str
    object: str
    data: Any = None
    seq: int | None = None


def record(
    conn: Connection,
    store: Store,
    actor: str,
    action: str,
    object_: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Adds an entry, like ("U0123", "claim", "case:0005f1…"). `data` holds ids and states, never words."""
    conn.execute(store.insert(audit), row(actor, action, object_, now, data))


def row(actor: str, action: str, object_: str, now: datetime, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Makes the row of an entry."""
    made = {"id": new_id(now), "at": now, "actor": actor[:64], "action": action, "object": object_[:255]}
    made["data"] = None if data is None else msgspec.json.encode(data, order="sorted").decode()
    return made


def listed(
    conn: Connection,
    *,
    actor: str = "",
    action: str = "",
    object_: str = "",
    since: datetime | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Lists entries, the newest first."""
    asked = select(audit).order_by(audit.c.id.desc()).limit(limit)
    for column, wanted in ((audit.c.actor, actor), (audit.c.action, action), (audit.c.object, object_)):
        asked = asked.where(column == wanted) if wanted else asked
    if since is not None:
        asked = asked.where(audit.c.at >= since)
    return [_entry(row) for row in conn.execute(asked)]


def latest(conn: Connection, action: str, object_: str) -> Entry | None:
    """Returns the newest entry of an action on that object; None where there is none."""
    return next(iter(listed(conn, action=action, object_=object_, limit=1)), None)


def _entry(row: Any) -> Entry:
    data = msgspec.json.decode(row.data) if row.data else None
    return Entry(row.id, row.at, row.actor, row.action, row.object, data, row.seq)
