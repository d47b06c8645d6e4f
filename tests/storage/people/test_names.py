from datetime import timedelta

from core.people.addresses import Address
from hub.customers import newcomers
from storage.engine.store import Store
from storage.people import customers, names
from storage.people.tables import customers as customers_table
from tests.fakes import NOW

JANE, MAX = Address("messenger", "page", "6543"), Address("messenger", "page", "7654")
LATER = NOW + timedelta(minutes=2)


def meet(store: Store, *asked: Address) -> None:
    wanted = [(JANE, ""), (MAX, "")]
    with store.write() as conn:
        newcomers.ensure(conn, store, wanted, NOW, {each.key for each in asked})


def test_only_those_without_a_name_are_due_and_each_is_taken_once(store: Store) -> None:
    meet(store, JANE)
    with store.write() as conn:
        (one,) = names.take(conn, NOW, LATER, 10)
        assert (one.key, one.value, one.name, one.since) == (JANE.key, "6543", "", NOW)
        assert names.take(conn, NOW, LATER, 10) == []
        assert len(names.take(conn, LATER, LATER + timedelta(minutes=2), 10)) == 1


def test_who_is_settled_is_not_asked_for_again(store: Store) -> None:
    meet(store, JANE, MAX)
    with store.write() as conn:
        names.settle(conn, [JANE.key], None)
        names.settle(conn, [MAX.key], LATER)
        assert names.take(conn, NOW, LATER, 10) == []
        assert [each.value for each in names.take(conn, LATER, LATER + timedelta(1), 10)] == ["7654"]


def test_no_more_are_taken_than_asked_for(store: Store) -> None:
    meet(store, JANE, MAX)
    with store.write() as conn:
        assert len(names.take(conn, NOW, LATER, 1)) == 1
        assert len(names.take(conn, NOW, LATER, 1)) == 1


def test_a_name_that_is_known_stays(store: Store) -> None:
    with store.write() as conn:
        nameless = customers.add(conn, NOW)
        named = customers.add(conn, NOW, name="Jane Doe")
        assert names.give(conn, nameless, "Sofia")
        assert not names.give(conn, named, "Sofia")
        known = {row.id: row.name for row in conn.execute(customers_table.select())}
    assert known == {nameless: "Sofia", named: "Jane Doe"}
