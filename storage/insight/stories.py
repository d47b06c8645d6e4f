"""Reads what contacts and cases are measured from: what was said, by whom, and when cases were open."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from core.ids import first_id, moment_of
from core.people.conversations import CaseState
from storage.conversations.timeline import BOT, CUSTOMER, IS_MESSAGE
from storage.desk.messages import SENT
from storage.desk.tables import IS_UNRESOLVED, cases, desk_messages
from storage.people.tables import conversations, customers, messages
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table

LANGUAGE = customers.c.language, customers.c.locale
_SAID = outbox_table.c.state.not_in([outbox.FAILED, outbox.CANCELLED])


def first_said(conn: Connection) -> datetime | None:
    """Returns when the first message was written; None where there is none."""
    first = conn.scalar(select(func.min(messages.c.id)))
    return moment_of(first) if first else None


def wrote_between(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the customers who wrote in that time."""
    between = messages.c.id >= first_id(since), messages.c.id < first_id(until)
    return set(conn.scalars(select(messages.c.customer_id).distinct().where(*between, messages.c.author == CUSTOMER)))


def spoken(conn: Connection, customer_ids: Collection[str], since: datetime) -> Mapping[str, list[Any]]:
    """Reads by customer what they wrote since then and what the bot answered, in order: id, conversation_id, at,
    author, flow, channel, language, locale."""
    own = conversations.c.customer_id.in_(list(customer_ids))
    asked = (
        select(
            messages.c.id,
            messages.c.conversation_id,
            messages.c.at,
            messages.c.author,
            outbox_table.c.flow,
            conversations.c.customer_id,
            conversations.c.channel,
            *LANGUAGE,
        )
        .join_from(conversations, messages, messages.c.conversation_id == conversations.c.id)
        .join(customers, customers.c.id == conversations.c.customer_id)
        .outerjoin(outbox_table, outbox_table.c.id == messages.c.id)
        .where(own, messages.c.id >= first_id(since), messages.c.author.in_([CUSTOMER, BOT]), IS_MESSAGE)
        .order_by(messages.c.id)
    )
    return _grouped(conn.execute(asked), "customer_id")


def open_cases(conn: Connection, customer_ids: Collection[str], since: datetime) -> Mapping[str, list[Any]]:
    """Reads by customer from when until when their cases were open, those that were not over by then."""
    ends = or_(cases.c.resolved_at.is_(None), cases.c.resolved_at >= since)
    asked = select(cases.c.customer_id, cases.c.opened_at, cases.c.resolved_at)
    return _grouped(conn.execute(asked.where(cases.c.customer_id.in_(list(customer_ids)), ends)), "customer_id")


def changed_cases(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the cases that are open, or were opened or over in that time, also as spam."""
    opened = cases.c.id >= first_id(since), cases.c.id < first_id(until)
    ended = cases.c.resolved_at >= since, cases.c.resolved_at < until
    found = set[str]()
    for which in ((IS_UNRESOLVED,), opened, ended):  # each by its own index
        found |= set(conn.scalars(select(cases.c.id).where(*which)))
    return found


def cases_of(conn: Connection, ids: Collection[str]) -> list[Any]:
    """Reads cases, without those that were spam: id, customer_id, conversation_id, state, opened_at, resolved_at,
    topic, reason, team, claimed_by, channel, language, locale."""
    columns = [cases.c[name] for name in ("id", "customer_id", "conversation_id", "state", "opened_at", "resolved_at")]
    columns += [cases.c[name] for name in ("topic", "reason", "team", "claimed_by")]
    asked = select(*columns, conversations.c.channel, *LANGUAGE)
    asked = asked.join(conversations, conversations.c.id == cases.c.conversation_id)
    asked = asked.join(customers, customers.c.id == cases.c.customer_id)
    return list(conn.execute(asked.where(cases.c.id.in_(list(ids)), _IS_TRUE)))


_IS_TRUE = cases.c.state != CaseState.SPAM.value


def said_in(conn: Connection, case_ids: Collection[str]) -> Mapping[str, list[tuple[datetime, str, str]]]:
    """Reads by case what customers wrote and agents said to them while it was open: (when, id, the agent or "")."""
    ids = list(case_ids)
    told = (
        select(desk_messages.c.case_id, desk_messages.c.user, outbox_table.c.id, outbox_table.c.created_at)
        .join(outbox_table, outbox_table.c.id == desk_messages.c.outbox_id)
        .where(desk_messages.c.case_id.in_(ids), desk_messages.c.state == SENT, _SAID)
    )
    wrote = (
        select(cases.c.id.label("case_id"), messages.c.id, messages.c.at)
        .join(messages, messages.c.conversation_id == cases.c.conversation_id)
        .where(cases.c.id.in_(ids), messages.c.author == CUSTOMER, IS_MESSAGE, messages.c.at >= cases.c.opened_at)
        .where(or_(cases.c.resolved_at.is_(None), messages.c.at < cases.c.resolved_at))
    )
    said: dict[str, list[tuple[datetime, str, str]]] = defaultdict(list)
    for case_id, agent, id_, at in conn.execute(told):
        said[case_id].append((at, id_, agent))
    for case_id, id_, at in conn.execute(wrote):
        said[case_id].append((at, id_, ""))
    return {case_id: sorted(lines) for case_id, lines in said.items()}


def _grouped(rows: Any, name: str) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
