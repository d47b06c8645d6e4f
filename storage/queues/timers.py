"""Things that come due again and again, one row each: whoever moves the row on has the turn."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from core.ids import new_id
from storage.engine.store import Store
from storage.queues.tables import timers


def ensure(conn: Connection, store: Store, kind: str, subjects: Collection[str], now: datetime) -> None:
    """Timers of a kind that do not exist yet are due now."""
    rows = [{"id": new_id(now), "kind": kind, "subject": subject, "due_at": now} for subject in subjects]
    if rows:
        conn.execute(store.insert(timers), rows)


def due(conn: Connection, kind: str, now: datetime) -> list[tuple[str, datetime]]:
    """(subject, since when) of what is due."""
    found = select(timers.c.subject, timers.c.due_at).where(timers.c.kind == kind, timers.c.due_at <= now)
    return [(subject, at) for subject, at in conn.execute(found.order_by(timers.c.due_at))]


def at(conn: Connection, kind: str, subject: str) -> datetime | None:
    """The time of a timer."""
    return conn.scalar(select(timers.c.due_at).where(timers.c.kind == kind, timers.c.subject == subject))


def put(conn: Connection, kind: str, subject: str, then: datetime) -> None:
    """Sets a timer that exists."""
    conn.execute(update(timers).where(timers.c.kind == kind, timers.c.subject == subject).values(due_at=then))


def move(conn: Connection, kind: str, subject: str, was: datetime, then: datetime) -> bool:
    """Moves a timer from `was` to `then`; false when somebody else did already."""
    mine = (timers.c.kind == kind, timers.c.subject == subject, timers.c.due_at == was)
    return bool(conn.execute(update(timers).where(*mine).values(due_at=then)).rowcount)
