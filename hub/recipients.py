"""Whom a notice reaches: a customer's conversations and number, with what she allowed on each."""

from sqlalchemy import Connection

from core.addresses import Address
from core.consent import MARKETING, SERVICE, ConsentState
from core.orders import Order
from hub.hub import Hub
from notifications.recipients import Candidate, Recipient
from notifications.zones import zone_candidates
from storage import consents, conversations
from storage.customers import Customer


def recipient_for(hub: Hub, conn: Connection, customer: Customer, order: Order | None) -> Recipient:
    """The recipient as the planner wants her."""
    phone = customer.phone or (order.buyer.phone if order else "") or ""
    opened = conversations.of_customer(conn, customer.id)
    seen = {c.address: c.last_inbound_at for c in opened}
    for address in _by_number(hub, phone):
        seen.setdefault(address, None)
    dead = {address for address, died in conversations.addresses_of(conn, customer.id) if died}
    states = consents.state(conn, {(address.channel, address.value) for address in seen})
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
        candidates.append(Candidate(address, channel.capabilities, last_inbound, known, provider))
    return Recipient(tuple(candidates), customer.name, customer.locale, zone_candidates(customer.timezone, phone))


def _by_number(hub: Hub, phone: str) -> list[Address]:
    """The store's own accounts that can write to a number; the Cloud API before Twilio's WhatsApp."""
    if not phone:
        return []
    accounts = [key for key, channel in hub.channels.items() if channel.capabilities.writes_first]
    first: dict[str, str] = {}
    for channel, account in sorted(accounts, key=lambda key: key[1].startswith("twilio:")):
        first.setdefault(channel, account)
    return [Address(channel, account, phone) for channel, account in first.items()]
