"""Reads what contacts are measured from: what was said, by whom, which cases there were, and who was blocked."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, case, func, literal, select, union

from core.cases.block_times import BLOCK, UNBLOCK
from core.ids import first_id, moment_of
from storage.conversations.timeline import BOT, CUSTOMER, IS_MESSAGE
from storage.desk.audit import CASE, CASE_ID
from storage.desk.tables import audit, case_ends, cases
from storage.engine.schema import looked_at
from storage.people.tables import conversations, customers, merges, messages
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table

LANGUAGE = customers.c.language, customers.c.locale
_LEFT = case((outbox_table.c.state == outbox.SENT, outbox_table.c.finished_at)).label("left")
_BLOCKS = (BLOCK, UNBLOCK)


class _Until(msgspec.Struct):
    until: datetime


_UNTIL = msgspec.json.Decoder(_Until)


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


def desk_changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the customers of whom a case was opened again in that time, or who were blocked or let write again."""
    of_ends = select(cases.c.customer_id).join(case_ends, case_ends.c.case_id == cases.c.id)
    again = of_ends.where(case_ends.c.reopened_at >= since, case_ends.c.reopened_at < until)
    blocked = select(cases.c.customer_id).join(audit, cases.c.id == CASE_ID)
    between = audit.c.id >= first_id(since), audit.c.id < first_id(until)
    return set(conn.scalars(union(again, blocked.where(audit.c.action.in_(_BLOCKS), *between))))


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


def cases_of(conn: Connection, customer_ids: Collection[str]) -> Mapping[str, list[Any]]:
    """Reads by customer all their cases: id, opened_at, state."""
    asked = select(cases.c.customer_id, cases.c.id, cases.c.opened_at, cases.c.state)
    return _grouped(conn.execute(asked.where(cases.c.customer_id.in_(list(customer_ids)))), "customer_id")


def blocks_of(conn: Connection, customer_ids: Collection[str]) -> Mapping[str, list[tuple[datetime, datetime | None]]]:
    """Reads by customer when agents blocked them and until when, or (None) let them write again, in order."""
    asked = select(cases.c.customer_id, audit.c.at, audit.c.data)
    asked = asked.join(audit, audit.c.object == literal(CASE) + cases.c.id).order_by(audit.c.id)
    found: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    theirs = cases.c.customer_id.in_(list(customer_ids)), looked_at(audit.c.action).in_(_BLOCKS)
    for customer_id, at, data in conn.execute(asked.where(*theirs)):
        found[customer_id].append((at, _UNTIL.decode(data).until if data else None))
    return found


def _grouped(rows: Any, name: str) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
