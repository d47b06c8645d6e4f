"""Whom a notice reaches: a customer's conversations and number, with what she allowed on each."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection

from core.addresses import Address
from core.consent import MARKETING, SERVICE, ConsentState
from core.orders import Order
from hub.hub import Hub
from notifications.recipients import Candidate, Recipient
from notifications.zones import zone_candidates
from storage import consents, conversations, templates
from storage.conversations import AddressRow, Conversation
from storage.customers import Customer


def recipient_for(hub: Hub, conn: Connection, customer: Customer, order: Order | None) -> Recipient:
    """The recipient as the planner wants her."""
    phone = customer.phone or (order.buyer.phone if order else "") or ""
    opened = {c.key: c for c in conversations.of_customer(conn, customer.id) if c.in_use}
    hers = [row for row in conversations.addresses_of(conn, customer.id) if (row.home or row.key) in opened]
    seen = {c.address: c.last_inbound_at for c in opened.values()}
    numbered = {(row.channel, row.account, row.number) for row in hers}  # her number under whatever address
    for address in _by_number(hub, phone):
        if (address.channel, address.account, address.phone) not in numbered:
            seen[address] = None
    dead = {row.address for row in hers if row.dead_at}
    states = consents.state(conn, {(address.channel, address.value) for address in seen}, _aliases(hers, opened))
    stated = {channel: templates.of_channel(conn, channel) for channel in {address.channel for address in seen}}
    candidates = []
    for address, last_inbound in seen.items():
        channel = hub.channel(address.channel, address.account)
        if channel is None or address in dead:
            continue
        known = tuple(
            ConsentState(purpose, *states[address.channel, address.value, purpose])
            for purpose in (SERVICE, MARKETING)
            if (address.channel, address.value, purpose) in states
        )
        provider = "twilio" if address.account.startswith("twilio:") else ""
        told = tuple(stated[address.channel].get(address.account, ()))
        candidates.append(Candidate(address, channel.capabilities, last_inbound, known, provider, told))
    return Recipient(tuple(candidates), customer.name, customer.locale, zone_candidates(customer.timezone, phone))


def _aliases(
    hers: Iterable[AddressRow], opened: Mapping[str, Conversation]
) -> Mapping[tuple[str, str], Collection[str]]:
    """(channel, value) -> the other addresses of the same conversation: what she said at one, she said at all."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in hers:
        if row.home:
            found.setdefault((row.channel, opened[row.home].value), []).append(row.value)
    return found


def _by_number(hub: Hub, phone: str) -> list[Address]:
    """The store's own accounts that can write to a number; the Cloud API before Twilio's WhatsApp."""
    if not phone:
        return []
    accounts = [key for key, channel in hub.channels.items() if channel.capabilities.writes_first]
    first: dict[str, str] = {}
    for channel, account in sorted(accounts, key=lambda key: key[1].startswith("twilio:")):
        first.setdefault(channel, account)
    return [Address(channel, account, phone) for channel, account in first.items()]
