"""Reads what contacts are measured from: what was said, by whom, and when cases were open."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from core.ids import first_id, moment_of
from storage.conversations.timeline import BOT, CUSTOMER, IS_MESSAGE
from storage.desk.tables import cases
from storage.people.tables import conversations, customers, merges, messages
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table

LANGUAGE = customers.c.language, customers.c.locale
_LEFT = case((outbox_table.c.state == outbox.SENT, outbox_table.c.finished_at)).label("left")


def first_said(conn: Connection) -> datetime | None:
    """Returns when the first message was written; None where there is none."""
    first = conn.scalar(select(func.min(messages.c.id)))
    return moment_of(first) if first else None


def wrote_between(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the customers who wrote in that time."""
    between = messages.c.id >= first_id(since), messages.c.id < first_id(until)
    return set(conn.scalars(select(messages.c.customer_id).distinct().where(*between, messages.c.author == CUSTOMER)))


def merged_between(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the customers who turned out in that time to be one with another."""
    between = merges.c.id >= first_id(since), merges.c.id < first_id(until)
    return set(conn.scalars(select(merges.c.kept_id).distinct().where(*between)))


def spoken(conn: Connection, customer_ids: Collection[str], since: datetime) -> Mapping[str, list[Any]]:
    """Reads by customer what they wrote since then and what the bot answered, in order: id, conversation_id, at,
    author, flow, left (when the provider took it), channel, language, locale."""
    own = conversations.c.customer_id.in_(list(customer_ids))
    asked = (
        select(
            messages.c.id,
            messages.c.conversation_id,
            messages.c.at,
            messages.c.author,
            outbox_table.c.flow,
            _LEFT,
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


def _grouped(rows: Any, name: str) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
