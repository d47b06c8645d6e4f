"""Reads what cases are measured from: to which of them something happened, what was said and done, and by whom."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, union, union_all

from core.ids import first_id
from core.people.conversations import CaseState
from storage.conversations.timeline import CUSTOMER, IS_MESSAGE
from storage.desk.messages import SENT
from storage.desk.tables import IS_UNRESOLVED, audit, case_clocks, case_ends, cases, desk_agents, desk_messages, ratings
from storage.insight.tables import measures
from storage.people.tables import conversations, customers, merges, messages
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table

_SAID = outbox_table.c.state.not_in([outbox.FAILED, outbox.CANCELLED])
_IS_TRUE = cases.c.state != CaseState.SPAM.value
_OBJECT = "case:"  # of an entry in the audit log
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


class Act(NamedTuple):
    """Holds something that an agent did with a case."""

    at: datetime
    id: str
    agent: str


def active_between(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the cases to which something happened in that time, also those that turned out to be spam."""
    wrote = _made(messages.c.id, since, until), messages.c.author == CUSTOMER
    failed = outbox_table.c.state == outbox.FAILED, *_between(outbox_table.c.finished_at, since, until)
    late = case_clocks.c.ended_at.is_(None), *_between(case_clocks.c.due_at, since, until)
    replied = select(desk_messages.c.case_id).join(outbox_table, outbox_table.c.id == desk_messages.c.outbox_id)
    theirs = select(cases.c.id).join(messages, messages.c.customer_id == cases.c.customer_id)
    asked = (
        select(cases.c.id).where(_made(cases.c.id, since, until)),
        select(cases.c.id).where(*_between(cases.c.resolved_at, since, until)),
        select(desk_messages.c.case_id).where(_made(desk_messages.c.id, since, until)),
        replied.where(_made(outbox_table.c.id, since, until)),
        replied.where(*failed),
        select(case_clocks.c.case_id).where(*late),
        theirs.where(*wrote, IS_UNRESOLVED),
        _handled(since, until),
    )
    return {id_ for each in asked for id_ in conn.scalars(each.distinct())}


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
    about = audit.c.object.like(f"{_OBJECT}%")
    return select(func.substr(audit.c.object, len(_OBJECT) + 1)).where(_made(audit.c.id, since, until), about)


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


def said_in(conn: Connection, case_ids: Collection[str]) -> Mapping[str, list[tuple[datetime, str, str]]]:
    """Reads by case what customers wrote and agents said to them while it was open: (when, id, the agent or "")."""
    ids = list(case_ids)
    told = (
        select(desk_messages.c.case_id, outbox_table.c.created_at, outbox_table.c.id, desk_messages.c.user)
        .join(outbox_table, outbox_table.c.id == desk_messages.c.outbox_id)
        .where(desk_messages.c.case_id.in_(ids), desk_messages.c.state == SENT, _SAID)
    )
    wrote = (
        select(cases.c.id, messages.c.at, messages.c.id, literal(""))
        .join(messages, messages.c.conversation_id == cases.c.conversation_id)
        .where(cases.c.id.in_(ids), messages.c.author == CUSTOMER, IS_MESSAGE, messages.c.at >= cases.c.opened_at)
        .where(or_(cases.c.resolved_at.is_(None), messages.c.at < cases.c.resolved_at))
    )
    said: dict[str, list[tuple[datetime, str, str]]] = defaultdict(list)
    for asked in (told, wrote):
        for case_id, at, id_, agent in conn.execute(asked):
            said[case_id].append((at, id_, agent))
    return {case_id: sorted(lines) for case_id, lines in said.items()}


def ends_of(conn: Connection, case_ids: Collection[str]) -> Mapping[str, list[End]]:
    """Reads by case each time that it was over, in order."""
    columns = [case_ends.c[name] for name in End._fields]
    asked = select(case_ends.c.case_id, *columns).where(case_ends.c.case_id.in_(list(case_ids)))
    return _by_case(((case_id, End(*rest)) for case_id, *rest in conn.execute(asked.order_by(case_ends.c.ended_at))))


def beside(conn: Connection, customer_ids: Collection[str]) -> Mapping[str, list[Any]]:
    """Reads by customer their cases, without spam: id, opened_at, topic, reason."""
    columns = (cases.c.customer_id, cases.c.id, cases.c.opened_at, cases.c.topic, cases.c.reason)
    asked = select(*columns).where(cases.c.customer_id.in_(list(customer_ids)), _IS_TRUE)
    return _by_case((row.customer_id, row) for row in conn.execute(asked))


def acts_of(conn: Connection, case_ids: Collection[str]) -> Mapping[str, list[Act]]:
    """Reads by case what agents did with it and wrote there, notes too, in order."""
    agents = select(desk_agents.c.user)
    object_ = func.substr(audit.c.object, len(_OBJECT) + 1)
    done = select(object_, audit.c.at, audit.c.id, audit.c.actor)
    done = done.where(audit.c.object.in_([f"{_OBJECT}{id_}" for id_ in case_ids]), audit.c.actor.in_(agents))
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
