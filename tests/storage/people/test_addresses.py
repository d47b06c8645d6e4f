"""Tests that each address leads to one customer and one conversation."""

from sqlalchemy import select

from core.people.addresses import Address
from hub.customers import newcomers
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.engine.store import Store
from storage.people import addresses
from storage.people.tables import addresses as table
from tests.fakes import NOW, PHONE

WHATSAPP = Address("whatsapp", "main", PHONE)


def ensure(store: Store, *wanted: tuple[Address, str]) -> list[Conversation]:
    with store.write() as conn:
        newcomers.ensure(conn, store, wanted, NOW)
    with store.read() as conn:
        found = conversations.by_keys(conn, [address.key for address, _ in wanted])
    return [found[address.key] for address, _ in wanted]


def test_an_address_belongs_to_the_first_who_was_reached_there(store: Store) -> None:
    (conversation,) = ensure(store, (WHATSAPP, "Jane"))
    with store.write() as conn:
        addresses.add(conn, store, WHATSAPP, "somebody else", NOW)
        owner = conn.scalar(select(table.c.customer_id).where(table.c.key == WHATSAPP.key))
    assert owner == conversation.customer_id
