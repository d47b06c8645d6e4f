"""Reads what customers wrote that nobody understood."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from core.ids import first_id
from storage.conversations.tables import flow_events
from storage.conversations.timeline import CUSTOMER, IS_MESSAGE
from storage.insight.counting import EVERYTHING, Only, kept
from storage.insight.sources.stories import LANGUAGE
from storage.insight.tables import tallies
from storage.people.tables import conversations, customers, messages


def unmatched(conn: Connection, names: Collection[str], since: datetime, until: datetime, limit: int) -> list[Any]:
    """Reads the newest messages at which flows counted one of these between two moments, newest first: id,
    conversation_id, customer_id, at, text, channel, language, locale, event, flow, step.

    A flow counts in the turn of the message: that is the customer's last one before the count.
    """
    said = messages.alias("said")
    meant = (
        select(said.c.id)
        .where(said.c.conversation_id == flow_events.c.conversation_id, said.c.at <= flow_events.c.at)
        .where(said.c.author == CUSTOMER)
        .order_by(said.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    counted = flow_events.c.at >= since, flow_events.c.at < until, flow_events.c.name.in_(list(names))
    columns = [messages.c[name] for name in ("id", "conversation_id", "at", "text")]
    where = flow_events.c.name.label("event"), flow_events.c.flow, flow_events.c.step
    found = (
        select(*columns, conversations.c.customer_id, conversations.c.channel, *LANGUAGE, *where)
        .join_from(flow_events, messages, messages.c.id == meant)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .join(customers, customers.c.id == conversations.c.customer_id)
        .where(*counted, messages.c.id >= first_id(since), messages.c.text != "", IS_MESSAGE)
        .order_by(flow_events.c.at.desc(), flow_events.c.id.desc())
        .limit(limit)
    )
    return list(conn.execute(found))


def shares(conn: Connection, metric: str, first: date, last: date, *also: str, only: Only = EVERYTHING) -> list[Any]:
    """Counts a measure of ones and zeros by topic and detail, and by whatever `also` names: topic, detail, number,
    ones, of what has a detail."""
    span = tallies.c.metric == metric, tallies.c.day >= first, tallies.c.day <= last, tallies.c.detail != ""
    groups = [tallies.c[name] for name in ("topic", "detail", *also)]
    number, ones = func.sum(tallies.c.number).label("number"), func.sum(tallies.c.total).label("ones")
    found = select(*groups, number, ones).where(*span, *kept(only, tallies)).group_by(*groups).having(number > 0)
    return list(conn.execute(found))
