"""Lists the desk's queue: which case comes first."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from core.cases.sla import AIMS
from core.people.conversations import Priority
from storage.desk import cases
from storage.desk.cases import Case
from storage.desk.clocks import IS_RUNNING
from storage.desk.tables import IS_UNRESOLVED, case_clocks
from storage.desk.tables import cases as table


class Queued(NamedTuple):
    """Holds a case with when the next of its times is over; None where none runs."""

    case: Case
    due_at: datetime | None


def queued(conn: Connection, limit: int = 50, holder: str = "") -> list[Queued]:
    """Returns the cases that are not resolved (`holder`: those of that user): the most urgent first, of these what is
    due first, then the oldest."""
    mine = _QUEUED.where(table.c.claimed_by == holder) if holder else _QUEUED
    dues = {row.id: row.next_due for row in conn.execute(mine.limit(limit))}
    found = cases.by_ids(conn, dues)
    return [Queued(found[id_], due_at) for id_, due_at in dues.items() if id_ in found]


_DUE = (
    select(case_clocks.c.case_id, func.min(case_clocks.c.due_at).label("next_due"))
    .where(IS_RUNNING, case_clocks.c.metric.in_([each.value for each in AIMS]))
    .group_by(case_clocks.c.case_id)
    .subquery()
)
_RANK = case({each.value: each.rank for each in Priority}, value=table.c.priority)
_QUEUED = (
    select(table.c.id, _DUE.c.next_due)
    .select_from(table.outerjoin(_DUE, _DUE.c.case_id == table.c.id))
    .where(IS_UNRESOLVED)
    .order_by(_RANK.desc(), _DUE.c.next_due.is_(None), _DUE.c.next_due, table.c.number)
)
