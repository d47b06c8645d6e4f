"""Tells whether the bot may say something here that nobody asked for just now."""

from sqlalchemy import Connection

from core.people.consent import SERVICE
from core.people.conversations import window_open
from hub.conversation.turn import Turn
from storage.people import consents


def may_write(turn: Turn, conn: Connection) -> bool:
    """Tells whether the customer can be reached here, takes messages, and the channel's window is open."""
    where = turn.conversation
    channel = turn.hub.channel(where.channel, where.account)
    if channel is None or where.dead_at:
        return False
    agreed = consents.allows(conn, where.channel, where.value, SERVICE)
    return agreed and window_open(turn.inbound_at, channel.capabilities.window_hours, turn.now)
