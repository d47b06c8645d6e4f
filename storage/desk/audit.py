"""Keeps the audit log: who did what, and to what."""

from datetime import datetime

from sqlalchemy import Connection

from core.ids import new_id
from storage.desk.tables import audit
from storage.engine.store import Store


def record(conn: Connection, store: Store, actor: str, action: str, object_: str, now: datetime) -> None:
    """Adds an entry, like ("U0123", "claim", "case:0005f1…")."""
    row = {"id": new_id(now), "at": now, "actor": actor, "action": action, "object": object_, "data": None}
    conn.execute(store.insert(audit), row)
