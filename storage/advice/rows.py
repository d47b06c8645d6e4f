"""Keeps each question to a language model: how many there were lately, and what came of each."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from core.ids import first_id
from storage.advice.tables import advice

DAY = timedelta(hours=24)
ASKED = "asked"


class Asked(NamedTuple):
    """Holds what came of a question: `result` a word, `chosen` ids, `ms` until the answer."""

    inbox_id: str
    asked_at: datetime
    calls: int
    result: str
    chosen: str
    ms: int | None


def calls(conn: Connection, now: datetime) -> int:
    """Counts the calls of the last 24 hours."""
    since = now - DAY
    lately = (advice.c.id >= first_id(since), advice.c.asked_at >= since)  # the first by the key, the second exactly
    return int(conn.scalar(select(func.sum(advice.c.calls)).where(*lately)) or 0)


def begin(conn: Connection, id_: str, inbox_id: str, now: datetime) -> None:
    """Writes that a question is asked, before it leaves: after a crash it still counts."""
    row = {"id": id_, "inbox_id": inbox_id, "asked_at": now, "calls": 1, "result": ASKED, "chosen": "", "ms": None}
    conn.execute(insert(advice).values(row))


def finish(conn: Connection, id_: str, calls: int, result: str, chosen: str, ms: int) -> None:
    """Writes what came of it."""
    values = {"calls": calls, "result": result, "chosen": chosen[:255], "ms": ms}
    conn.execute(update(advice).where(advice.c.id == id_).values(values))


def about(conn: Connection, inbox_ids: Collection[str]) -> list[Asked]:
    """Reads the questions about these items, oldest first."""
    columns = [advice.c[name] for name in Asked._fields]
    found = select(*columns).where(advice.c.inbox_id.in_(list(inbox_ids))).order_by(advice.c.id)
    return [Asked(*row) for row in conn.execute(found)]


def forget(conn: Connection, before: datetime) -> int:
    """Removes what was asked before then."""
    return conn.execute(delete(advice).where(advice.c.id < first_id(before))).rowcount
