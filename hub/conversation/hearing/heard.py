"""Makes of what came in what the flows hear."""

from typing import Any

from core.messages.inbound import InboundMessage, Said, Unsupported
from core.messages.pieces import Choice
from core.messages.quotes import words
from flows.engine.events import UserMessage
from hub.conversation.hearing.quoting import find
from hub.conversation.store_view import GroupReader
from hub.conversation.turn import Turn

LINKED = "start:"  # with our own word, the id of a choice that is a deep link
START = "/start"


def user_message(turn: Turn, event: Said, reader: GroupReader) -> UserMessage:
    """Makes of an event what the flows hear."""
    if isinstance(event, InboundMessage):
        return _opening(event) or UserMessage(
            event.text,
            event.choice,
            kinds_of(event),
            proved=turn.proved,
            quoted=_quoted(turn, event, reader),
            shared=turn.carried,
            came_by=event.referral,
            sent_at=event.sent_at,
            files=turn.files,
            place=_place(event),
            advice=turn.advice,
        )
    return UserMessage(attachments=(event.kind,), shared=turn.carried)


def _opening(event: InboundMessage) -> UserMessage | None:
    """Makes a message of a chat that was opened without a word: by our link, which may name a flow, or by a button."""
    choice = event.choice
    linked = choice is not None and choice.id.startswith(LINKED)
    began = event.referral is not None and event.referral.source == "get_started"
    if not (linked or began) or event.attachments or event.text not in ("", START):
        return None
    flow = choice.id.removeprefix(LINKED) if linked and choice else ""
    return UserMessage(START, Choice(f"start.{flow}") if flow else None, came_by=event.referral)


def _quoted(turn: Turn, event: InboundMessage, reader: GroupReader) -> str:
    """Reads the words that the message points at, for the flows; nothing is read for a press."""
    if event.choice or not (event.reply_to or event.quoted):
        return ""
    return words(find(turn, reader.conn, event.reply_to), event.quoted)


def _place(event: InboundMessage) -> dict[str, Any] | None:
    """Reads the place that was shared: latitude and longitude, perhaps with a name and an address."""
    shared = next((each.data for each in event.attachments if each.kind == "location"), None)
    return dict(shared) if shared else None


def kinds_of(event: Said) -> tuple[str, ...]:
    """Names what came beside words: the kinds of its attachments, or the kind that we cannot read."""
    if isinstance(event, Unsupported):
        return (event.kind,)
    return tuple(attachment.kind for attachment in event.attachments)
