"""Tests who writes for the first time: known by a number that the channel vouches for, else a stranger."""

from core.people.addresses import Address
from hub.customers import newcomers
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.engine.store import Store
from storage.people import addresses
from tests.fakes import NOW, PHONE

WHATSAPP, SMS = Address("whatsapp", "main", PHONE), Address("sms", "main", PHONE)


def ensure(store: Store, *wanted: tuple[Address, str]) -> list[Conversation]:
    with store.write() as conn:
        newcomers.ensure(conn, store, wanted, NOW)
    with store.read() as conn:
        found = conversations.by_keys(conn, [address.key for address, _ in wanted])
    return [found[address.key] for address, _ in wanted]


def test_a_number_that_writes_on_two_channels_is_one_customer(store: Store) -> None:
    first, second = ensure(store, (WHATSAPP, "Jane"), (SMS, ""))
    assert first.customer_id == second.customer_id
    assert (first.name, first.phone) == ("Jane", PHONE)


def test_two_strangers_without_a_number_stay_strangers(store: Store) -> None:
    people = [(Address("telegram", "main", str(n)), f"Guest {n}") for n in range(3)]
    found = ensure(store, *people)
    assert len({conversation.customer_id for conversation in found}) == 3
    assert [conversation.name for conversation in found] == ["Guest 0", "Guest 1", "Guest 2"]


def test_whoever_writes_again_is_known(store: Store) -> None:
    (first,) = ensure(store, (WHATSAPP, "Jane"))
    (again,) = ensure(store, (WHATSAPP, "Somebody"))
    assert (again.id, again.customer_id, again.name) == (first.id, first.customer_id, "Jane")


def test_a_very_long_name_does_not_stop_anybody(store: Store) -> None:
    (conversation,) = ensure(store, (WHATSAPP, "J" * 1000))
    assert conversation.name.startswith("JJJ")


def test_an_address_whose_conversation_is_gone_has_its_own(store: Store) -> None:
    (conversation,) = ensure(store, (WHATSAPP, "Jane"))
    hidden = Address("whatsapp", "main", "US.1")
    with store.write() as conn:
        addresses.add(conn, store, hidden, conversation.customer_id, NOW, home="whatsapp:main:gone")
    (found,) = ensure(store, (hidden, ""))
    assert (found.customer_id, found.in_use) == (conversation.customer_id, True)
