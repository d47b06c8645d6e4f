"""Handles files in messages: rows for what customers and agents send, lines for the desk, files ready to be sent.

The bytes come by `hub.media.fetcher`; until then a file is a row and a link that already works.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.content.media_types import container_of
from core.desk.events import AgentFile
from core.desk.glances import FileGlance
from core.desk.posts import ARRIVED, EARLIER, DeskPost, PostCustomer
from core.ids import new_id
from core.messages.inbound import Answered, Edited, InboundMessage
from core.messages.outbound import Media, OutboundMessage
from core.messages.pieces import Attachment
from hub.hub import Hub
from hub.media.cards import CARDS, told
from hub.media.reasons import FILE, reason
from storage.conversations.conversations import Conversation
from storage.media import files
from storage.media.files import File

DESK = "slack"  # the source of agents' files
SHOWN_AFTER = timedelta(seconds=3)  # a post to the desk waits so long for its files
SENT_AFTER = timedelta(minutes=2)  # an agent's message waits so long for its files
LOOK_AGAIN, LOOK_SELDOM = timedelta(seconds=1), timedelta(seconds=30)
PATIENT = timedelta(minutes=1)  # after which it is looked for seldom


class NotYet(Exception):
    """Raised when a file of the message is still being fetched; `wait`: when to look again."""

    def __init__(self, wait: timedelta = LOOK_AGAIN) -> None:
        super().__init__()
        self.wait = wait


class Lost(Exception):
    """Raised when nothing is left of the message; `code`: "file_" and what happened to its first file."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = FILE + code


def rows_for(
    event: InboundMessage | Edited | Answered, conversation: Conversation, message_id: str, now: datetime
) -> list[dict[str, Any]]:
    """Makes a row for each file in what somebody sent, each handle once."""
    attached: dict[str, Attachment] = {}
    for each in event.attachments:
        if each.ref:
            attached.setdefault(each.ref, each)
    return [
        files.row(
            new_id(now),
            event.sender.channel,
            event.sender.account,
            each.ref,
            each.kind,
            now,
            mime=each.mime,
            filename=each.filename,
            size=each.size,
            customer_id=conversation.customer_id,
            conversation_id=conversation.id,
            message_id=message_id,
        )
        for each in attached.values()
    ]


def agent_rows(
    attached: Iterable[AgentFile], place: str, who: Conversation, message_id: str, now: datetime
) -> list[dict[str, Any]]:
    """Makes a row for each file that an agent put into a thread."""
    return [
        files.row(
            new_id(now),
            DESK,
            place,
            file.id,
            _kind(file.mime),
            now,
            mime=file.mime,
            filename=file.name,
            size=file.size,
            customer_id=who.customer_id,
            conversation_id=who.id,
            message_id=message_id,
        )
        for file in attached
    ]


def described(known: Iterable[File]) -> tuple[Media, ...]:
    """Describes files for a message that is written before they are fetched."""
    return tuple(Media(file.id, file.kind, file.mime, file.filename, file.size) for file in known)


def of_post(conn: Connection, post: DeskPost, written_at: datetime, now: datetime) -> tuple[File, ...]:
    """Finds the files of a post to the desk. Raises NotYet while it is worth waiting for them.

    Words wait for a moment only; a post that is there for the files waits until each has come, or never will.
    """
    if not isinstance(post, PostCustomer) or not post.media:
        return ()
    found = files.by_ids(conn, post.media)
    known = tuple(found[id_] for id_ in post.media if id_ in found)
    age = now - written_at
    if any(file.is_coming for file in known) and (age < SHOWN_AFTER or post.change in (EARLIER, ARRIVED)):
        raise NotYet(LOOK_AGAIN if age < PATIENT else LOOK_SELDOM)
    return known


def glances(hub: Hub, known: Sequence[File], now: datetime) -> tuple[FileGlance, ...]:
    """Describes files for people, with a link, which works while the file is being fetched, too."""
    return tuple(_glance(hub, file, now) for file in known)


def ready(
    hub: Hub, conn: Connection, message: OutboundMessage, written_at: datetime, now: datetime
) -> tuple[OutboundMessage, tuple[str, ...]]:
    """Returns the message with its files as they really are, and a sentence for each that is missing.

    Raises NotYet while a file may still come, Lost when nothing is left to send.
    """
    if not message.media:
        return message, ()
    found = files.by_ids(conn, [each.id for each in message.media])
    wanted = [(each, found.get(each.id)) for each in message.media]
    if any(file and file.is_coming for _, file in wanted) and now < written_at + SENT_AFTER:
        raise NotYet
    there = [file for _, file in wanted if file and file.is_there(now)]
    kept = tuple(msgspec.structs.replace(each, link=hub.file_link(each.id)) for each in described(there))
    lost = [(each, _code(file)) for each, file in wanted if file not in there]
    if lost and not (kept or message.text.strip()):
        raise Lost(lost[0][1])
    missing = tuple(
        f"The file {each.filename or each.kind} was not sent, because {reason(code)}." for each, code in lost
    )
    return msgspec.structs.replace(message, media=kept), missing


def _code(file: File | None) -> str:
    if file is None:
        return files.ERASED
    return file.code or ("too_slow" if file.is_coming else "expired")


def _glance(hub: Hub, file: File, now: datetime) -> FileGlance:
    there, coming = file.is_there(now), file.is_coming
    if there and file.cards:
        return FileGlance("contact", file.filename, file.mime, file.size, told=told(file.cards))
    return FileGlance(
        kind=file.kind,
        filename=file.filename,
        mime=container_of(file.mime),
        size=file.size,
        link=hub.file_link(file.id) if there or (coming and file.mime not in CARDS) else "",
        trouble="" if there or coming else reason(_code(file)),
        coming=coming,
    )


def _kind(mime: str) -> str:
    kind = mime.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "document"
