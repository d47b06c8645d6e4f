"""Shards: shared fairly among the workers that live, taken over from those that died."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub import shards
from hub.shards import share
from storage.queues.leases import Lease
from tests.fakes import NOW
from tests.hub.house import House


def test_workers_share_the_shards_and_give_way_to_newcomers(house: House) -> None:
    hub = house.with_shards(8)
    assert shards.renew(hub, "a").shards == frozenset(range(8))
    assert shards.renew(hub, "b").shards == frozenset()
    first = shards.renew(hub, "a").shards
    second = shards.renew(hub, "b").shards
    assert len(first) == len(second) == 4
    assert first | second == frozenset(range(8))


def test_a_killed_worker_is_replaced_within_the_lease(house: House) -> None:
    hub = house.with_shards(8)
    shards.renew(hub, "killed")
    house.later(seconds=3)
    assert shards.renew(hub, "next").shards == frozenset()
    house.later(seconds=2)
    assert shards.renew(hub, "next").shards == frozenset(range(8))


def test_a_worker_that_stops_keeps_nobody_waiting(house: House) -> None:
    hub = house.with_shards(8)
    shards.release(hub, shards.renew(hub, "stops"))
    assert shards.renew(hub, "next").shards == frozenset(range(8))


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=12), st.integers(1, 16))
def test_whatever_the_order_of_renewals_each_shard_finds_one_worker(order: list[str], count: int) -> None:
    held: dict[str, Lease] = {}
    until = NOW + timedelta(seconds=4)
    for owner in [*order, *sorted(set(order)) * 3]:
        kept, wanted, surplus = share(held.values(), owner, count, NOW)
        for shard in surplus:
            del held[f"shard:{shard}"]
        for key in (f"worker:{owner}", *(f"shard:{shard}" for shard in (*kept, *wanted))):
            assert held.get(key) is None or held[key].owner == owner
            held[key] = Lease(key, owner, until)
    holders = [held[f"shard:{shard}"].owner for shard in range(count)]
    most = -(-count // len(set(order)))
    assert max(map(holders.count, set(order))) <= most
