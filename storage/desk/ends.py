"""Keeps each time that a case was over, with the agent who had it then, and when it was opened again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from core.ids import new_id
from core.people.conversations import CaseState
from storage.desk.tables import case_ends


def note(conn: Connection, case_id: str, then: CaseState, agent: str, topic: str, now: datetime) -> None:
    """Notes that a case is over, or was opened again."""
    if then.is_over:
        conn.execute(case_ends.insert(), row(case_id, then, agent, topic, now))
    else:
        own = case_ends.c.case_id == case_id, case_ends.c.reopened_at.is_(None)
        conn.execute(update(case_ends).where(*own).values(reopened_at=now))


def row(case_id: str, then: CaseState, agent: str, topic: str, now: datetime) -> dict[str, Any]:
    """Makes the row of an end."""
    ended = {"id": new_id(now), "case_id": case_id, "ended_at": now, "state": then.value}
    return {**ended, "agent": agent, "topic": topic}
