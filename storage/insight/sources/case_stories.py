"""Reads what cases are measured from: to which of them something happened, what was said and done, and by whom."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal_column, select, union, union_all

from core.cases import steps
from core.ids import first_id
from core.messages.outbound import Speaker
from core.people.conversations import CaseState
from storage.conversations.timeline import CUSTOMER, ELSEWHERE
from storage.desk.audit import CASE, CASE_ID
from storage.desk.tables import IS_UNRESOLVED, audit, case_clocks, case_ends, cases, desk_agents, desk_messages, ratings
from storage.engine.schema import looked_at
from storage.insight.counting import OPEN
from storage.insight.tables import measures
from storage.people.tables import conversations, customers, merges, messages
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table

STOPPED_WITHIN = timedelta(days=1)  # of when it was written a reply that waits is taken back
_IS_TRUE = cases.c.state != CaseState.SPAM.value
_WAIT, _NO_MORE = steps.Step.WAIT.value, [steps.Step(name).value for name in ("hold", "snooze", "release")]
_NAMES = ("id", "customer_id", "conversation_id", "state", "opened_at", "resolved_at")
_COLUMNS = [cases.c[name] for name in (*_NAMES, "topic", "reason", "team", "claimed_by")]


class End(NamedTuple):
    """Holds a time that a case was over; `agent` had it then, "" for nobody."""

    id: str
    ended_at: datetime
    state: str
    agent: str
    reopened_at: datetime | None

    @property
    def is_resolved(self) -> bool:
        """Tells whether it was resolved then, and neither merged nor spam."""
        return self.state == CaseState.RESOLVED.value


class Step(NamedTuple):
    """Holds that an agent left a case to its customer to write (`waits`), or took that back."""

    at: datetime
    waits: bool


class Act(NamedTuple):
    """Holds something that an agent did with a case."""

    at: datetime
    id: str
    agent: str


def active_between(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the cases to which something happened in that time, also those that turned out to be spam."""
    wrote = _made(messages.c.id, since, until), messages.c.author.in_([CUSTOMER, ELSEWHERE])
    late = case_clocks.c.ended_at.is_(None), *_between(case_clocks.c.due_at, since, until)
    theirs = select(cases.c.id).join(messages, messages.c.customer_id == cases.c.customer_id)
    asked = (
        select(cases.c.id).where(_made(cases.c.id, since, until)),
        select(cases.c.id).where(*_between(cases.c.resolved_at, since, until)),
        select(desk_messages.c.case_id).where(_made(desk_messages.c.id, since, until)),
        *_replied(since, until),
        select(case_clocks.c.case_id).where(*late),
        theirs.where(*wrote, IS_UNRESOLVED),
        _handled(since, until),
    )
    return {id_ for each in asked for id_ in conn.scalars(each.distinct())}


def _replied(since: datetime, until: datetime) -> Iterator[Select[Any]]:
    """Asks for the cases in which agents wrote to the customer, or something of theirs turned out not to reach them."""
    theirs = select(outbox_table.c.case_id).where(outbox_table.c.speaker == Speaker.AGENT.value)
    ended = _between(outbox_table.c.finished_at, since, until)
    yield theirs.where(_made(outbox_table.c.id, since, until))
    yield theirs.where(outbox_table.c.state == literal_column(f"'{outbox.FAILED}'"), *ended)  # as its index has it
    stopped = outbox_table.c.state == outbox.CANCELLED, _made(outbox_table.c.id, since - STOPPED_WITHIN, until)
    yield theirs.where(*stopped, *ended)


def ended_between(conn: Connection, since: datetime, until: datetime, known_after: timedelta) -> set[str]:
    """Names the cases of customers of whom a case was opened, over or opened again in that time, or who turned out to
    be one with another; and those that were over so long before."""
    opened = select(cases.c.customer_id).where(_made(cases.c.id, since, until))
    of_ends = select(cases.c.customer_id).join(case_ends, case_ends.c.case_id == cases.c.id)
    ended = of_ends.where(_made(case_ends.c.id, since, until))
    again = of_ends.where(*_between(case_ends.c.reopened_at, since, until))
    merged = select(merges.c.kept_id).where(_made(merges.c.id, since, until))
    theirs = select(cases.c.id).where(cases.c.customer_id.in_(union(opened, ended, again, merged)))
    known = select(case_ends.c.case_id).where(_made(case_ends.c.id, since - known_after, until - known_after))
    return {*conn.scalars(theirs), *conn.scalars(known)}


