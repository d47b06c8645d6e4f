"""Learns who a customer is, across their addresses: from channels and proofs, never from a guess.

A name or an e-mail typed in a chat proves nothing. What proves: the channel's own word (an alias, a change of
number), a contact that the channel says is the sender's own, an order with one fact that only its buyer knows, an
operator's command.
"""

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from core.people.addresses import Address, e164
from hub.customers.joining import hand_over, join
from hub.customers.ownership import unknown
from hub.hub import Hub
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.people import addresses, consents, customers, families, merges
from storage.people.addresses import AddressRow
from storage.shop import orders

log = logging.getLogger(__name__)

CHANNEL, SHARED_CONTACT, ORDER_PROOF, OPERATOR = "channel", "shared_contact", "order_proof", "operator"


def learn_aliases(
    hub: Hub, conn: Connection, conversation: Conversation, aliases: Collection[Address], now: datetime
) -> bool:
    """Learns other addresses of the person, by the channel's word; returns whether anything was new.

    Two customers become one, with both histories; an alias with a conversation of its own keeps it for the timeline,
    and what was under way there goes on in this one.
    """
    rows = addresses.by_keys(conn, [conversation.key, *(alias.key for alias in aliases)])
    own = rows.get(conversation.key)
    if own is None:
        return False
    home = own.home or own.key
    learned = [learn(hub, conn, home, each, rows.get(each.key), now) for each in unknown(rows, home, aliases)]
    return any(learned)


def learn(hub: Hub, conn: Connection, home: str, alias: Address, row: AddressRow | None, now: datetime) -> bool:
    """Gives `alias`, known as `row`, to the conversation `home`; false when its customers stay two."""
    both = conversations.by_keys(conn, [home, alias.key], lock=True)  # a turn under way sees the change
    kept = both.get(home)
    if kept is None:
        return False
    if row is None:
        addresses.add(conn, hub.store, alias, kept.customer_id, now, home=home)
    elif join(conn, kept.customer_id, row.customer_id, CHANNEL, now) is None:
        log.info("two customers with one address stay two", extra={"conversation_id": kept.id})
        return False
    addresses.set_home(conn, alias.key, home)
    if alias.key in both:
        hand_over(conn, both[alias.key], kept)
    consents.carry(conn, alias.channel, alias.value, kept.value, now)
    if alias.phone and kept.address.phone is None:
        _prove(conn, kept, alias.phone, CHANNEL, now)
    return True


def prove_phone(conn: Connection, conversation: Conversation, phone: str, now: datetime) -> bool:
    """Records that the channel vouches for this number of the customer's; returns whether that was new.

    They become one with the customer who has the number, and prove their orders by it from now on, as on WhatsApp.
    """
    number, known = e164(phone), conversations.by_id(conn, conversation.id)
    if number is None or known is None or known.phone_number == number:
        return False
    _prove(conn, known, number, SHARED_CONTACT, now)
    return True


def _prove(conn: Connection, conversation: Conversation, phone: str, reason: str, now: datetime) -> None:
    owner = customers.of_phones(conn, [phone]).get(phone)
    if conversation.address.phone is None:
        addresses.set_phone(conn, conversation.key, phone)
    if owner:
        join(conn, conversation.customer_id, owner, reason, now)
    id_ = families.survivors(conn, [conversation.customer_id])[conversation.customer_id]
    customers.set_missing_phone(conn, id_, phone)


def adopt(conn: Connection, conversation_id: str, order_number: str, now: datetime) -> None:
    """Makes a stranger (no account at the store, no order of their own) the buyer of the order that they proved."""
    stranger = conversations.by_id(conn, conversation_id)
    state = orders.state_of(conn, order_number)
    told = state[1] if state else None
    if stranger is None or told is None or stranger.store_id:
        return
    buyer = families.survivors(conn, [told])[told]
    if buyer == stranger.customer_id or orders.of_customer(conn, stranger.customer_id, 1):
        return
    if not families.parted(conn, buyer, stranger.customer_id):
        merges.merge(conn, buyer, stranger.customer_id, ORDER_PROOF, now)
