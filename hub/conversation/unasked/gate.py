"""Tells whether the bot may say something here that nobody asked for just now."""

from msgspec.structs import replace
from sqlalchemy import Connection

from hub import reach
from hub.conversation.turn import Turn


def may_write(turn: Turn, conn: Connection) -> bool:
    """Tells whether the customer can be reached here, takes messages, and the window is open, since they wrote last."""
    return reach.may_say(turn.hub, conn, replace(turn.conversation, last_inbound_at=turn.inbound_at), turn.now)
