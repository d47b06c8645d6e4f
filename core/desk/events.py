"""Defines what comes in from the desk: what an agent wrote, changed, pressed or asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from core.content.styles import Styled


class AgentFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that an agent shared. `id` is the desk's own handle."""

    id: str
    name: str = ""
    mime: str = ""
    size: int = 0


class AgentMessage(msgspec.Struct, frozen=True, omit_defaults=True, tag="agent_message"):
    """A human's message in a thread. `text` is plain, `styles` say how its words look; `note` when it must stay inside.

    A note `in_passing` only names somebody, and does not speak to them: its author may have meant the customer.
    `aside` says that it may be no reply, whatever its words: it brings another of the desk's messages ("forwarded"),
    or tells the desk what its author does ("action").
    """

    external_id: str
    place: str  # the desk's channel id
    thread: str  # the root message's id there
    message: str  # this message's own id there
    user: str
    text: str
    sent_at: datetime
    note: bool = False
    files: tuple[AgentFile, ...] = ()
    styles: tuple[Styled, ...] = ()
    in_passing: bool = False
    aside: Literal["", "forwarded", "action"] = ""


class AgentEdited(msgspec.Struct, frozen=True, omit_defaults=True, tag="agent_edited"):
    """A human changed the text of an earlier message (never sent for link previews)."""

    external_id: str
    place: str
    thread: str
    message: str
    user: str
    text: str
    sent_at: datetime
    note: bool = False
    styles: tuple[Styled, ...] = ()


class AgentDeleted(msgspec.Struct, frozen=True, omit_defaults=True, tag="agent_deleted"):
    """A human deleted an earlier message."""

    external_id: str
    place: str
    thread: str
    message: str
    user: str
    sent_at: datetime


class ThreadDeleted(msgspec.Struct, frozen=True, omit_defaults=True, tag="thread_deleted"):
    """The root message of a thread, a case's card perhaps, was deleted; the desk does not say by whom."""

    external_id: str
    place: str
    thread: str
    sent_at: datetime


class Pressed(msgspec.Struct, frozen=True, omit_defaults=True, tag="pressed"):
    """A button was pressed: `action` is its id, `value` the id of the case, held message or campaign.

    With `values` its form was filled in (`core.desk.forms`); with a `view` (the form's own id at the desk) it is still
    open, and waits for what only a worker can find out. A shortcut on a message is a press without a `value`, in whose
    thread the case is.
    """

    external_id: str
    place: str
    thread: str
    message: str
    user: str
    action: str
    value: str
    sent_at: datetime
    values: Mapping[str, str] = {}
    view: str = ""


class Command(msgspec.Struct, frozen=True, omit_defaults=True, tag="command"):
    """`/desk …`, answered in private. `people` are the users that it mentions."""

    external_id: str
    place: str
    user: str
    text: str
    sent_at: datetime
    people: tuple[str, ...] = ()


ThreadEvent = AgentMessage | AgentEdited | AgentDeleted | Pressed
DeskEvent = ThreadEvent | ThreadDeleted | Command

# A button's id begins with what it is about; its value is the id of that case, held message, reply (and what it is to
# go by, after a colon), campaign or return. One about the desk itself has none.
ON_CASE, ON_HELD, ON_REPLY, ON_CAMPAIGN, ON_DESK = "case_", "held_", "reply_", "campaign_", "desk_"
ON_RETURN = "return_"
HOME = "desk_home"  # the press that only shows somebody their own page


def is_button(id_: str) -> bool:
    """Tells whether an element's id can be that of a button of ours."""
    return id_.startswith((ON_CASE, ON_HELD, ON_REPLY, ON_CAMPAIGN, ON_RETURN, ON_DESK))


class DeskUser(msgspec.Struct, frozen=True, omit_defaults=True):
    """A user of the workspace. `member` is true for a full human member (no bot, guest, stranger or deleted one).

    `timezone` is their own, like "Europe/Berlin".
    """

    id: str
    name: str
    member: bool
    timezone: str = ""


_EVENT: msgspec.json.Decoder[DeskEvent] = msgspec.json.Decoder(DeskEvent)


def decode_desk_event(data: bytes | str) -> DeskEvent:
    """Reads the event that `core.encoding.encode` wrote."""
    return _EVENT.decode(data)
