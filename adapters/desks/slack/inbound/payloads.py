"""Declares the parts of Slack's payloads that we read (docs: Events API, interactivity, slash commands), no others."""

from typing import Annotated, Any

import msgspec

# Slack's ids have about 11 characters and times 17; longer ones fit no column.
Id = Annotated[str, msgspec.Meta(max_length=32)]
EventId = Annotated[str, msgspec.Meta(max_length=128)]
Bytes = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class File(msgspec.Struct):
    """Describes a file shared with a message; from another workspace little more than its id (docs: file object)."""

    id: Id = ""
    name: str | None = None
    title: str | None = None
    mimetype: str | None = None
    size: Bytes | None = None


class Attached(msgspec.Struct):
    """Says of an attachment whether it is another message of the workspace, shared or linked to."""

    is_share: bool = False
    is_msg_unfurl: bool = False


class Edit(msgspec.Struct):
    """Names who edited a message."""

    user: str | None = None


class Message(msgspec.Struct):
    """Carries a `message` event, or the message inside `message_changed` and `message_deleted`."""

    channel: Id = ""
    ts: Id = ""
    event_ts: Id = ""
    thread_ts: Id | None = None
    subtype: str | None = None
    user: Id | None = None
    bot_id: str | None = None
    text: str | None = None
    blocks: Any = None  # read apart: a message is none the worse for blocks that we do not know
    files: list[File] | None = None
    attachments: Any = None  # read apart, as blocks are: previews of links have any shape
    edited: Edit | None = None
    message: "Message | None" = None
    previous_message: "Message | None" = None
    deleted_ts: Id = ""


class Kind(msgspec.Struct):
    """Names an event's type, which is read before the rest of the event."""

    type: str


class EventCallback(msgspec.Struct):
    """Wraps an event. `event_id` is the same in every retry."""

    event_id: EventId
    event: Kind


class Entity(msgspec.Struct):
    """Names a user or a channel by its id."""

    id: Id


class Container(msgspec.Struct):
    """Locates a pressed button. Ephemeral messages have no `message`, only this."""

    message_ts: Id = ""
    channel_id: Id = ""
    thread_ts: Id | None = None


class Place(msgspec.Struct):
    """Names the message that a pressed button is part of."""

    ts: Id = ""
    thread_ts: Id | None = None


class Action(msgspec.Struct):
    """Describes one pressed element. `value` is what we put into the button."""

    action_id: str
    action_ts: Id
    value: str | None = None


class State(msgspec.Struct):
    """Holds what is filled in: block id -> action id -> value."""

    values: dict[str, dict[str, Any]] = {}


class View(msgspec.Struct):
    """Describes a modal or a Home. `callback_id` is our form's, `private_metadata` what we put there."""

    id: Id
    callback_id: str = ""
    private_metadata: str = ""
    hash: str = ""
    state: State = msgspec.field(default_factory=State)


class BlockActions(msgspec.Struct):
    """Carries pressed buttons and changed fields (interactivity, `block_actions`)."""

    user: Entity
    actions: Annotated[list[Action], msgspec.Meta(min_length=1)]
    container: Container = msgspec.field(default_factory=Container)
    channel: Entity | None = None
    message: Place | None = None
    view: View | None = None


class ViewSubmission(msgspec.Struct):
    """Carries a filled-in modal (`view_submission`)."""

    user: Entity
    view: View


class BlockSuggestion(msgspec.Struct):
    """Asks for the options of an external select (`block_suggestion`): what was typed is `value`."""

    user: Entity
    block_id: str
    value: str = ""
    view: View | None = None


class MessageAction(msgspec.Struct):
    """Carries a shortcut on a message (`message_action`)."""

    callback_id: str
    action_ts: Id
    user: Entity
    channel: Entity
    message: Place


class GlobalShortcut(msgspec.Struct):
    """Carries a shortcut from anywhere (`shortcut`)."""

    callback_id: str
    action_ts: Id
    user: Entity


class HomeTab(msgspec.Struct):
    """Says who opened a tab of the app (`app_home_opened`)."""

    user: Id
    event_ts: Id
    tab: str = ""


class Channel(msgspec.Struct):
    """Says which channel was archived, opened again, deleted, or left by us."""

    channel: Id
    event_ts: Id = ""


class Renamed(msgspec.Struct):
    """Says which channel has another name (`channel_rename`)."""

    channel: Entity


class Membership(msgspec.Struct):
    """Says who joined or left a channel."""

    channel: Id
    user: Id
    event_ts: Id = ""


class Tokens(msgspec.Struct):
    """Lists whose tokens are revoked, by user ids."""

    bot: list[str] = []


class Revoked(msgspec.Struct):
    """Says that tokens are revoked (`tokens_revoked`)."""

    tokens: Tokens = msgspec.field(default_factory=Tokens)


class SlashCommand(msgspec.Struct):
    """Carries a slash command, which Slack sends as a form."""

    command: str
    user_id: Id
    channel_id: Id
    trigger_id: EventId
    text: str = ""
