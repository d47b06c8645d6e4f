"""Parses Slack's payloads into desk events: pure, and None for what does not concern the desk."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import msgspec

from adapters.desks.slack.inbound import interactions, news
from adapters.desks.slack.inbound.payloads import Attached, EventCallback, File, HomeTab, Message, SlashCommand
from adapters.desks.slack.inbound.reading import convert, moment
from adapters.desks.slack.markup import mentioned, mentions, read, speaks_to_somebody, to_plain
from adapters.desks.slack.settings import SLACKBOT
from core.content.styles import Formatted
from core.desk.events import AgentDeleted, AgentEdited, AgentFile, AgentMessage, Command, DeskEvent, ThreadDeleted
from core.desk.forms import HomeOpened, Question
from core.desk.notes import mark_length
from core.errors import MalformedPayload
from core.messages.inbound import AccountNews

COMMAND = "/desk"
TOMBSTONE = "tombstone"  # what is left of a deleted message that has replies


Parsed = DeskEvent | AccountNews | Question | None


class Unreadable(msgspec.Struct, frozen=True):
    """Carries a signed payload that cannot be read, kept whole for replay. `path` says where the fault is."""

    external_id: str
    raw: str
    path: str = "$"


def parse(payload: Mapping[str, Any], now: datetime) -> Parsed:
    """Parses an event callback, an interaction or a slash command; None for what does not concern the desk.

    `now` dates slash commands and filled-in forms, which carry no time. Raises MalformedPayload when a kind we read
    has lost its shape.
    """
    if "command" in payload:
        return _command(convert(payload, SlashCommand), now)
    kind = payload.get("type")
    if not isinstance(kind, str):
        raise MalformedPayload("neither an event, an action nor a command", "$.type")
    if kind == "event_callback":
        return _event(payload, now)
    interaction = interactions.KINDS.get(kind)
    return interaction(payload, now) if interaction else None


def unreadable(raw: str, path: str = "$") -> Unreadable:
    """Wraps `raw` to be kept. The same body gives the same id, so that Slack's retries are kept once."""
    return Unreadable(f"unreadable:{hashlib.sha256(raw.encode()).hexdigest()[:32]}", raw, path)


def _event(payload: Mapping[str, Any], now: datetime) -> Parsed:
    envelope = convert(payload, EventCallback)
    if told := news.KINDS.get(envelope.event.type):
        return told(payload, envelope, now)
    reader = EVENTS.get(envelope.event.type)
    return reader(envelope.event_id, payload["event"]) if reader else None


def _home_opened(event_id: str, event: Any) -> HomeOpened | None:
    tab = convert(event, HomeTab, "$.event")
    return HomeOpened(event_id, tab.user, moment(tab.event_ts)) if tab.tab == "home" else None


def _message(event_id: str, event: Any) -> DeskEvent | None:
    message = convert(event, Message, "$.event")
    reader = _SUBTYPES.get(message.subtype or "")
    return reader(event_id, message) if reader else None


def _said(event_id: str, message: Message) -> DeskEvent | None:
    if not _by_person_in_thread(message):
        return None
    words = _words(message)
    return AgentMessage(
        external_id=event_id,
        place=message.channel,
        thread=message.thread_ts or "",
        message=message.ts,
        user=message.user or "",
        text=words.said.text,
        sent_at=moment(message.ts),
        note=words.is_note,
        files=tuple(_file(file) for file in message.files or () if file.id),
        styles=words.said.styles,
        in_passing=words.in_passing,
        aside=_aside(message),
    )


def _aside(message: Message) -> Literal["", "forwarded", "action"]:
    """Tells what makes a message one that may not be for the customer: another one that it brings, or `/me`."""
    if message.subtype == "me_message":
        return "action"
    try:
        attached = msgspec.convert(message.attachments or [], list[Attached])
    except msgspec.ValidationError:
        return ""
    return "forwarded" if any(each.is_share or each.is_msg_unfurl for each in attached) else ""


class _Words(NamedTuple):
    """Holds what somebody wrote, without the mark of a note."""

    said: Formatted
    is_note: bool
    in_passing: bool


def _words(message: Message) -> _Words:
    markup = message.text or ""
    said = read(markup, message.blocks)
    mark = mark_length(said.text)
    named = mentions(markup)
    in_passing = named and not mark and not speaks_to_somebody(markup)
    return _Words(said.without_start(mark) if mark else said, bool(mark) or named, in_passing)


def _file(file: File) -> AgentFile:
    return AgentFile(file.id, file.name or file.title or "file", file.mimetype or "", file.size or 0)


def _edited(event_id: str, event: Message) -> DeskEvent | None:
    """Parses an edit; None when the text is the same, as link previews and metadata fire `message_changed` too."""
    after, before = event.message, event.previous_message
    if after is not None and after.subtype == TOMBSTONE:
        return _gone(event_id, event)
    if after is None or after.subtype not in _SAID or not _by_person_in_thread(after):
        return None
    words = _words(after)
    if before is not None and _words(before) == words:
        return None
    return AgentEdited(
        external_id=event_id,
        place=event.channel,
        thread=after.thread_ts or "",
        message=after.ts,
        user=after.user or "",
        text=words.said.text,
        sent_at=moment(event.event_ts or event.ts),
        note=words.is_note,
        styles=words.said.styles,
    )


def _deleted(event_id: str, event: Message) -> DeskEvent | None:
    before = event.previous_message
    if before is None or before.bot_id:
        return _gone(event_id, event)
    if before.subtype not in _SAID or not _by_person_in_thread(before):
        return None
    return AgentDeleted(
        external_id=event_id,
        place=event.channel,
        thread=before.thread_ts or "",
        message=event.deleted_ts or before.ts,
        user=before.user or "",
        sent_at=moment(event.event_ts or event.ts),
    )


def _gone(event_id: str, event: Message) -> DeskEvent | None:
    """Parses the deletion of a bot's root message: of a whole thread, or of its root, which then is a tombstone."""
    before = event.previous_message
    if before is None or not before.bot_id or before.thread_ts not in (None, before.ts):
        return None
    thread = event.deleted_ts or before.ts
    return ThreadDeleted(event_id, event.channel, thread, moment(event.event_ts or event.ts))


def _by_person_in_thread(message: Message) -> bool:
    """Tells whether a person wrote in a thread; a root message has no thread, or its own id once it was answered."""
    person = bool(message.user) and message.user != SLACKBOT and not message.bot_id
    return person and bool(message.thread_ts) and message.thread_ts != message.ts


def _command(form: SlashCommand, now: datetime) -> DeskEvent | None:
    if form.command != COMMAND:
        return None
    plain, people = to_plain(form.text), mentioned(form.text)
    return Command(form.trigger_id, form.channel_id, form.user_id, plain, now, people)


_SAID = (None, "", "file_share", "thread_broadcast", "me_message")
_SUBTYPES: dict[str, Callable[[str, Message], DeskEvent | None]] = {
    "": _said,
    "file_share": _said,
    "thread_broadcast": _said,
    "me_message": _said,
    "message_changed": _edited,
    "message_deleted": _deleted,
}
EVENTS: Mapping[str, Callable[[str, Any], DeskEvent | Question | None]] = MappingProxyType(
    {"message": _message, "app_home_opened": _home_opened}
)
