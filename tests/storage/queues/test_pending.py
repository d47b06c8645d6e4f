"""Tests pending rows: handed out in order to whoever holds the shard, handled once, put away when they keep failing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.retries import RULES, Failure
from storage.engine.store import Store
from storage.queues import acceptors, inbox, leases, pending
from storage.queues.inbox import Arrival
from storage.queues.pending import Item, Look
from storage.queues.tables import inbox as table
from tests.fakes import NOW
from tests.storage.queues.test_inbox import KEY, arrival, rows

LOOK = Look({inbox.CONVERSATION: 50, inbox.RECEIPT: 2})
OTHER = "sms:main:+12025550102"


@pytest.fixture
def _held(store: Store) -> None:
    hold(store, "me")


def hold(store: Store, owner: str, now: datetime = NOW) -> set[str]:
    with store.write() as conn:
        keys = [f"{leases.SHARD}{n}" for n in range(8)]
        return leases.take(conn, store, keys, owner, now + timedelta(seconds=4), now)


def accept(store: Store, *arrivals: Arrival) -> dict[str, str]:
    """Stores arrivals: id -> external id of what was stored."""
    acceptor = acceptors.acceptor(store)
    acceptor.accept(arrivals)
    acceptor.close()
    return {each.id: each.external_id for each in arrivals}


def look(store: Store, now: datetime = NOW, shards: tuple[int, ...] = (0,)) -> dict[str, list[Item]]:
    with store.read() as conn:
        return LOOK.take(conn, shards, now)


def keys(store: Store, now: datetime = NOW) -> list[str]:
    return list(pending.by_key(look(store, now).get(inbox.CONVERSATION, [])))


def finish(store: Store, ids: list[str], owner: str = "me", now: datetime = NOW) -> int:
    with store.write() as conn:
        return pending.finish(conn, ids, owner, now)


def test_each_conversation_is_handed_out_in_the_order_it_was_spoken(store: Store) -> None:
    second = timedelta(seconds=1)
    names = accept(
        store,
        arrival("late", sent_at=NOW + second),
        arrival("early", sent_at=NOW - second),
        arrival("update 8", sequence=8),
        arrival("update 7", sequence=7),
        arrival("other", key=OTHER),
        arrival("elsewhere", shard=1),
    )
    handed = pending.by_key(look(store)[inbox.CONVERSATION])
    assert {key: [names[item.id] for item in items] for key, items in handed.items()} == {
        KEY: ["early", "update 7", "update 8", "late"],
        OTHER: ["other"],
    }


def test_one_look_sees_all_lanes_and_no_more_than_each_allows(store: Store) -> None:
    receipts = [arrival(f"r{n}", lane=inbox.RECEIPT, shard=n) for n in range(3)]
    names = accept(store, *receipts, arrival("m"), arrival("kept", state=inbox.DEAD))
    found = look(store, shards=(0, 1, 2, 3))
    assert {lane: [names[item.id] for item in items] for lane, items in found.items()} == {
        inbox.CONVERSATION: ["m"],
        inbox.RECEIPT: ["r0", "r1"],
    }
    assert look(store, shards=(5,)) == {}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # its planner tells its plan in words
def test_the_look_reads_no_more_rows_than_it_hands_out(store: Store) -> None:
    """The index of what is pending has the order that the look wants: a long queue costs nothing."""
    with store.read() as conn:
        driver = conn.connection.driver_connection
        seen: list[str] = []
        driver.set_trace_callback(seen.append)
        LOOK.take(conn, (0,), NOW)
        driver.set_trace_callback(None)
        plan = " ".join(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {seen[0]}"))
    assert "INDEX ix_inbox_pending" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.usefixtures("_held")
def test_handled_items_are_not_handed_out_again(store: Store) -> None:
    first, second = accept(store, arrival("a"), arrival("b"))
    assert finish(store, [first]) == 1
    assert [item.id for item in look(store)[inbox.CONVERSATION]] == [second]
    assert finish(store, [first]) == 0


@pytest.mark.usefixtures("_held")
def test_a_worker_that_lost_its_shard_finishes_nothing(store: Store) -> None:
    (id_,) = accept(store, arrival("a"))
    later = NOW + timedelta(seconds=5)
    assert finish(store, [id_], "me", later) == 0
    assert hold(store, "other", later)
    assert finish(store, [id_], "me", later) == 0
    assert finish(store, [id_], "other", later) == 1


def test_a_key_that_rests_does_not_hide_the_others_of_its_shard(store: Store) -> None:
    accept(store, *(arrival(f"flood {n}") for n in range(60)), arrival("patient", key=OTHER))
    with store.write() as conn:
        leases.rest(conn, store, {KEY: NOW + timedelta(seconds=20)})
    assert keys(store) == [OTHER]
    assert keys(store, NOW + timedelta(seconds=21)) == [KEY]


def test_an_item_that_keeps_failing_becomes_a_dead_letter(store: Store) -> None:
    accept(store, arrival("a"))
    for attempt in range(1, RULES[Failure.ITEM].tries + 1):
        (item,) = look(store)[inbox.CONVERSATION]
        assert item.attempts == attempt - 1
        with store.write() as conn:
            pending.fail(conn, [item], "x" * 1000, NOW)
    assert look(store) == {}
    with store.read() as conn:
        state, attempts, error = conn.execute(select(table.c.state, table.c.attempts, table.c.error)).one()
    assert (state, attempts, len(error)) == (inbox.DEAD, RULES[Failure.ITEM].tries, 500)


@pytest.mark.usefixtures("_held")
def test_a_failure_told_too_late_does_not_wake_what_another_worker_handled(store: Store) -> None:
    accept(store, arrival("a"))
    (item,) = look(store)[inbox.CONVERSATION]
    assert finish(store, [item.id]) == 1
    with store.write() as conn:
        pending.fail(conn, [item], "the lease was lost", NOW)
    assert look(store) == {}


def test_items_go_to_another_key_only_while_they_wait(store: Store) -> None:
    accept(store, arrival("a", shard=3))
    (item,) = look(store, shards=(3,))[inbox.CONVERSATION]
    with store.write() as conn:
        pending.rekey(conn, [item.id], OTHER, 1)
        pending.rekey(conn, [], KEY, 1)
    assert keys(store) == [OTHER]
    assert rows(store) == ["a"]
