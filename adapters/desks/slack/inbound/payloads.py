"""The parts of Slack's payloads that we read (docs: Events API, interactivity, slash commands); all else is ignored."""

from typing import Annotated

import msgspec

# Slack's ids have about 11 characters and times 17; longer ones fit no column.
Id = Annotated[str, msgspec.Meta(max_length=32)]
EventId = Annotated[str, msgspec.Meta(max_length=128)]
Bytes = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class File(msgspec.Struct):
    """A file shared with a message. One from another workspace has little more than its id (docs: file object)."""

    id: Id = ""
    name: str | None = None
    title: str | None = None
    mimetype: str | None = None
    size: Bytes | None = None


class Edit(msgspec.Struct):
    """Who edited a message."""

    user: str | None = None


class Message(msgspec.Struct):
    """A `message` event, or the message inside `message_changed` and `message_deleted`."""

    channel: Id = ""
    ts: Id = ""
    event_ts: Id = ""
    thread_ts: Id | None = None
    subtype: str | None = None
    user: Id | None = None
    bot_id: str | None = None
    text: str | None = None
    files: list[File] | None = None
    edited: Edit | None = None
    message: "Message | None" = None
    previous_message: "Message | None" = None
    deleted_ts: Id = ""


class Kind(msgspec.Struct):
    """What an event is, before more is asked of it."""

    type: str


class EventCallback(msgspec.Struct):
    """The envelope of an event. `event_id` is the same in every retry."""

    event_id: EventId
    event: Kind


class Entity(msgspec.Struct):
    """Something with an id."""

    id: Id


class Container(msgspec.Struct):
    """Where a pressed button stands. Ephemeral messages have no `message`, only this."""

    message_ts: Id = ""
    channel_id: Id = ""
    thread_ts: Id | None = None


class Place(msgspec.Struct):
    """The message a pressed button stands in."""

    ts: Id = ""
    thread_ts: Id | None = None


class Action(msgspec.Struct):
    """One pressed element. `value` is what we put into the button."""

    action_id: str
    action_ts: Id
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
    user_id: Id
    channel_id: Id
    trigger_id: EventId
    text: str = ""
