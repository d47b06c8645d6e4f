"""Tells which conversation an address belongs to, and whether the person behind it is another one now."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from core.desk.posts import PostCustomer
from core.people.addresses import Address, spellings
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk import audit
from storage.people import addresses, moves
from storage.people.addresses import AddressRow

ANOTHER_PERSON = "identity_changed"

# A person's id in one business, not the one for a group of businesses (Meta, "Business-scoped user IDs").
_OWN_ID = re.compile(r"[A-Z]{2}\.(?!ENT\.)")


def homes(conn: Connection, keys: Collection[str]) -> dict[str, str]:
    """Finds the conversations that addresses belong to, where these are others: key of the address -> key.

    Another spelling of a number we know on the same account is the same address.
    """
    written = {key: _spelled(key) for key in keys}
    rows = addresses.by_keys(conn, {*keys, *(other for others in written.values() for other in others)})
    found: dict[str, str] = {}
    for key, others in written.items():
        row = next((rows[each] for each in (key, *others) if each in rows), None)
        home = (row.home or row.key) if row else key
        if home != key:
            found[key] = home
    there = conversations.by_keys(conn, set(found.values()))
    return {key: home for key, home in found.items() if home in there}


def strange(conn: Connection, told: Mapping[str, Collection[Address]]) -> dict[str, tuple[Address, ...]]:
    """Finds new addresses: conversation's key -> those in `told` not known to be its own; one question for all.

    A conversation without any is left out.
    """
    asked = {address.key for addresses in told.values() for address in addresses}
    rows = addresses.by_keys(conn, asked) if asked else {}
    found = {key: unknown(rows, key, addresses) for key, addresses in told.items()}
    return {key: tuple(unknown) for key, unknown in found.items() if unknown}


def changed_hands(conn: Connection, conversation: Conversation, told: Collection[Collection[Address]]) -> bool:
    """Tells whether a channel names another person than before. `told`: per message the addresses it named together.

    A number has one id in our business; another one means another person, or an account made anew.
    """
    named = [{each for each in together if each.phone is None} for together in told]
    if not any(_has_own_id(ids) for ids in named):
        return False
    known = {row.address for row in addresses_here(conn, conversation) if row.address.phone is None}
    return _has_own_id(known) and any(_has_own_id(ids) and not ids & known for ids in named)


def start_over(hub: Hub, conn: Connection, conversation: Conversation, now: datetime) -> bool:
    """Drops proofs and what was begun, as another person has the number of this conversation; tells the agent.

    Returns whether the conversation is that person's now. One at the old person's id stays theirs, without the number.
    """
    is_number = conversation.address.phone is not None
    rows = [row for row in addresses_here(conn, conversation) if row.key != conversation.key]
    addresses.drop(conn, [row.key for row in rows if bool(row.address.phone) != is_number])
    moves.drop_proofs(conn, conversation, now)
    audit.record(conn, hub.store, conversation.channel, ANOTHER_PERSON, f"conversation:{conversation.id}", now)
    if conversation.case_id and hub.has_desk:
        told = PostCustomer(conversation.case_id, "", (ANOTHER_PERSON,))
        post_to_desk(hub, conn, told, conversation.case_id, now)
    return is_number


def unknown(rows: Mapping[str, AddressRow], home: str, aliases: Iterable[Address]) -> list[Address]:
    """Finds the aliases that are not known yet to belong to the conversation `home`."""
    known = {home, *(key for key, row in rows.items() if row.home == home)}
    return list({alias.key: alias for alias in aliases if alias.key not in known}.values())


def addresses_here(conn: Connection, conversation: Conversation) -> list[AddressRow]:
    """Reads the conversation's own address and those that belong to it."""
    every = addresses.of_customer(conn, conversation.customer_id)
    return [row for row in every if conversation.key in (row.key, row.home)]


def _spelled(key: str) -> tuple[str, ...]:
    """Returns the keys of the other spellings of an address that is a number."""
    place, _, value = key.rpartition(":")
    return tuple(f"{place}:{each}" for each in spellings(value) if each != value) if value.startswith("+") else ()


def _has_own_id(told: Iterable[Address]) -> bool:
    return any(each.channel == "whatsapp" and _OWN_ID.match(each.value) for each in told)
