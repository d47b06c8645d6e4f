"""Counts how often each saved reply was sent."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.desk.tables import saved_reply_uses
from storage.engine.store import Store


def count(conn: Connection, store: Store, reply_id: str, now: datetime) -> None:
    """Counts one use more."""
    conn.execute(store.insert(saved_reply_uses), {"reply_id": reply_id, "times": 0, "last_at": now})
    mine = update(saved_reply_uses).where(saved_reply_uses.c.reply_id == reply_id)
    conn.execute(mine.values(times=saved_reply_uses.c.times + 1, last_at=now))


def counted(conn: Connection) -> dict[str, int]:
    """Returns how often each was sent."""
    return {row.reply_id: row.times for row in conn.execute(select(saved_reply_uses))}
