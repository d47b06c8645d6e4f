"""Tests that two customers are one by a proof, unless the store or a person says that they are two."""

import pytest

from core.people.addresses import Address
from core.shop.orders import Buyer
from hub.customers import newcomers
from hub.customers.joining import join
from storage.conversations import conversations
from storage.engine.store import Store
from storage.people import customers, families, merges
from tests.fakes import NOW, PHONE
from tests.storage.orders_sample import saved_order

JANE = Buyer(id="c1", name="Jane Doe", phone=PHONE)
TELEGRAM = Address("telegram", "main", "42")


@pytest.fixture
def jane(store: Store) -> str:
    """Makes a customer with an account of the store."""
    return saved_order(store, JANE)


def wrote(store: Store, address: Address) -> str:
    """Makes a stranger who wrote from there."""
    with store.write() as conn:
        newcomers.ensure(conn, store, [(address, "")], NOW)
        return conversations.by_keys(conn, [address.key])[address.key].customer_id


def joined(store: Store, one: str, other: str) -> str | None:
    with store.write() as conn:
        return join(conn, one, other, "channel", NOW)


def unmerge(store: Store, customer_id: str) -> None:
    with store.write() as conn:
        (record,) = merges.of_customers(conn, [customer_id])
        merges.unmerge(conn, record.id, NOW)


def test_whoever_has_an_account_of_the_store_is_kept(store: Store) -> None:
    guest = wrote(store, TELEGRAM)
    jane = saved_order(store, JANE)
    assert joined(store, guest, jane) == jane
    assert joined(store, guest, jane) == jane
    with store.read() as conn:
        assert len(merges.of_customers(conn, [jane])) == 1


def test_of_two_strangers_the_first_is_kept(store: Store) -> None:
    first, second = wrote(store, TELEGRAM), wrote(store, Address("messenger", "main", "7"))
    assert joined(store, second, first) == first


def test_two_accounts_of_the_store_are_joined_by_a_person_only(store: Store, jane: str) -> None:
    other = saved_order(store, Buyer(id="c2", phone="+12025550103"), number="2003")
    assert joined(store, jane, other) is None
    with store.write() as conn:
        merges.merge(conn, jane, other, "operator", NOW)
        assert families.survivors(conn, [other]) == {other: jane}
    unmerge(store, jane)
    with store.read() as conn:
        found = customers.by_id(conn, other)
    assert found is not None
    assert found.store_id == "c2"


def test_whoever_was_parted_by_a_person_is_not_joined_by_a_machine(store: Store, jane: str) -> None:
    guest = wrote(store, TELEGRAM)
    assert joined(store, guest, jane) == jane
    unmerge(store, jane)
    assert joined(store, guest, jane) is None
