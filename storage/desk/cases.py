"""Keeps cases: what a handoff opened, who holds it, where its thread is."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select, update

from core.cases.steps import Step, after
from core.people.conversations import CaseState, Priority, Routed
from storage.desk import ends
from storage.desk.tables import IS_UNRESOLVED, case_threads, cases
from storage.people.tables import conversations, customers


class Case(msgspec.Struct, frozen=True):
    """A case as it is now."""

    number: int
    id: str
    conversation_id: str
    customer_id: str
    state: str
    reason: str
    summary: str
    order_number: str | None
    claimed_by: str | None
    place: str
    thread: str | None
    opened_at: datetime
    claimed_at: datetime | None
    resolved_at: datetime | None
    priority: str
    team: str
    sla: str
    tags: tuple[str, ...]
    details: Mapping[str, Any]
    agent_name: str  # of `claimed_by`
    wakes_at: datetime | None = None  # of one that rests; None: when the customer writes
    merged_into: str | None = None
    topic: str = ""
    window_warned_at: datetime | None = None
    by_hand: str = ""  # which of priority, team, sla people have set
    waits_for: str = ""  # of one on hold: for whom, or what

    @property
    def is_over(self) -> bool:
        """Tells whether nobody works on it any more."""
        return CaseState(self.state).is_over


DIGITS = 9  # of a number that fits the column
_LOAD = select(cases)
_BY_ID = _LOAD.where(cases.c.id == bindparam("id_"))
_BY_NUMBER = _LOAD.where(cases.c.number == bindparam("number_"))
_EARLIER = (case_threads.c.place == bindparam("place_"), case_threads.c.thread == bindparam("thread_"))
_BY_EARLIER = _LOAD.join(case_threads, case_threads.c.case_id == cases.c.id).where(*_EARLIER)
_BY_THREAD = _LOAD.where(cases.c.place == bindparam("place_"), cases.c.thread == bindparam("thread_"))


def by_id(conn: Connection, id_: str) -> Case | None:
    """Returns the case."""
    row = conn.execute(_BY_ID, {"id_": id_}).first()
    return _case(row) if row else None


def by_number(conn: Connection, number: int) -> Case | None:
    """Returns the case with this number, as people call it."""
    row = conn.execute(_BY_NUMBER, {"number_": number}).first()
    return _case(row) if row else None


def by_written(conn: Connection, number: str) -> Case | None:
    """Returns the case that somebody means by a number, like "7" or "#7"."""
    written = number.lstrip("#")
    is_number = written.isascii() and written.isdecimal() and len(written) <= DIGITS
    return by_number(conn, int(written)) if is_number else None


def by_thread(conn: Connection, place: str, thread: str) -> Case | None:
    """Returns the case whose thread this is, or was."""
    where = {"place_": place, "thread_": thread}
    row = conn.execute(_BY_THREAD, where).first() or conn.execute(_BY_EARLIER, where).first()
    return _case(row) if row else None


def unresolved_of(conn: Connection, customer_id: str) -> list[Case]:
    """Returns the cases of a customer that are not over, oldest first."""
    theirs = _LOAD.where(IS_UNRESOLVED, cases.c.customer_id == customer_id)
    return [_case(row) for row in conn.execute(theirs.order_by(cases.c.number))]


def unresolved_at(conn: Connection, place: str) -> list[Case]:
    """Returns the cases that are not over and stand in that channel, oldest first."""
    there = _LOAD.where(IS_UNRESOLVED, cases.c.place == place)
    return [_case(row) for row in conn.execute(there.order_by(cases.c.number))]


class Whose(NamedTuple):
    """Says whose a case is: the customer's name, and where they are spoken with."""

    name: str
    channel: str
    value: str


def whose(conn: Connection, listed: Collection[Case]) -> dict[str, Whose]:
    """Reads whose these cases are, by case."""
    joined = cases.join(conversations, conversations.c.id == cases.c.conversation_id)
    joined = joined.join(customers, customers.c.id == conversations.c.customer_id)
    columns = (cases.c.id, customers.c.name, conversations.c.channel, conversations.c.value)
    found = select(*columns).select_from(joined).where(cases.c.id.in_([each.id for each in listed]))
    return {id_: Whose(*row) for id_, *row in conn.execute(found)} if listed else {}


def in_states(conn: Connection, states: Collection[str], limit: int) -> list[Case]:
    """Returns the cases in these states, oldest first."""
    found = conn.execute(_LOAD.where(cases.c.state.in_(list(states))).order_by(cases.c.number).limit(limit))
    return [_case(row) for row in found]


def by_ids(conn: Connection, ids: Collection[str]) -> dict[str, Case]:
    """Returns those of these cases that there are, by id."""
    found = conn.execute(_LOAD.where(cases.c.id.in_(list(ids)))) if ids else ()
    return {row.id: _case(row) for row in found}


def before(conn: Connection, customer_id: str, number: int, limit: int) -> list[Case]:
    """Returns the customer's cases before the one with this number, newest first."""
    theirs = _LOAD.where(cases.c.customer_id == customer_id, cases.c.number < number)
    return [_case(row) for row in conn.execute(theirs.order_by(cases.c.number.desc()).limit(limit))]


