"""Tells whether an agent may write to a customer in their own words now, and on which other addresses they may."""

from datetime import datetime

from sqlalchemy import Connection

from core.content.capabilities import Capabilities
from core.people.addresses import Address
from core.people.consent import SERVICE
from core.people.conversations import window_end, window_open
from hub.customers import first_contact
from hub.hub import Hub
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.people import consents


def hours_of(limits: Capabilities) -> float | None:
    """Returns for how long after the customer's last words a person may write; None without a limit."""
    return limits.human_window_hours or limits.window_hours


def is_open(hub: Hub, who: Conversation, now: datetime) -> bool:
    """Tells whether an agent's own words may be sent. While the channel is off nobody knows: they wait."""
    channel = hub.channel(who.channel, who.account)
    return channel is None or window_open(who.last_inbound_at, hours_of(channel.capabilities), now)


def closes_at(hub: Hub, who: Conversation) -> datetime | None:
    """Returns from when on an agent's own words are not taken any more; None where that never is, or nobody knows."""
    channel = hub.channel(who.channel, who.account)
    hours = hours_of(channel.capabilities) if channel else None
    return None if hours is None else window_end(who.last_inbound_at, hours)


def unspoken(hub: Hub, conn: Connection, who: Conversation) -> list[Address]:
    """Finds the customer's numbers where they never wrote, agreed to be written to, and words need no window."""
    found = first_contact.of_customer(hub, conn, who.customer_id)
    return [each for each in found if hub.channels[each.channel, each.account].capabilities.window_hours is None]


def others(hub: Hub, conn: Connection, who: Conversation, now: datetime) -> list[Conversation]:
    """Finds the customer's other addresses at which an agent may write now: consent and window allow it."""
    return [
        each
        for each in conversations.of_customer(conn, who.customer_id)
        if each.id != who.id
        and each.in_use
        and each.dead_at is None
        and hub.channel(each.channel, each.account)
        and is_open(hub, each, now)
        and consents.allows(conn, each.channel, each.value, SERVICE)
    ]
