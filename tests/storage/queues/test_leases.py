"""Tests leases: one holder at a time, prolonged by the holder, taken over when they ran out."""

from datetime import timedelta

from storage.engine.store import Store
from storage.queues import leases
from tests.fakes import NOW

SECOND = timedelta(seconds=1)


def take(store: Store, owner: str, *keys: str, now: float = 0) -> set[str]:
    moment = NOW + now * SECOND
    with store.write() as conn:
        return leases.take(conn, store, keys, owner, moment + 4 * SECOND, moment)


def test_a_lease_has_one_holder_who_prolongs_it(store: Store) -> None:
    assert take(store, "first", "shard:1", "shard:2") == {"shard:1", "shard:2"}
    assert take(store, "second", "shard:1", "shard:3") == {"shard:3"}
    assert take(store, "first", "shard:1", now=3) == {"shard:1"}
    assert take(store, "second", "shard:1", "shard:2", now=5) == {"shard:2"}
    assert take(store, "nobody") == set()


def test_what_is_given_back_is_free_at_once(store: Store) -> None:
    take(store, "first", "shard:1", "shard:2")
    with store.write() as conn:
        leases.give_back(conn, ["shard:1", "shard:2"], "second")
        leases.give_back(conn, ["shard:1"], "first")
    assert take(store, "second", "shard:1", "shard:2") == {"shard:1"}


def test_the_workers_and_their_shards_are_told_apart_from_keys_that_rest(store: Store) -> None:
    take(store, "first", "shard:1", "worker:first")
    with store.write() as conn:
        leases.rest(conn, store, {"whatsapp:main:+1": NOW + SECOND})
        leases.rest(conn, store, {"whatsapp:main:+1": NOW + 2 * SECOND})
        leases.rest(conn, store, {})
        known = {lease.key: lease.owner for lease in leases.workers_and_shards(conn)}
    assert known == {"shard:1": "first", "worker:first": "first"}


def test_leases_that_ran_out_are_swept(store: Store) -> None:
    take(store, "first", "shard:1")
    take(store, "second", "shard:2", now=60)
    with store.write() as conn:
        assert leases.sweep(conn, NOW + 5 * SECOND) == 1
