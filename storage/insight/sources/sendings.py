"""Reads what notices are measured from: what was decided, what receipts said, what customers did soon after."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from core.ids import first_id
from storage.conversations.timeline import CUSTOMER, IS_MESSAGE, NOTICE
from storage.insight.sources.stories import LANGUAGE
from storage.notices.tables import IS_DECIDED, notices
from storage.people.tables import consents, customers, messages
from storage.queues.inbox import RECEIPT
from storage.queues.tables import inbox, outbox, outbox_parts

ERASED = "{}"  # what is left of a notice's data when its customer is erased: what was measured of it stays


def decided(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the notices that were sent, skipped or failed between two moments, without those of erased customers."""
    wanted = IS_DECIDED, notices.c.decided_at >= since, notices.c.decided_at < until, notices.c.data != ERASED
    return set(conn.scalars(select(notices.c.id).where(*wanted)))


def with_receipts(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the notices of which receipts came in between two moments."""
    told = select(inbox.c.key).where(
        inbox.c.lane == RECEIPT, inbox.c.id >= first_id(since), inbox.c.id < first_id(until)
    )
    found = select(outbox.c.notification_id).join(outbox_parts, outbox_parts.c.outbox_id == outbox.c.id)
    found = found.where(outbox.c.notification_id.is_not(None))
    by_id, by_provider = (found.where(column.in_(told)) for column in (outbox_parts.c.id, outbox_parts.c.provider_id))
    return {*conn.scalars(by_id), *conn.scalars(by_provider)}


def answered(conn: Connection, since: datetime, until: datetime, within: timedelta) -> set[str]:
    """Names the notices in whose conversation the customer wrote between two moments, so soon after they were told."""
    wrote = select(messages.c.conversation_id).where(messages.c.id >= first_id(since), messages.c.id < first_id(until))
    wrote = wrote.where(messages.c.author == CUSTOMER)
    told = messages.c.id >= first_id(since - within), messages.c.id < first_id(until), messages.c.author == NOTICE
    found = select(outbox.c.notification_id).join(messages, messages.c.id == outbox.c.id)
    found = found.where(messages.c.conversation_id.in_(wrote), *told)
    return {id_ for id_ in conn.scalars(found) if id_}


def of(conn: Connection, ids: Collection[str]) -> list[Any]:
    """Reads notices as they stand: id, kind, state, reason, channel, created_at, decided_at, message_id,
    conversation_id, language, locale. Those of erased customers are left out."""
    told = select(outbox.c.notification_id, func.max(outbox.c.id).label("message_id"))
    told = told.where(outbox.c.notification_id.in_(list(ids)), outbox.c.lane == "message")
    last = told.group_by(outbox.c.notification_id).subquery()
    columns = [notices.c[name] for name in ("id", "kind", "state", "reason", "channel", "created_at", "decided_at")]
    found = (
        select(*columns, last.c.message_id, messages.c.conversation_id, *LANGUAGE)
        .join_from(notices, customers, customers.c.id == notices.c.customer_id)
        .outerjoin(last, last.c.notification_id == notices.c.id)
        .outerjoin(messages, messages.c.id == last.c.message_id)
        .where(notices.c.id.in_(list(ids)), IS_DECIDED, notices.c.data != ERASED)
    )
    return list(conn.execute(found.order_by(notices.c.id)))


def statuses(conn: Connection, message_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Reads what receipts said of messages: the statuses of their calls that count, "" where none came."""
    found: dict[str, list[str]] = defaultdict(list)
    counts = outbox_parts.c.outbox_id.in_(list(message_ids)), outbox_parts.c.silent.is_(False)
    for id_, status in conn.execute(select(outbox_parts.c.outbox_id, outbox_parts.c.status).where(*counts)):
        found[id_].append(status or "")
    return found


def replies(conn: Connection, message_ids: Collection[str], within: timedelta) -> set[str]:
    """Names those of these messages after which the customer wrote in that conversation, so soon."""
    told = messages.alias("told")
    soon = _soon(messages.c.at, told.c.at, within)
    found = select(told.c.id).distinct().join(messages, messages.c.conversation_id == told.c.conversation_id)
    after = messages.c.id > told.c.id, messages.c.author == CUSTOMER, IS_MESSAGE
    return set(conn.scalars(found.where(told.c.id.in_(list(message_ids)), *after, *soon)))


def opt_outs(conn: Connection, message_ids: Collection[str], within: timedelta) -> set[str]:
    """Names those of these messages after which a consent was taken back at that address, so soon."""
    sent_at = func.coalesce(outbox.c.started_at, outbox.c.created_at)
    taken = (
        consents.c.channel == outbox.c.channel,
        consents.c.granted.is_(False),
        *_soon(consents.c.at, sent_at, within),
    )
    found = select(outbox.c.id).distinct().join(consents, consents.c.subject == outbox.c.value)
    return set(conn.scalars(found.where(outbox.c.id.in_(list(message_ids)), *taken)))


def _soon(at: Any, told: Any, within: timedelta) -> tuple[Any, ...]:
    moment, since = type_coerce(at, BigInteger), type_coerce(told, BigInteger)
    return moment > since, moment <= since + within // timedelta(microseconds=1)
