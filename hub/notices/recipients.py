"""Whom a notice reaches: a customer's conversations and number, with what she allowed on each."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection

from core.addresses import Address, canonical
from core.consent import MARKETING, SERVICE, ConsentState
from core.orders import Order
from hub.customers.identity import ORDER_PROOF
from hub.hub import Hub
from notifications.planning.recipients import Candidate, Recipient
from notifications.planning.zones import zone_candidates
from storage.accounts import templates
from storage.people import consents, conversations, merges, proof_attempts
from storage.people.conversations import AddressRow, Conversation
from storage.people.customers import Customer


def recipient_for(hub: Hub, conn: Connection, customer: Customer, order: Order | None) -> Recipient:
    """The recipient as the planner wants her."""
    phone = _number(customer, order)
    opened = _opened(conn, customer, order, phone)
    people = sorted({customer.id, *(c.customer_id for c in opened.values())})
    known = [row for id_ in people for row in conversations.addresses_of(conn, id_)]
    hers = [row for row in known if (row.home or row.key) in opened]
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
        said = tuple(
            ConsentState(purpose, *states[address.channel, address.value, purpose])
            for purpose in (SERVICE, MARKETING)
            if (address.channel, address.value, purpose) in states
        )
        provider = "twilio" if address.account.startswith("twilio:") else ""
        told = tuple(stated[address.channel].get(address.account, ()))
        candidates.append(Candidate(address, channel.capabilities, last_inbound, said, provider, told))
    return Recipient(tuple(candidates), customer.name, customer.locale, zone_candidates(customer.timezone, phone))


def _number(customer: Customer, order: Order | None) -> str:
    """Where she is called about it: a guest where that order says, an account where the store has her now."""
    told = canonical(order.buyer.phone) if order else ""
    return told if order and told and not order.buyer.id else customer.phone or told


def _opened(conn: Connection, customer: Customer, order: Order | None, phone: str) -> dict[str, Conversation]:
    """Her conversations in use, and those of the number itself, by key.

    Who proved one order hears of that one: a number typed at the checkout may have led that order to somebody else.
    """
    by_number = conversations.of_number(conn, phone) if phone else []
    found = {c.key: c for c in (*conversations.of_customer(conn, customer.id), *by_number) if c.in_use}
    others = [c for c in found.values() if not (phone and c.phone_number == phone)]
    if not others:
        return found
    by_proof = merges.conversations_by(conn, customer.id, ORDER_PROOF)
    numbers = {c.phone_number for c in others if c.id in by_proof and c.phone_number}
    is_guests = order is not None and not order.buyer.id and customer.store_id is not None
    proved = proof_attempts.proved(conn, order.number) if order else set()
    limited = {c.key for c in others if c.id in by_proof or c.phone_number in numbers or (is_guests and c.phone_number)}
    return {key: c for key, c in found.items() if key not in limited or c.id in proved}


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
