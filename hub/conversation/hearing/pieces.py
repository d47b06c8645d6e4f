"""Takes the end off a card number that a customer writes in pieces, before anybody reads it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection

from core.content.split_secrets import completed, may_go_on
from core.encoding import encode
from core.messages.inbound import InboundMessage
from hub.conversation.hearing.coalesce import Event
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.engine.batch import Batch
from storage.queues import copies

JUST_NOW = timedelta(minutes=2)


def unsplit(
    conversation: Conversation, events: Sequence[Event], causes: Sequence[str], conn: Connection, now: datetime
) -> tuple[list[Event], Batch]:
    """Returns the events with such ends masked, and the rows of the inbox that are to say so too.

    What was said before is only read where a message begins with a number, and follows another at once.
    """
    batch, heard, said = Batch(), list[Event](), list[str]()
    wrote = conversation.last_inbound_at
    is_read = wrote is None or now - wrote > JUST_NOW  # there is nothing to be read
    for event, cause in zip(events, causes, strict=True):
        if isinstance(event, InboundMessage):
            if may_go_on(event.text) and not is_read:
                said = [*timeline.heard_since(conn, conversation.id, now - JUST_NOW), *said]
                is_read = True
            text = completed(said, event.text) if said else event.text
            if text != event.text:
                event = replace(event, text=text)  # noqa: PLW2901 - what is heard instead
                batch.update(copies.REWRITE_ARRIVAL, {"row": cause, "payload_": encode(event)})
            said.append(event.text)
        heard.append(event)
    return heard, batch
