"""The parts of Slack's payloads that we read (docs: Events API, interactivity, slash commands); all else is ignored."""

from typing import Annotated

import msgspec


class File(msgspec.Struct):
    """A file shared with a message. One from another workspace has little more than its id (docs: file object)."""

    id: str = ""
    name: str | None = None
    title: str | None = None
    mimetype: str | None = None
    size: int | None = None


class Edit(msgspec.Struct):
    """Who edited a message."""

    user: str | None = None


class Message(msgspec.Struct):
    """A `message` event, or the message inside `message_changed` and `message_deleted`."""

    channel: str = ""
    ts: str = ""
    event_ts: str = ""
    thread_ts: str | None = None
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    text: str | None = None
    files: list[File] | None = None
    edited: Edit | None = None
    message: "Message | None" = None
    previous_message: "Message | None" = None
    deleted_ts: str = ""


class Kind(msgspec.Struct):
    """What an event is, before more is asked of it."""

    type: str


class EventCallback(msgspec.Struct):
    """The envelope of an event. `event_id` is the same in every retry."""

    event_id: str
    event: Kind


class Entity(msgspec.Struct):
    """Something with an id."""

    id: str


class Container(msgspec.Struct):
    """Where a pressed button stands. Ephemeral messages have no `message`, only this."""

    message_ts: str = ""
    channel_id: str = ""
    thread_ts: str | None = None


class Place(msgspec.Struct):
    """The message a pressed button stands in."""

    ts: str = ""
    thread_ts: str | None = None


class Action(msgspec.Struct):
    """One pressed element. `value` is what we put into the button."""

    action_id: str
    action_ts: str
    value: str | None = None


class BlockActions(msgspec.Struct):
    """Pressed buttons (interactivity, `block_actions`)."""

    user: Entity
    actions: Annotated[list[Action], msgspec.Meta(min_length=1)]
    container: Container = msgspec.field(default_factory=Container)
    channel: Entity | None = None
    message: Place | None = None


class SlashCommand(msgspec.Struct):
    """A slash command, a form."""

    command: str
    user_id: str
    channel_id: str
    trigger_id: str
    text: str = ""
