"""Counts how often each ready text was sent: saved replies, and answers of the store's."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.desk.tables import ready_text_uses
from storage.engine.store import Store


def count(conn: Connection, store: Store, kind: str, text_id: str, now: datetime) -> None:
    """Counts one use more."""
    one = {"kind": kind, "text_id": text_id}
    conn.execute(store.insert(ready_text_uses), {**one, "times": 0, "last_at": now})
    mine = update(ready_text_uses).where(ready_text_uses.c.kind == kind, ready_text_uses.c.text_id == text_id)
    conn.execute(mine.values(times=ready_text_uses.c.times + 1, last_at=now))


def counted(conn: Connection, kind: str) -> dict[str, int]:
    """Returns how often each of a kind was sent, by id."""
    uses = select(ready_text_uses.c.text_id, ready_text_uses.c.times).where(ready_text_uses.c.kind == kind)
    return {row.text_id: row.times for row in conn.execute(uses)}
