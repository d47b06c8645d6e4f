"""Counts who waits for the desk now: open cases, the oldest of them, and those whose time is nearly over, or is."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from core.cases.sla import AIMS
from storage.desk.clocks import IS_RUNNING
from storage.desk.tables import IS_UNRESOLVED, case_clocks, cases

SOON = timedelta(hours=1)


class Waiting(NamedTuple):
    """Counts the cases that nobody has resolved. `unclaimed`: nobody has them; `late`: a time that was aimed at is
    over; `soon`: it is within the hour."""

    open: int
    unclaimed: int
    oldest: datetime | None
    late: int
    soon: int


def waiting(conn: Connection, now: datetime) -> Waiting:
    """Counts who waits."""
    unclaimed = func.count().filter(cases.c.claimed_by.is_(None))
    counted = select(func.count(), unclaimed, func.min(cases.c.opened_at)).where(IS_UNRESOLVED)
    number, free, oldest = conn.execute(counted).one()
    due = select(case_clocks.c.case_id, func.min(case_clocks.c.due_at).label("due"))
    due = due.join(cases, cases.c.id == case_clocks.c.case_id)
    due = due.where(IS_UNRESOLVED, IS_RUNNING, case_clocks.c.metric.in_([each.value for each in AIMS]))
    first = due.where(case_clocks.c.due_at < now + SOON).group_by(case_clocks.c.case_id).subquery()
    late = func.count().filter(first.c.due < now)
    all_, over = conn.execute(select(func.count(first.c.case_id), late)).one()
    return Waiting(number, free, oldest, over, all_ - over)
