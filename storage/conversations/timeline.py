"""Keeps what was said, by whom, in order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from core.encoding import encode
from core.messages.pieces import Quote
from storage.people.tables import conversations, messages
from storage.queues.tables import outbox

CUSTOMER, BOT, NOTICE = "customer", "bot", "notice"
ELSEWHERE = "elsewhere"  # a person of ours, but not by this desk
PROGRAM = "program"  # another program of ours, by itself
REACTIONS = ("reaction", "reaction_removed")  # in place of kinds of files
_NAME_MAX = 255  # what a column takes; no provider's id is longer
_QUOTE: msgspec.json.Decoder[Quote] = msgspec.json.Decoder(Quote)

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
    **more: Any,
) -> dict[str, Any]:
    """Makes a line of the timeline. `author` is customer, bot, notice, elsewhere, program or the agent's desk id.

    `more`: attachments (kinds), external_id, shared (JSON of all that came beside words and files:
    hub.conversation.hearing.shared), reply_to, quoted (a Quote). `answers` is for those that may fit
    (storage.conversations.suggestions).
    """
    reply_to, quoted = more.get("reply_to", ""), more.get("quoted")
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
        "reply_to": reply_to if 0 < len(reply_to) <= _NAME_MAX else None,
        "quoted": encode(quoted) if quoted else None,
        "answers": None,
    }


def withdraw(conn: Connection, id_: str) -> None:
    """Takes off a line of ours that was never said."""
    conn.execute(delete(messages).where(messages.c.id == id_))


def revise(conn: Connection, id_: str, text: str, at: datetime) -> None:
    """Changes a line of ours that was changed where the customer reads it; without words it was taken back."""
    changed: dict[str, Any] = {"text": text, "edited_at": at} if text else {"text": "", "deleted_at": at}
    conn.execute(update(messages).where(messages.c.id == id_).values(**changed))


def find(conn: Connection, conversation_id: str, external_id: str) -> str | None:
    """Finds the line of a message by the provider's id."""
    found = select(messages.c.id).where(*_NAMED)
    return conn.scalar(found, {"place": conversation_id, "name": external_id})


IS_MESSAGE = or_(messages.c.attachments.is_(None), messages.c.attachments.not_like("reaction%"))
_HEARD = (
    select(messages.c.external_id)
    .where(
        messages.c.conversation_id == bindparam("place"),
        messages.c.author == CUSTOMER,
        IS_MESSAGE,
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
    return list(conn.scalars(found.where(messages.c.author == CUSTOMER, IS_MESSAGE)))


def heard_since(conn: Connection, conversation_id: str, since: datetime) -> list[str]:
    """Lists what the customer wrote since then, in order."""
    found = select(messages.c.text).where(messages.c.conversation_id == conversation_id, messages.c.at >= since)
    return list(conn.scalars(found.where(messages.c.author == CUSTOMER, IS_MESSAGE).order_by(messages.c.id)))


def has_agent_since(conn: Connection, conversation_id: str, since: datetime) -> bool:
    """Tells whether an agent wrote to the customer since then."""
    others = (CUSTOMER, BOT, NOTICE, ELSEWHERE, PROGRAM)
    wrote = select(messages.c.id).where(messages.c.conversation_id == conversation_id, messages.c.at >= since)
    return conn.scalar(wrote.where(messages.c.author.not_in(others)).limit(1)) is not None


def programs(conn: Connection, since: datetime) -> list[tuple[str, str, int]]:
    """Counts what other programs of ours answered by themselves since then: (channel, account, how many)."""
    found = select(conversations.c.channel, conversations.c.account, func.count())
    found = found.join(messages, messages.c.conversation_id == conversations.c.id)
    found = found.where(messages.c.author == PROGRAM, messages.c.at >= since)
    grouped = found.group_by(conversations.c.channel, conversations.c.account)
    return [(channel, account, number) for channel, account, number in conn.execute(grouped)]


_WITH_OPTIONS = (
    select(outbox.c.payload)
    .join(messages, messages.c.id == outbox.c.id)
    .where(messages.c.conversation_id == bindparam("conversation"), outbox.c.payload.contains('"options":'))
    .order_by(messages.c.id.desc())
    .limit(1)
)


def last_with_options(conn: Connection, conversation_id: str) -> str | None:
    """Reads the newest message of a conversation that carries a menu, as it was written."""
    found: str | None = conn.scalar(_WITH_OPTIONS, {"conversation": conversation_id})
    return found


class Line(NamedTuple):
    """Holds a line as it is read back. `reply_to` names what it points at, `quoted` is what was shown of that."""

    author: str
    text: str
    attachments: str | None
    at: datetime
    reply_to: str | None = None
    quoted: Quote | None = None


def last(conn: Connection, conversation_id: str, limit: int, until: datetime | None = None) -> Sequence[Line]:
    """Reads the last lines, or the last until then, oldest first."""
    asked = select(*(messages.c[name] for name in Line._fields)).where(messages.c.conversation_id == conversation_id)
    asked = asked.where(messages.c.at <= until) if until else asked
    found = conn.execute(asked.order_by(messages.c.id.desc()).limit(limit))
    return [
        Line(
            row.author,
            row.text,
            row.attachments,
            row.at,
            row.reply_to,
            _QUOTE.decode(row.quoted) if row.quoted else None,
        )
        for row in reversed(found.all())
    ]
