"""Counts cases: those that nobody has resolved, those that wait, those that a customer had before."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from core.cases.expected_reply import Queue
from core.people.conversations import UNRESOLVED, CaseState
from storage.desk.tables import IS_UNRESOLVED, cases


def unresolved(conn: Connection) -> dict[str, tuple[int, datetime | None]]:
    """Counts the cases that are not resolved by state, with when the oldest was opened."""
    figures = select(cases.c.state, func.count(), func.min(cases.c.opened_at))
    found = conn.execute(figures.where(IS_UNRESOLVED).group_by(cases.c.state))
    counted = {state: (number, opened_at) for state, number, opened_at in found}
    return {state: counted.get(state, (0, None)) for state in UNRESOLVED}


def queue(conn: Connection, team: str, since: datetime) -> tuple[Queue, datetime]:
    """Counts the cases of a team that wait for an agent, and those that were taken since then, or since the oldest of
    them waits, if that is later; returns that moment, too."""
    waits = (IS_UNRESOLVED, cases.c.state == CaseState.OPEN.value, cases.c.team == team)
    waiting = select(func.count()).where(*waits).scalar_subquery()
    oldest = select(func.min(cases.c.opened_at)).where(*waits).scalar_subquery()
    was_taken = (cases.c.team == team, cases.c.claimed_at.is_not(None), cases.c.claimed_at >= since)
    taken = select(func.count()).where(*was_taken, cases.c.claimed_at >= oldest).scalar_subquery()
    found = conn.execute(select(waiting, taken, oldest)).one()
    return Queue(found[0], found[1]), max(found[2] or since, since)


def count_of(conn: Connection, customer_id: str, reason: str, since: datetime) -> int:
    """Counts the cases that a customer had for a reason since then."""
    theirs = (cases.c.customer_id == customer_id, cases.c.reason == reason, cases.c.opened_at >= since)
    return conn.scalar(select(func.count()).select_from(cases).where(*theirs)) or 0


def count_unresolved(conn: Connection) -> int:
    """Counts the cases that are not resolved."""
    return conn.scalar(select(func.count()).select_from(cases).where(IS_UNRESOLVED)) or 0
