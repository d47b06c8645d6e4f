"""Keeps what was said, by whom, in order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update

from storage.people.tables import conversations, messages

CUSTOMER, BOT, NOTICE = "customer", "bot", "notice"
ELSEWHERE = "elsewhere"  # a person of ours, but not by this desk
PROGRAM = "program"  # another program of ours, by itself

_NAMED = messages.c.conversation_id == bindparam("place"), messages.c.external_id == bindparam("name")
EDIT = update(messages).where(*_NAMED, messages.c.deleted_at.is_(None))
EDIT = EDIT.values(text=bindparam("text_"), edited_at=bindparam("at_"))
DELETE = update(messages).where(*_NAMED).values(text="", attachments=None, shared=None, deleted_at=bindparam("at_"))


def row(
    id_: str,
    conversation_id: str,
    customer_id: str,
    author: str,
    text: str,
    at: datetime,
    **more: str | None,
) -> dict[str, Any]:
    """Makes a line of the timeline. `author` is customer, bot, notice, elsewhere, program or the agent's desk id.

    `more`: attachments (kinds), external_id, shared (JSON of all that came beside words and files:
    hub.conversation.shared).
    """
    return {
        "id": id_,
        "conversation_id": conversation_id,
        "customer_id": customer_id,
        "direction": "in" if author == CUSTOMER else "out",
        "author": author,
        "text": text,
        "attachments": more.get("attachments"),
        "external_id": more.get("external_id"),
        "shared": more.get("shared"),
        "at": at,
    }


def find(conn: Connection, conversation_id: str, external_id: str) -> str | None:
    """Finds the line of a message by the provider's id."""
    found = select(messages.c.id).where(*_NAMED)
    return conn.scalar(found, {"place": conversation_id, "name": external_id})


_IS_MESSAGE = or_(messages.c.attachments.is_(None), messages.c.attachments.not_like("reaction%"))
_HEARD = (
    select(messages.c.external_id)
    .where(
        messages.c.conversation_id == bindparam("place"),
        messages.c.author == CUSTOMER,
        _IS_MESSAGE,
    )
    .order_by(messages.c.id.desc())
    .limit(1)
)


def last_heard(conn: Connection, conversation_id: str) -> str:
    """Finds the provider's id of the customer's newest message; empty when they never wrote."""
    return conn.scalar(_HEARD, {"place": conversation_id}) or ""


def heard_at(conn: Connection, conversation_id: str, since: datetime) -> list[datetime]:
    """Lists when the customer wrote since then."""
    found = select(messages.c.at).where(messages.c.conversation_id == conversation_id, messages.c.at >= since)
    return list(conn.scalars(found.where(messages.c.author == CUSTOMER, _IS_MESSAGE)))


def programs(conn: Connection, since: datetime) -> list[tuple[str, str, int]]:
    """Counts what other programs of ours answered by themselves since then: (channel, account, how many)."""
    found = select(conversations.c.channel, conversations.c.account, func.count())
    found = found.join(messages, messages.c.conversation_id == conversations.c.id)
    found = found.where(messages.c.author == PROGRAM, messages.c.at >= since)
    grouped = found.group_by(conversations.c.channel, conversations.c.account)
    return [(channel, account, number) for channel, account, number in conn.execute(grouped)]


def last(conn: Connection, conversation_id: str, limit: int) -> Sequence[tuple[str, str, str | None, datetime]]:
    """Reads the last (author, text, attachments, at), oldest first."""
    found = conn.execute(
        select(messages.c.author, messages.c.text, messages.c.attachments, messages.c.at)
        .where(messages.c.conversation_id == conversation_id)
        .order_by(messages.c.id.desc())
        .limit(limit)
    )
    return [(author, text, attachments, at) for author, text, attachments, at in reversed(found.all())]
