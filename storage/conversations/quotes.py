"""Finds the messages that others point at, and by which id the provider knows one of them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, select, union_all

from core.messages.quotes import Known
from storage.conversations import timeline
from storage.people.tables import conversations, messages
from storage.queues.tables import outbox_parts

_WORDS = (
    messages.c.id.label("line"),
    messages.c.author,
    messages.c.text,
    messages.c.attachments,
    messages.c.deleted_at,
)
_HERE = messages.c.conversation_id == bindparam("place")
_NAMES: BindParameter[list[str]] = bindparam("names", expanding=True)
# By what a channel may call a message: the customer's own id, that of a part of ours; or by our own id.
_QUOTED = union_all(
    select(messages.c.external_id.label("name"), *_WORDS).where(_HERE, messages.c.external_id.in_(_NAMES)),
    select(messages.c.id.label("name"), *_WORDS).where(_HERE, messages.c.id.in_(_NAMES)),
    select(outbox_parts.c.provider_id.label("name"), *_WORDS)
    .join(messages, messages.c.id == outbox_parts.c.outbox_id)
    .where(_HERE, outbox_parts.c.provider_id.in_(_NAMES)),
)


def pointed_at(conn: Connection, conversation_id: str, names: Collection[str]) -> dict[str, Known]:
    """Finds the messages of a conversation that others point at, whoever wrote them; those of several parts by each."""
    rows = _rows(conn, conversation_id, names)
    return {row.name: known(row.author, row.text, row.attachments, deleted=bool(row.deleted_at)) for row in rows}


def lines(conn: Connection, conversation_id: str, names: Collection[str]) -> dict[str, str]:
    """Finds our own ids of the messages that others point at."""
    return {row.name: row.line for row in _rows(conn, conversation_id, names)}


def _rows(conn: Connection, conversation_id: str, names: Collection[str]) -> Sequence[Any]:
    return conn.execute(_QUOTED, {"place": conversation_id, "names": list(names)}).all() if names else ()


def known(author: str, text: str, attachments: str | None, *, deleted: bool = False) -> Known:
    """Makes of a line what is shown of it where another message points at it."""
    kinds = tuple((attachments or "").split(",")) if attachments and attachments not in timeline.REACTIONS else ()
    return Known(written_by(author), text, kinds, deleted)


def written_by(author: str) -> str:
    """Returns the author as agents are told: customer, bot, notice, program, and agent for whichever person of ours."""
    return author if author in (timeline.CUSTOMER, timeline.BOT, timeline.NOTICE, timeline.PROGRAM) else "agent"


_PROVIDERS_ID = (
    select(func.coalesce(messages.c.external_id, outbox_parts.c.provider_id))
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .outerjoin(
        outbox_parts,
        and_(
            outbox_parts.c.outbox_id == messages.c.id,
            outbox_parts.c.key == conversations.c.key,
            outbox_parts.c.silent.is_(False),
            outbox_parts.c.provider_id.is_not(None),
        ),
    )
    .where(messages.c.id == bindparam("line"), messages.c.deleted_at.is_(None), conversations.c.key == bindparam("key"))
    .order_by(outbox_parts.c.n)
    .limit(1)
)


def providers_id(conn: Connection, key: str, line: str) -> str:
    """Finds by which id the provider knows a line of the conversation with this key: of our own, by its first part.

    Empty where it is not one of these, was taken back, or never went out.
    """
    return conn.scalar(_PROVIDERS_ID, {"key": key, "line": line}) or ""
