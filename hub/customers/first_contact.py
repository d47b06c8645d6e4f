"""Finds where a customer may be written to who never wrote there: a number of theirs, if they agreed to that."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from core.people.addresses import Address, provider_of
from core.people.consent import SERVICE
from hub.customers import newcomers
from hub.hub import Hub
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.people import consents, customers, families


def by_number(hub: Hub, phone: str) -> list[Address]:
    """Finds the addresses at which our accounts can write to a number; the Cloud API before Twilio's WhatsApp."""
    if not phone:
        return []
    accounts = [key for key, channel in hub.channels.items() if channel.capabilities.writes_first]
    first: dict[str, str] = {}
    for channel, account in sorted(accounts, key=lambda key: provider_of(*key) != key[0]):
        first.setdefault(channel, account)
    return [Address(channel, account, phone) for channel, account in first.items()]


def of_customer(hub: Hub, conn: Connection, customer_id: str) -> list[Address]:
    """Lists the addresses of a customer's own numbers at which they agreed to be written to, and never wrote."""
    known = customers.by_ids(conn, families.members(conn, customer_id))
    return agreed(hub, conn, {each.phone for each in known.values() if each.phone})


def agreed(hub: Hub, conn: Connection, phones: Collection[str]) -> list[Address]:
    """Lists the addresses of these numbers without a conversation where service messages are agreed to: by themselves,
    or with an order (`notify`)."""
    reached = [address for phone in sorted(phones) for address in by_number(hub, phone)]
    told = consents.state(conn, {(each.channel, each.value) for each in reached})
    spoken = conversations.known_keys(conn, [each.key for each in reached])
    unsaid = (False, "")
    return [a for a in reached if a.key not in spoken and told.get((a.channel, a.value, SERVICE), unsaid)[0]]


def begin(hub: Hub, conn: Connection, address: Address, now: datetime) -> Conversation | None:
    """Makes the conversation there: of the customer whose number it is, else of a new one."""
    newcomers.ensure(conn, hub.store, [(address, "")], now)
    return conversations.by_keys(conn, [address.key], lock=True).get(address.key)