def rated_between(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the cases after which a rating was asked for, or given, in that time."""
    asked = select(ratings.c.case_id).where(_made(ratings.c.id, since, until))
    return set(conn.scalars(union(asked, select(ratings.c.case_id).where(*_between(ratings.c.given_at, since, until)))))


def _handled(since: datetime, until: datetime) -> Select[Any]:
    about = audit.c.object.like(f"{CASE}%")
    return select(CASE_ID).where(_made(audit.c.id, since, until), about)


def cases_of(conn: Connection, ids: Collection[str]) -> list[Any]:
    """Reads cases, without those that were spam or whose customer was erased: id, customer_id, conversation_id, state,
    opened_at, resolved_at, topic, reason, team, claimed_by, channel, language, locale."""
    asked = select(*_COLUMNS, conversations.c.channel, customers.c.language, customers.c.locale)
    asked = asked.join(conversations, conversations.c.id == cases.c.conversation_id)
    asked = asked.join(customers, customers.c.id == cases.c.customer_id)
    return list(conn.execute(asked.where(cases.c.id.in_(list(ids)), _IS_TRUE)))


def all_cases_of(conn: Connection, ids: Collection[str]) -> list[Any]:
    """Reads cases as `cases_of` does, and those whose customer was erased: of these the conversation is "", channel and
    language are what was measured before."""
    known = measures.alias("known")
    asked = select(
        *[column for column in _COLUMNS if column.name != "conversation_id"],
        func.coalesce(conversations.c.id, "").label("conversation_id"),
        func.coalesce(conversations.c.channel, known.c.channel, "").label("channel"),
        func.coalesce(func.nullif(customers.c.language, ""), known.c.language, "").label("language"),
        customers.c.locale,
    )
    asked = asked.outerjoin(conversations, conversations.c.id == cases.c.conversation_id)
    asked = asked.join(customers, customers.c.id == cases.c.customer_id)
    asked = asked.outerjoin(known, and_(known.c.subject == cases.c.id, known.c.metric == "case"))
    return list(conn.execute(asked.where(cases.c.id.in_(list(ids)), _IS_TRUE)))


class Left(NamedTuple):
    """Holds a measure of what stood open in a case whose customer was erased, and when the case was over."""

    measure: Mapping[str, Any]
    over: datetime


def left_open(conn: Connection, metric: str, case_ids: Collection[str]) -> list[Left]:
    """Reads what still stands open in cases whose customer was erased: nothing else tells of it any more."""
    asked = select(measures, cases.c.resolved_at.label("over")).join(cases, cases.c.id == measures.c.subject)
    gone = measures.c.conversation_id == "", cases.c.resolved_at.is_not(None)
    asked = asked.where(measures.c.metric == metric, measures.c.subject.in_(list(case_ids)), *gone)
    found = conn.execute(asked.where(measures.c.value == OPEN))
    return [Left({column.name: each._mapping[column.name] for column in measures.c}, each.over) for each in found]


def ends_of(conn: Connection, case_ids: Collection[str]) -> Mapping[str, list[End]]:
    """Reads by case each time that it was over, in order."""
    columns = [case_ends.c[name] for name in End._fields]
    asked = select(case_ends.c.case_id, *columns).where(case_ends.c.case_id.in_(list(case_ids)))
    return _by_case(((case_id, End(*rest)) for case_id, *rest in conn.execute(asked.order_by(case_ends.c.ended_at))))


def steps_of(conn: Connection, case_ids: Collection[str]) -> Mapping[str, list[Step]]:
    """Reads by case when agents left it to the customer, and when they did otherwise, in order.

    That the customer wrote, which ends it too, is in what was said.
    """
    whose = audit.c.object.in_([f"{CASE}{id_}" for id_ in case_ids]), looked_at(audit.c.action).in_([_WAIT, *_NO_MORE])
    asked = select(CASE_ID, audit.c.at, audit.c.action).where(*whose).order_by(audit.c.id)
    return _by_case((case_id, Step(at, action == _WAIT)) for case_id, at, action in conn.execute(asked))


def beside(conn: Connection, customer_ids: Collection[str]) -> Mapping[str, list[Any]]:
    """Reads by customer their cases, without spam: id, opened_at, topic, reason."""
    columns = (cases.c.customer_id, cases.c.id, cases.c.opened_at, cases.c.topic, cases.c.reason)
    asked = select(*columns).where(cases.c.customer_id.in_(list(customer_ids)), _IS_TRUE)
    return _by_case((row.customer_id, row) for row in conn.execute(asked))


def acts_of(conn: Connection, case_ids: Collection[str]) -> Mapping[str, list[Act]]:
    """Reads by case what agents did with it and wrote there, notes too, in order."""
    agents = select(desk_agents.c.user)
    done = select(CASE_ID, audit.c.at, audit.c.id, audit.c.actor)
    done = done.where(audit.c.object.in_([f"{CASE}{id_}" for id_ in case_ids]), audit.c.actor.in_(agents))
    wrote = select(desk_messages.c.case_id, desk_messages.c.at, desk_messages.c.id, desk_messages.c.user)
    wrote = wrote.where(desk_messages.c.case_id.in_(list(case_ids)))
    found = conn.execute(union_all(done, wrote))
    return _by_case(sorted((case_id, Act(at, id_, agent)) for case_id, at, id_, agent in found))


def clocks_of(conn: Connection, case_ids: Collection[str]) -> Mapping[str, list[Any]]:
    """Reads by case the clocks of it: id, metric, started_at, due_at, state."""
    columns = [case_clocks.c[name] for name in ("case_id", "id", "metric", "started_at", "due_at", "state")]
    asked = select(*columns).where(case_clocks.c.case_id.in_(list(case_ids)))
    return _by_case((row.case_id, row) for row in conn.execute(asked))


def ratings_of(conn: Connection, case_ids: Collection[str]) -> Mapping[str, list[Any]]:
    """Reads by case the ratings that were asked for after it: id, kind, score, asked_at, given_at."""
    columns = [ratings.c[name] for name in ("case_id", "id", "kind", "score", "asked_at", "given_at")]
    asked = select(*columns).where(ratings.c.case_id.in_(list(case_ids)))
    return _by_case((row.case_id, row) for row in conn.execute(asked))


def _made(id_: ColumnElement[str], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(id_ >= first_id(since), id_ < first_id(until))


def _between(column: ColumnElement[Any], since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return column >= since, column < until


def _by_case(found: Any) -> Mapping[str, list[Any]]:
    rows: dict[str, list[Any]] = defaultdict(list)
    for name, row in found:
        rows[name].append(row)
    return rows
