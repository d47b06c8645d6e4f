"""Reads what customers wrote that nobody understood."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from core.ids import first_id
from storage.conversations.tables import flow_events
from storage.conversations.timeline import CUSTOMER, IS_MESSAGE
from storage.insight.stories import LANGUAGE
from storage.insight.tables import measures
from storage.people.tables import conversations, customers, messages


def unmatched(conn: Connection, names: Collection[str], since: datetime, until: datetime, limit: int) -> list[Any]:
    """Reads the newest messages at which flows counted one of these between two moments, newest first: id,
    conversation_id, at, text, channel, name, language, locale, event, flow, step.

    A flow counts in the turn of the message: that is the customer's last one before the count.
    """
    meant = (
        select(messages.c.id)
        .where(messages.c.conversation_id == flow_events.c.conversation_id, messages.c.id < flow_events.c.id)
        .where(messages.c.author == CUSTOMER, IS_MESSAGE)
        .order_by(messages.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    counted = flow_events.c.at >= since, flow_events.c.at < until, flow_events.c.name.in_(list(names))
    columns = [messages.c[name] for name in ("id", "conversation_id", "at", "text")]
    where = flow_events.c.name.label("event"), flow_events.c.flow, flow_events.c.step
    found = (
        select(*columns, conversations.c.channel, customers.c.name, *LANGUAGE, *where)
        .join_from(flow_events, messages, messages.c.id == meant)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .join(customers, customers.c.id == conversations.c.customer_id)
        .where(*counted, messages.c.id >= first_id(since), messages.c.text != "")
        .order_by(flow_events.c.at.desc(), flow_events.c.id.desc())
        .limit(limit)
    )
    return list(conn.execute(found))


def read_as(conn: Connection, metric: str, first: date, last: date) -> list[Any]:
    """Counts how customers read texts of ours on these days: text, language, flow, answered, misread.

    `flow`: where it was said last.
    """
    days = measures.c.metric == metric, measures.c.day >= first, measures.c.day <= last, measures.c.detail != ""
    groups = measures.c.detail, measures.c.language
    counts = func.count().label("answered"), func.sum(measures.c.value).label("misread")
    flow = func.max(measures.c.topic).label("flow")
    found = select(measures.c.detail.label("text"), measures.c.language, flow, *counts)
    return list(conn.execute(found.where(*days).group_by(*groups)))
