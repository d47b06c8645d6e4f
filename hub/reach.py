"""Tells whether we may say something to a customer now, unasked: one answer for the bot, the desk and its clocks."""

from datetime import datetime

from sqlalchemy import Connection

from core.people.consent import SERVICE
from core.people.conversations import window_end, window_open
from hub.hub import Hub
from storage.conversations.conversations import Conversation
from storage.people import consents


def may_say(hub: Hub, conn: Connection, who: Conversation, now: datetime) -> bool:
    """Tells whether the customer can be reached there, takes messages, and free text of ours would be taken now.

    Where the channel is off here, what we say waits until it is on.
    """
    is_off = hub.channel(who.channel, who.account) is None
    if who.dead_at or not (is_off or is_open(hub, who, now)):
        return False
    return consents.allows(conn, who.channel, who.value, SERVICE)


def is_open(hub: Hub, who: Conversation, now: datetime) -> bool:
    """Tells whether the channel takes free text of ours there. An agent's own words it may take for longer."""
    channel = hub.channel(who.channel, who.account)
    return channel is not None and window_open(who.last_inbound_at, channel.capabilities.window_hours, now)


def closes_at(hub: Hub, who: Conversation) -> datetime | None:
    """Returns from when on free text of ours is not taken there any more; None where that never is, or nobody knows."""
    channel = hub.channel(who.channel, who.account)
    hours = channel.capabilities.window_hours if channel else None
    return None if hours is None else window_end(who.last_inbound_at, hours)
