"""Reads what the bot's ears and flows are measured from: what was said in conversations, and what flows counted."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from core.ids import first_id
from storage.conversations.tables import flow_events
from storage.conversations.timeline import BOT, CUSTOMER, IS_MESSAGE
from storage.insight.sources.stories import LANGUAGE
from storage.people.tables import conversations, customers, messages
from storage.queues.tables import outbox

SPEAKS = "bot"  # the speaker of what flows say; what the system says by itself answers nothing


def written(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the messages that customers wrote between two moments."""
    mine = messages.c.author == CUSTOMER, IS_MESSAGE, *_between(messages.c.id, since, until)
    return set(conn.scalars(select(messages.c.id).where(*mine)))


def said(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the texts that flows said between two moments."""
    return set(conn.scalars(_texts().where(*_between(messages.c.id, since, until))))


def said_before(conn: Connection, since: datetime, until: datetime, back: timedelta) -> set[str]:
    """Names the texts that flows had said, at most so long before, where customers wrote between two moments."""
    theirs = messages.alias("theirs")
    wrote = select(theirs.c.conversation_id).where(theirs.c.author == CUSTOMER, *_between(theirs.c.id, since, until))
    near = messages.c.conversation_id.in_(wrote), *_between(messages.c.id, since - back, until)
    return set(conn.scalars(_texts().where(*near)))


def _texts() -> Any:
    found = select(messages.c.id).join(outbox, outbox.c.id == messages.c.id)
    return found.where(messages.c.author == BOT, outbox.c.response.is_not(None))


def lines(conn: Connection, ids: Collection[str], since: datetime, until: datetime) -> Mapping[str, Sequence[Any]]:
    """Reads by conversation what customers and flows said between two moments, in order, where these messages are.

    id, conversation_id, at, author, flow, response, channel, language, locale.
    """
    places = select(messages.c.conversation_id).where(messages.c.id.in_(list(ids)))
    by_flows = (messages.c.author == BOT) & (outbox.c.speaker == SPEAKS)
    asked = (
        select(
            messages.c.id,
            messages.c.conversation_id,
            messages.c.at,
            messages.c.author,
            outbox.c.flow,
            outbox.c.response,
            conversations.c.channel,
            *LANGUAGE,
        )
        .join_from(messages, conversations, conversations.c.id == messages.c.conversation_id)
        .join(customers, customers.c.id == conversations.c.customer_id)
        .outerjoin(outbox, outbox.c.id == messages.c.id)
        .where(messages.c.conversation_id.in_(places), *_between(messages.c.id, since, until))
        .where(or_(messages.c.author == CUSTOMER, by_flows), IS_MESSAGE)
        .order_by(messages.c.id)
    )
    return _by_conversation(conn.execute(asked))


def events(
    conn: Connection, conversation_ids: Collection[str], names: Collection[str], since: datetime, until: datetime
) -> Mapping[str, Sequence[Any]]:
    """Reads by conversation what flows counted there between two moments, in order: the rows of the table."""
    own = flow_events.c.conversation_id.in_(list(conversation_ids)), flow_events.c.name.in_(list(names))
    found = select(flow_events).where(*own, *_between(flow_events.c.id, since, until))
    return _by_conversation(conn.execute(found.order_by(flow_events.c.id)))


def counted_in(conn: Connection, names: Collection[str], since: datetime, until: datetime) -> set[str]:
    """Names the conversations in which flows counted this between two moments."""
    told = flow_events.c.name.in_(list(names)), flow_events.c.at >= since, flow_events.c.at < until
    return set(conn.scalars(select(flow_events.c.conversation_id).distinct().where(*told)))


def places(conn: Connection, conversation_ids: Collection[str]) -> Mapping[str, Any]:
    """Reads where conversations take place, by their ids: id, channel, language, locale. Who is erased has none."""
    found = select(conversations.c.id, conversations.c.channel, *LANGUAGE)
    found = found.join(customers, customers.c.id == conversations.c.customer_id)
    rows = conn.execute(found.where(conversations.c.id.in_(list(conversation_ids))))
    return {row.id: row for row in rows}


def _between(column: ColumnElement[str], since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return column >= first_id(since), column < first_id(until)


def _by_conversation(rows: Any) -> Mapping[str, Sequence[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.conversation_id].append(row)
    return found
