"""Keeps each time that a case was over, with the agent who had it then, and when it was opened again."""

from datetime import datetime

from sqlalchemy import Connection, update

from core.ids import new_id
from core.people.conversations import CaseState
from storage.desk.tables import case_ends


def note(conn: Connection, case_id: str, then: CaseState, agent: str, topic: str, now: datetime) -> None:
    """Notes that a case is over, or was opened again."""
    if then.is_over:
        row = {"id": new_id(now), "case_id": case_id, "ended_at": now, "state": then.value}
        conn.execute(case_ends.insert(), {**row, "agent": agent, "topic": topic})
    else:
        own = case_ends.c.case_id == case_id, case_ends.c.reopened_at.is_(None)
        conn.execute(update(case_ends).where(*own).values(reopened_at=now))
