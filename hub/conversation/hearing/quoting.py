"""Finds what a customer points at, by the channel's id for it: on the timeline, or in what this turn adds to it."""

from sqlalchemy import Connection

from core.messages.quotes import Known
from hub.conversation.turn import Turn
from storage.conversations import quotes
from storage.people.tables import messages as messages_table


def find(turn: Turn, conn: Connection, name: str) -> Known | None:
    """Finds the message called `name`; None when it is not known (any more). One statement, none without a name."""
    if not name:
        return None
    for row in turn.batch.inserted(messages_table):
        if row["external_id"] == name:
            return quotes.known(row["author"], row["text"], row["attachments"])
    return quotes.pointed_at(conn, turn.conversation.id, [name]).get(name)
