"""Keeps what flows wait for: when it is over at the latest, and what may come before."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, tuple_, update

from core.ids import new_id
from storage.queues.tables import waits

MOST = 200  # ended at once


class Wait(msgspec.Struct, frozen=True):
    """Holds a row: what comes back to its conversation as `name` and `key`, and when."""

    id: str
    conversation_id: str
    name: str
    key: str
    due_at: datetime


def row(conversation_id: str, name: str, key: str, due_at: datetime, awaits: tuple[str, str], now: datetime) -> Any:
    """Makes a row; `awaits` is the event's name and what it is about."""
    event, about = awaits
    return {
        "id": new_id(now),
        "conversation_id": conversation_id,
        "name": name[:32],
        "key": key[:64],
        "event": event[:64] or None,
        "about": about[:255],
        "due_at": due_at,
    }


REMOVE = delete(waits).where(waits.c.conversation_id == bindparam("place"), waits.c.key == bindparam("key_"))


def due(conn: Connection, now: datetime) -> list[Wait]:
    """Lists the waits whose time has come."""
    found = select(waits.c.id, waits.c.conversation_id, waits.c.name, waits.c.key, waits.c.due_at)
    return [
        Wait(*each) for each in conn.execute(found.where(waits.c.due_at <= now).order_by(waits.c.due_at).limit(MOST))
    ]


def conversations_awaiting(conn: Connection, events: Collection[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Finds (conversation, event, about) for the events that something waits for."""
    if not events:
        return []
    asked = tuple_(waits.c.event, waits.c.about).in_(list(events))
    found = conn.execute(select(waits.c.conversation_id, waits.c.event, waits.c.about).where(asked).distinct())
    return [(conversation, event, about) for conversation, event, about in found]


def end(conn: Connection, ids: Collection[str]) -> None:
    """Removes waits that are over."""
    conn.execute(delete(waits).where(waits.c.id.in_(ids)))


def forget(conn: Connection, conversations: Collection[str]) -> None:
    """Removes everything that these conversations wait for."""
    conn.execute(delete(waits).where(waits.c.conversation_id.in_(conversations)))


def move(conn: Connection, was: str, now: str) -> None:
    """Hands what one conversation waits for to another."""
    conn.execute(update(waits).where(waits.c.conversation_id == was).values(conversation_id=now))