def open_of(conn: Connection, customer_ids: Collection[str]) -> dict[str, Case]:
    """Returns the newest case that is not resolved of each of these customers who has one."""
    theirs = _LOAD.where(cases.c.customer_id.in_(list(customer_ids)), IS_UNRESOLVED)
    return {row.customer_id: _case(row) for row in conn.execute(theirs.order_by(cases.c.number))}


def unresolved_after(conn: Connection, id_: str, limit: int) -> list[Case]:
    """Returns the cases that are not resolved whose ids follow this one, in their order."""
    found = conn.execute(_LOAD.where(cases.c.id > id_, IS_UNRESOLVED).order_by(cases.c.id).limit(limit))
    return [_case(row) for row in found]


def row(
    id_: str,
    conversation_id: str,
    customer_id: str,
    reason: str,
    summary: str,
    place: str,
    now: datetime,
    order_number: str | None = None,
) -> dict[str, Any]:
    """Makes the row of a new case; `ranks` are further columns of it."""
    return {
        "id": id_,
        "conversation_id": conversation_id,
        "customer_id": customer_id,
        "state": CaseState.OPEN.value,
        "reason": reason[:64],
        "summary": summary,
        "order_number": order_number,
        "place": place,
        "opened_at": now,
    }


def ranks(routed: Routed, details: Mapping[str, Any]) -> dict[str, str]:
    """Makes the columns that say how a case is ranked, and what the bot took down for it."""
    return {
        "priority": routed.priority.value,
        "team": routed.team,
        "sla": routed.sla,
        "tags": json.dumps(routed.tags),
        "details": json.dumps(details, ensure_ascii=False, default=dict),
    }


def raise_to(conn: Connection, case: Case, routed: Routed, details: Mapping[str, Any]) -> None:
    """Adds to a case what a further reason for it brings: a higher priority with its team and times, tags, and what the
    bot took down. What people have set stays."""
    was = Routed(Priority(case.priority), case.team, case.sla)
    first = routed if was.priority.rank < routed.priority.rank else was
    tags = tuple(dict.fromkeys((*case.tags, *routed.tags)))
    values = ranks(replace(first, tags=tags), {**case.details, **details})
    kept = set(case.by_hand.split(","))
    values = {name: value for name, value in values.items() if name not in kept}
    conn.execute(update(cases).where(cases.c.id == case.id).values(**values))


def rank_by_hand(conn: Connection, case: Case, **values: str) -> None:
    """Sets priority, team or sla as people want it; from now on no reason changes that."""
    names = sorted({*filter(None, case.by_hand.split(",")), *values})
    conn.execute(update(cases).where(cases.c.id == case.id).values(**values, by_hand=",".join(names)))


def tag(conn: Connection, case: Case, tags: Collection[str]) -> None:
    """Adds tags to a case."""
    values = {"tags": json.dumps(list(dict.fromkeys((*case.tags, *tags))))}
    conn.execute(update(cases).where(cases.c.id == case.id).values(values))


def _case(row_: Any) -> Case:
    kept = row_._asdict()
    return Case(**{**kept, "tags": tuple(json.loads(kept["tags"])), "details": json.loads(kept["details"])})


class Holder(NamedTuple):
    """Names the agent who has a case; nobody without a user."""

    user: str = ""
    name: str = ""


NOBODY = Holder()


def take_step(
    conn: Connection, case: Case, step: Step, now: datetime, holder: Holder | None = None, **more: Any
) -> CaseState | None:
    """Takes a case a step on, with this holder (None: the one it has); returns its state now.

    None, and nothing is done, where the step cannot be taken, or where the case is not as it was read: somebody was
    quicker. `more` are further columns: `wakes_at` and `waits_for` are kept only in the state that they were set in.
    """
    held = Holder(case.claimed_by or "", case.agent_name) if holder is None else holder
    was, then = CaseState(case.state), after(step, CaseState(case.state), is_held=bool(held.user))
    if then is None:
        return None
    values: dict[str, Any] = {"state": then.value, "claimed_by": held.user or None, "agent_name": held.name}
    if held.user != (case.claimed_by or ""):
        values["claimed_at"] = now if held.user else None
    if then is not was:
        values |= {"wakes_at": None, "waits_for": "", "resolved_at": now if then.is_over else None}
    by = cases.c.claimed_by.is_(None) if case.claimed_by is None else cases.c.claimed_by == case.claimed_by
    as_read = update(cases).where(cases.c.id == case.id, cases.c.state == was.value, by)
    values |= more
    if conn.execute(as_read.values(values)).rowcount != 1:
        return None
    if then.is_over is not was.is_over:
        ends.note(conn, case.id, then, held.user, values.get("topic", case.topic), now)
    return then


def rewrite(conn: Connection, case_id: str, summary: str, details: str) -> None:
    """Writes the summary and the details (JSON) of a case anew."""
    conn.execute(update(cases).where(cases.c.id == case_id).values(summary=summary, details=details))


def go_on_in(conn: Connection, case_id: str, conversation_id: str) -> None:
    """Lets a case that is not over go on in another conversation of its customer."""
    going = update(cases).where(cases.c.id == case_id, IS_UNRESOLVED)
    conn.execute(going.values(conversation_id=conversation_id))
