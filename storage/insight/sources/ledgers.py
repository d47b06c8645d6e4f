"""Reads what promises and costs are measured from."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from core.ids import first_id
from core.shop.promises import PromiseState
from storage.costs.tables import costs
from storage.engine.schema import looked_at
from storage.insight.sources.stories import LANGUAGE
from storage.insight.tables import measures
from storage.people.tables import conversations, customers, messages
from storage.promises.tables import promises
from storage.queues.tables import outbox

_JUDGED = {PromiseState.KEPT.value: 1, PromiseState.BROKEN.value: 0}
_NONE = -1


def misjudged_promises(conn: Connection, metric: str, since: datetime, until: datetime) -> set[str]:
    """Names the promises due between two moments of which the measures do not tell what the ledger does."""
    should = case(_JUDGED, value=promises.c.state, else_=_NONE)
    known = (measures.c.metric == metric) & (measures.c.subject == promises.c.id)
    any_ = promises.c.state.in_([state.value for state in PromiseState])  # it is the index's first column
    due = any_, promises.c.due_at >= since, promises.c.due_at < until
    found = select(promises.c.id).outerjoin(measures, known)
    return set(conn.scalars(found.where(*due, func.coalesce(measures.c.value, _NONE) != should)))


def judged_promises(conn: Connection, ids: Collection[str]) -> list[Any]:
    """Reads promises that were kept or broken: id, state, due_on, due_at, purpose, source, conversation_id, channel,
    language, locale."""
    columns = [promises.c[name] for name in ("id", "state", "due_on", "due_at", "purpose", "source")]
    found = (
        select(*columns, conversations.c.id.label("conversation_id"), conversations.c.channel, *LANGUAGE)
        .join_from(promises, customers, customers.c.id == promises.c.customer_id)
        .outerjoin(messages, messages.c.id == promises.c.message_id)
        .outerjoin(conversations, conversations.c.id == messages.c.conversation_id)
        .where(promises.c.id.in_(list(ids)), looked_at(promises.c.state).in_(list(_JUDGED)))
    )
    return list(conn.execute(found.order_by(promises.c.id)))


def booked(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the costs that were booked between two moments, without those of messages that were erased."""
    found = select(costs.c.id).join(outbox, outbox.c.id == costs.c.outbox_id)
    return set(conn.scalars(found.where(costs.c.id >= first_id(since), costs.c.id < first_id(until))))


def charges(conn: Connection, ids: Collection[str]) -> list[Any]:
    """Reads costs: the row, conversation_id, language, locale."""
    found = (
        select(costs, messages.c.conversation_id, *LANGUAGE)
        .outerjoin(messages, messages.c.id == costs.c.outbox_id)
        .outerjoin(customers, customers.c.id == messages.c.customer_id)
        .where(costs.c.id.in_(list(ids)))
    )
    return list(conn.execute(found.order_by(costs.c.id)))
