"""Tells whether the bot may say something here that nobody asked for just now."""

from datetime import datetime

from sqlalchemy import Connection

from core.people.consent import SERVICE
from core.people.conversations import window_open
from hub.conversation.turn import Turn
from hub.hub import Hub
from storage.conversations.conversations import Conversation
from storage.people import consents


def may_write(turn: Turn, conn: Connection) -> bool:
    """Tells whether the customer can be reached here, takes messages, and the channel's window is open."""
    where = turn.conversation
    if where.dead_at or not is_open(turn.hub, where, turn.inbound_at, turn.now):
        return False
    return consents.allows(conn, where.channel, where.value, SERVICE)


def is_open(hub: Hub, where: Conversation, wrote_at: datetime | None, now: datetime) -> bool:
    """Tells whether the channel still takes free text there, since the customer wrote last."""
    channel = hub.channel(where.channel, where.account)
    return channel is not None and window_open(wrote_at, channel.capabilities.window_hours, now)
