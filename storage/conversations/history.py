"""Reads what was said in conversations together with what became of it: sent, delivered, read, failed and why."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, select

from core.content.media_types import container_of
from core.messages.inbound import ReceiptStatus
from core.messages.pieces import Quote
from core.messages.receipts import RANK
from storage.conversations import timeline
from storage.desk import messages as desk
from storage.desk.tables import cases, desk_messages
from storage.media.tables import media
from storage.people.tables import messages
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table
from storage.queues.tables import outbox_parts

RECEIVED = "received"
AGENT, NOTE = "agent", "note"
_QUOTE: msgspec.json.Decoder[Quote] = msgspec.json.Decoder(Quote)


class Said(msgspec.Struct, frozen=True):
    """Holds one message, or an agent's note. `state` of ours is what its receipts prove; `reason` a code."""

    id: str
    conversation_id: str
    at: datetime
    by: str  # customer, bot, agent, notice, program, note
    text: str
    state: str
    reason: str | None = None
    provider_ids: tuple[str, ...] = ()
    notice_id: str | None = None
    attachments: str | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reply_to: str | None = None  # what it answers, as the provider names it
    quoted: Quote | None = None  # what was shown of that
    author: str = ""  # of an agent: their id at the desk


def said(conn: Connection, conversation_ids: Collection[str], limit: int, since: datetime | None = None) -> list[Said]:
    """Reads the last `limit` messages of these conversations, with agents' notes, oldest first."""
    asked = select(messages).where(messages.c.conversation_id.in_(list(conversation_ids)))
    asked = asked.where(messages.c.at >= since) if since else asked
    rows = conn.execute(asked.order_by(messages.c.id.desc()).limit(limit)).all()
    fates = _fates(conn, [row.id for row in rows if row.direction == "out"])
    found = [_message(row, fates) for row in rows] + _notes(conn, conversation_ids, limit, since)
    return sorted(found, key=lambda each: (each.at, each.id))[-limit:]


class Page(NamedTuple):
    """Holds messages and notes in order, whether there are more before, and the id of the first after; "" for none."""

    said: list[Said]
    has_earlier: bool
    following: str


def page(conn: Connection, conversation_id: str, limit: int, before: str = "", start: str = "") -> Page:
    """Reads the last `limit` messages and notes of a conversation: of all, or of those before the id `before`; or the
    first ones from the id `start` on."""
    own = messages.c.conversation_id == conversation_id
    noted = cases.c.conversation_id == conversation_id
    rows = _some(conn, select(messages).where(own), messages.c.id, limit, before, start)
    notes = _some(conn, _KEPT_INSIDE.where(noted), desk_messages.c.id, limit, before, start)
    fates = _fates(conn, [row.id for row in rows if row.direction == "out"])
    found = sorted([*(_message(row, fates) for row in rows), *map(_note, notes)], key=lambda each: each.id)
    if not start:
        return Page(found[-limit:], len(found) > limit, before)
    earlier = conn.scalar(select(messages.c.id).where(own, messages.c.id < start).limit(1))
    return Page(found[:limit], earlier is not None, found[limit].id if len(found) > limit else "")


def _some(conn: Connection, asked: Select[Any], id_: Any, limit: int, before: str, start: str) -> Sequence[Any]:
    asked = asked.where(id_ < before) if before else asked.where(id_ >= start) if start else asked
    return conn.execute(asked.order_by(id_ if start else id_.desc()).limit(limit + 1)).all()


def by_ids(conn: Connection, ids: Collection[str]) -> list[Said]:
    """Reads messages, or notes, by their ids."""
    rows = conn.execute(select(messages).where(messages.c.id.in_(list(ids)))).all()
    fates = _fates(conn, [row.id for row in rows if row.direction == "out"])
    named = desk_messages.c.id.in_(list(ids))
    return [_message(row, fates) for row in rows] + [_note(row) for row in conn.execute(_NOTES.where(named))]


def files_of(conn: Connection, message_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Lists the files of messages: id -> [{id, kind, mime, name, size, state}]."""
    columns = (
        media.c.message_id,
        media.c.id,
        media.c.kind,
        media.c.mime,
        media.c.filename,
        media.c.size,
        media.c.state,
    )
    rows = conn.execute(select(*columns).where(media.c.message_id.in_(list(message_ids))).order_by(media.c.id))
    found: dict[str, list[dict[str, Any]]] = {}
    for message_id, id_, kind, mime, name, size, state in rows:
        file = {"id": id_, "kind": kind, "mime": container_of(mime), "name": name, "size": size, "state": state}
        found.setdefault(message_id, []).append(file)
    return found


def _message(row: Any, fates: dict[str, dict[str, Any]]) -> Said:
    by = row.author if row.author in (timeline.CUSTOMER, timeline.BOT, timeline.NOTICE, timeline.PROGRAM) else AGENT
    fate = fates.get(row.id, {"state": RECEIVED if row.direction == "in" else outbox.SENT})
    return Said(
        id=row.id,
        conversation_id=row.conversation_id,
        at=row.at,
        by=by,
        text=row.text,
        attachments=row.attachments,
        reply_to=row.reply_to,
        quoted=_QUOTE.decode(row.quoted) if row.quoted else None,
        author=row.author if by == AGENT and row.author != timeline.ELSEWHERE else "",
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        **{"provider_ids": (row.external_id,) if row.external_id else (), **fate},
    )


def _fates(conn: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Tells what became of messages of ours; the least of what the receipts of all parts prove."""
    columns = (outbox_table.c.id, outbox_table.c.state, outbox_table.c.code, outbox_table.c.notification_id)
    found = {
        id_: {"state": state, "reason": code, "notice_id": notice_id}
        for id_, state, code, notice_id in conn.execute(select(*columns).where(outbox_table.c.id.in_(ids)))
    }
    parts: dict[str, list[Any]] = {}
    listed = select(outbox_parts).where(outbox_parts.c.outbox_id.in_(ids)).order_by(outbox_parts.c.n)
    for part in conn.execute(listed):
        parts.setdefault(part.outbox_id, []).append(part)
    for id_, own in parts.items():
        fate = found.get(id_)
        if fate is None:
            continue
        fate["provider_ids"] = tuple(part.provider_id for part in own if part.provider_id)
        fate["reason"] = fate["reason"] or next((part.code for part in own if part.code), None)
        if fate["state"] == outbox.SENT:
            proved = min((ReceiptStatus(part.status or "queued") for part in own), key=RANK.__getitem__)
            fate["state"] = max(ReceiptStatus.SENT, proved, key=RANK.__getitem__).value
    return found


_NOTES = select(desk_messages, cases.c.conversation_id).join(cases, cases.c.id == desk_messages.c.case_id)


_KEPT_INSIDE = _NOTES.where(desk_messages.c.state != desk.SENT)


def _notes(conn: Connection, conversation_ids: Collection[str], limit: int, since: datetime | None) -> list[Said]:
    asked = _KEPT_INSIDE.where(cases.c.conversation_id.in_(list(conversation_ids)))
    asked = asked.where(desk_messages.c.at >= since) if since else asked
    return [_note(row) for row in conn.execute(asked.order_by(desk_messages.c.id.desc()).limit(limit))]


def _note(row: Any) -> Said:
    by = NOTE if row.state == desk.NOTE else AGENT
    return Said(row.id, row.conversation_id, row.at, by, row.text, row.state, author=row.user)
