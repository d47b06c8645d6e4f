"""Lists and counts cases as people at the desk look at them: with whose they are and who the customer is."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from core.cases.sla import Metric
from core.desk.home import LISTED, CaseLine, CaseList, Numbers
from core.ids import first_id
from core.people.addresses import mask
from core.people.conversations import CaseState, Priority
from storage.desk import cases as case_rows
from storage.desk.cases import Case
from storage.desk.messages import SENT
from storage.desk.tables import IS_RESOLVED, IS_UNRESOLVED, case_clocks, cases, desk_messages
from storage.people.tables import conversations, customers
from storage.queues.outbox import CANCELLED, FAILED
from storage.queues.tables import outbox

AIMS = (Metric.FIRST.value, Metric.NEXT.value, Metric.RESOLUTION.value)
_IS_WAITING = cases.c.state == CaseState.OPEN.value
_LINE = (
    select(cases, customers.c.name.label("customer"), conversations.c.channel, conversations.c.value)
    .join(conversations, conversations.c.id == cases.c.conversation_id)
    .join(customers, customers.c.id == conversations.c.customer_id)
)


def of_agent(conn: Connection, user: str) -> CaseList:
    """Lists the unresolved cases that an agent has, oldest first."""
    return _listed(conn, IS_UNRESOLVED, cases.c.claimed_by == user)


def unassigned(conn: Connection) -> CaseList:
    """Lists the cases that nobody has, oldest first."""
    return _listed(conn, IS_UNRESOLVED, _IS_WAITING)


def due(conn: Connection, user: str, until: datetime) -> CaseList:
    """Lists the cases of an agent, and those that nobody has, that are due by then, or were: the first due first."""
    first = func.min(case_clocks.c.due_at, type_=case_clocks.c.due_at.type).label("due_at")
    counts = (case_clocks.c.ended_at.is_(None), case_clocks.c.metric.in_(AIMS), case_clocks.c.due_at <= until)
    soonest = select(case_clocks.c.case_id, first).where(*counts).group_by(case_clocks.c.case_id).subquery()
    ours = (IS_UNRESOLVED, or_(cases.c.claimed_by == user, _IS_WAITING))
    listed = _LINE.add_columns(soonest.c.due_at).join(soonest, soonest.c.case_id == cases.c.id).where(*ours)
    found = conn.execute(listed.order_by(soonest.c.due_at).limit(LISTED)).all()
    return CaseList(tuple(replace(_line(row), due_at=row.due_at) for row in found), len(found))


def of_customers(conn: Connection, customer_ids: Collection[str], limit: int = LISTED) -> list[CaseLine]:
    """Lists the cases of these customers, newest first."""
    theirs = _LINE.where(cases.c.customer_id.in_(list(customer_ids))).order_by(cases.c.number.desc())
    return [_line(row) for row in conn.execute(theirs.limit(limit))]


def of_conversation(conn: Connection, conversation_id: str) -> list[Case]:
    """Reads all cases of a conversation, oldest first."""
    own = conn.scalars(select(cases.c.id).where(cases.c.conversation_id == conversation_id))
    return sorted(case_rows.by_ids(conn, list(own)).values(), key=lambda case: case.number)


def named(conn: Connection, id_: str) -> CaseLine | None:
    """Returns one case as a line."""
    row = conn.execute(_LINE.where(cases.c.id == id_)).first()
    return _line(row) if row else None


def numbers(conn: Connection, since: datetime) -> Numbers:
    """Counts what happened to cases since then, and what waits now."""
    opened = select(func.count()).where(*_opened(since)).scalar_subquery()
    resolved = select(func.count()).where(cases.c.resolved_at.is_not(None), cases.c.resolved_at >= since, IS_RESOLVED)
    waiting = select(func.count()).where(IS_UNRESOLVED, _IS_WAITING).scalar_subquery()
    others = select(func.count()).where(IS_UNRESOLVED, ~_IS_WAITING).scalar_subquery()
    counted = conn.execute(select(opened, resolved.scalar_subquery(), waiting, others)).one()
    return Numbers(since, *counted, first_reply=_first_reply(conn, since))


def _opened(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Tells which cases were opened since then; their ids, which have an index, sort by that time."""
    return cases.c.id >= first_id(since), cases.c.opened_at >= since


def _first_reply(conn: Connection, since: datetime) -> timedelta | None:
    """Returns how long the cases opened since then waited for an agent's first words to leave, on average."""
    first = func.min(desk_messages.c.leaves_at, type_=desk_messages.c.leaves_at.type)
    failed = exists().where(outbox.c.id == desk_messages.c.outbox_id, outbox.c.state.in_((FAILED, CANCELLED)))
    own = (desk_messages.c.case_id == cases.c.id, desk_messages.c.state == SENT, ~failed)
    recent = (desk_messages.c.id >= first_id(since), *_opened(since))
    found = conn.execute(select(cases.c.opened_at, first).where(*own, *recent).group_by(cases.c.id, cases.c.opened_at))
    waits = [answered - opened for opened, answered in found]
    return sum(waits, timedelta()) / len(waits) if waits else None


def _listed(conn: Connection, *which: ColumnElement[bool]) -> CaseList:
    shown = tuple(_line(row) for row in conn.execute(_LINE.where(*which).order_by(cases.c.number).limit(LISTED)))
    if len(shown) < LISTED:
        return CaseList(shown, len(shown))
    return CaseList(shown, conn.scalar(select(func.count()).select_from(cases).where(*which)) or 0)


def _line(row: Any) -> CaseLine:
    return CaseLine(
        id=row.id,
        number=row.number,
        reason=row.reason,
        customer=row.customer or mask(row.value),
        channel=row.channel,
        opened_at=row.opened_at,
        place=row.place,
        thread=row.thread or "",
        priority=Priority(row.priority),
        holder=row.agent_name if row.claimed_by else "",
    )
