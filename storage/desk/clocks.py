"""Keeps the clocks of cases: when each is due, when something is to be told of it, and what became of it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, exists, select, update

from core.cases.clocks import Clock, ClockState
from core.cases.sla import AIMS, Metric
from core.people.conversations import CaseState
from storage.desk.messages import LATER
from storage.desk.tables import HAS_ALERT, IS_UNRESOLVED, case_clocks, cases, desk_messages
from storage.engine.schema import Moment
from storage.engine.store import Store

IS_RUNNING = case_clocks.c.ended_at.is_(None)
ANSWERS = (Metric.FIRST, Metric.NEXT, Metric.EXPECTED)  # what an agent's answer ends


class Ranked(NamedTuple):
    """Names what the clocks of a case go by; `has_later`: a reply waits there for its time."""

    state: CaseState
    is_claimed: bool
    sla: str
    team: str
    has_later: bool = False


def row(clock: Clock) -> dict[str, Any]:
    """Makes the row of a clock."""
    return {**msgspec.structs.asdict(clock), "metric": clock.metric.value, "state": clock.state.value}


def of_case(conn: Connection, case_id: str) -> tuple[Ranked, list[Clock]] | None:
    """Reads what the clocks of a case go by, and those that run; None where there is no such case."""
    found = conn.execute(_OF_CASE, {"case": case_id}).all()
    if not found:
        return None
    ranked = _ranked(found[0])._replace(has_later=bool(found[0].has_later))
    return ranked, [_clock(each) for each in found if each.id is not None]


def _ranked(found: Any) -> Ranked:
    return Ranked(CaseState(found.case_state), found.claimed_by is not None, found.sla, found.team)


_RANKED = (cases.c.state.label("case_state"), cases.c.claimed_by, cases.c.sla, cases.c.team)
_HAS_LATER = exists().where(desk_messages.c.case_id == cases.c.id, desk_messages.c.state == LATER)
_OF_CASE = (
    select(*_RANKED, _HAS_LATER.label("has_later"), *case_clocks.c)
    .select_from(cases.outerjoin(case_clocks, and_(case_clocks.c.case_id == cases.c.id, IS_RUNNING)))
    .where(cases.c.id == bindparam("case"))
)


def running(conn: Connection, case_ids: Collection[str]) -> dict[str, list[Clock]]:
    """Reads the clocks of cases that run, by case."""
    return _by_case(conn, case_ids, IS_RUNNING)


def all_of(conn: Connection, case_ids: Collection[str]) -> dict[str, list[Clock]]:
    """Reads all clocks of cases, those that ended too, by case; as they began."""
    return _by_case(conn, case_ids)


def _by_case(conn: Connection, case_ids: Collection[str], *which: ColumnElement[bool]) -> dict[str, list[Clock]]:
    found: dict[str, list[Clock]] = {}
    own = select(case_clocks).where(case_clocks.c.case_id.in_(list(case_ids)), *which).order_by(case_clocks.c.id)
    for each in conn.execute(own):
        found.setdefault(each.case_id, []).append(_clock(each))
    return found


def breached(conn: Connection, case_id: str) -> set[Metric]:
    """Names what a case was late with: its answers, or its end."""
    late = (case_clocks.c.case_id == case_id, case_clocks.c.state == ClockState.BREACHED.value)
    found = select(case_clocks.c.metric).where(*late, case_clocks.c.metric.in_([each.value for each in AIMS]))
    return {Metric(each) for each in conn.scalars(found)}


def unresolved_after(conn: Connection, case_id: str, limit: int) -> dict[str, Ranked]:
    """Reads what the clocks of the next unresolved cases after that id go by."""
    found = select(cases.c.id, *_RANKED).where(IS_UNRESOLVED, cases.c.id > case_id).order_by(cases.c.id).limit(limit)
    return {each.id: _ranked(each) for each in conn.execute(found)}


def save(conn: Connection, store: Store, changed: Iterable[Clock], known: Collection[str]) -> None:
    """Writes clocks: those whose ids are `known` as they are now, the others anew; one that runs already stays."""
    rows = [row(clock) for clock in changed]
    new = [each for each in rows if each["id"] not in known]
    if new:
        conn.execute(store.insert(case_clocks), new)
    for each in rows:
        if each["id"] in known:
            conn.execute(update(case_clocks).where(case_clocks.c.id == each["id"], IS_RUNNING).values(**each))


def alerting(conn: Connection, now: datetime, limit: int) -> list[Clock]:
    """Lists the clocks of which something is to be told by now, the earliest first."""
    due = select(case_clocks).where(HAS_ALERT, case_clocks.c.alert_at <= now)
    return [_clock(each) for each in conn.execute(due.order_by(case_clocks.c.alert_at).limit(limit))]


def take(conn: Connection, was: Clock, now_is: Clock) -> bool:
    """Writes a clock that still is to be told of as it was read; false when somebody was quicker."""
    same = (case_clocks.c.id == was.id, case_clocks.c.alert_at == was.alert_at)
    return conn.execute(update(case_clocks).where(*same).values(**row(now_is))).rowcount == 1


def answered(conn: Connection, case_id: str, now: datetime) -> bool:
    """Ends the clocks that count to an answer, in time or late; false where none runs."""
    return conn.execute(_ANSWERED, {"case": case_id, "now": now}).rowcount > 0


_NOW = bindparam("now", type_=Moment)
_IS_LATE = (case_clocks.c.state == ClockState.BREACHED.value) | (case_clocks.c.due_at < _NOW)
_ANSWERED = (
    update(case_clocks)
    .where(
        case_clocks.c.case_id == bindparam("case"),
        case_clocks.c.metric.in_([each.value for each in ANSWERS]),
        IS_RUNNING,
    )
    .values(
        state=case((_IS_LATE, ClockState.BREACHED.value), else_=ClockState.MET.value),
        ended_at=_NOW,
        alert_at=None,
    )
)


def answered_after(conn: Connection, case_id: str, after: datetime | None) -> list[Clock]:
    """Lists the clocks of a case that agents' replies ended after that time."""
    replied = select(desk_messages.c.leaves_at).where(desk_messages.c.case_id == case_id)
    mine = (case_clocks.c.case_id == case_id, case_clocks.c.metric.in_([each.value for each in ANSWERS]))
    found = select(case_clocks).where(*mine, case_clocks.c.ended_at.in_(replied))
    return [_clock(each) for each in conn.execute(found.where(case_clocks.c.ended_at > after) if after else found)]


def rerun(conn: Connection, changed: Iterable[Clock]) -> None:
    """Writes clocks that had ended and run again."""
    for each in changed:
        conn.execute(update(case_clocks).where(case_clocks.c.id == each.id).values(**row(each)))


def _clock(found: Any) -> Clock:
    kept: Mapping[str, Any] = {name: getattr(found, name) for name in Clock.__struct_fields__}
    return Clock(**{**kept, "metric": Metric(kept["metric"]), "state": ClockState(kept["state"])})
