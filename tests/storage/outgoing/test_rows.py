"""What leaves for the store is one row each, taken by one, kept over a backup, emptied with its customer."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from core.ids import first_id
from storage.backup import hold
from storage.engine.store import Store
from storage.outgoing import rows
from storage.outgoing.rows import FACT, REQUEST, STATES, Outgoing
from storage.people import customers, merges, privacy
from tests.fakes import NOW

_NUMBERS = count()


def kept(store: Store, key: str, kind: str = REQUEST, **values: Any) -> Outgoing:
    """Keeps an event; returns its row."""
    data = {"id": key, "expires_at": "x", "address": {"line1": "1 Main St"}}
    more = {name: values.pop(name) for name in ("customer_id", "order_number") if name in values}
    at = values.pop("at", NOW)
    made = rows.row(
        f"{first_id(at)}{next(_NUMBERS):05d}", key, kind, "doorstep.order.cancel", "order/1001", data, at, **more
    )
    with store.write() as conn:
        rows.add(conn, store, [{**made, **values}])
    return found(store, key)


def found(store: Store, key: str) -> Outgoing:
    with store.read() as conn:
        row = rows.by_name(conn, key)
    assert row is not None
    return row


def test_due_are_those_whose_time_has_come_by_kind(store: Store) -> None:
    kept(store, "a")
    kept(store, "b", not_before=NOW + timedelta(seconds=1))
    kept(store, "c", kind=FACT)
    for state in STATES[2:]:
        kept(store, state, state=state)
    with store.read() as conn:
        assert [each.key for each in rows.due(conn, REQUEST, NOW, 9)] == ["a"]
        assert [each.key for each in rows.due(conn, FACT, NOW, 9)] == ["c"]
        assert rows.next_due(conn, REQUEST) == NOW
        later = rows.due(conn, REQUEST, NOW + timedelta(seconds=1), 9)
    assert [each.key for each in later] == ["a", "b"]


def test_row_is_taken_and_settled_by_one(store: Store) -> None:
    row = kept(store, "a")
    with store.write() as conn:
        (ours,) = rows.take(conn, [row], NOW + timedelta(seconds=30))
        assert rows.take(conn, [row], NOW + timedelta(seconds=30)) == []
        assert ours.attempts == 1
        assert not rows.settle(conn, row, state=rows.DONE)
        assert rows.settle(conn, ours, state=rows.DONE)
        assert not rows.settle(conn, ours, state=rows.FAILED)
        assert not rows.finish(conn, row.id, rows.REFUSED, NOW)
    assert found(store, "a").state == "done"


def test_open_requests_of_orders(store: Store) -> None:
    kept(store, "a", order_number="1001")
    kept(store, "b", order_number="1001", state="asked")
    kept(store, "c", order_number="1001", state="done")
    kept(store, "d", order_number="1002")
    kept(store, "e", kind=FACT, order_number="1001")
    with store.read() as conn:
        assert [each.key for each in rows.open_of(conn, ["1001", "1003"])] == ["a", "b"]
        assert rows.open_of(conn, []) == []


def test_facts_that_were_taken_are_forgotten_and_nothing_else(store: Store) -> None:
    old = NOW - timedelta(days=4)
    for kind in (REQUEST, FACT):
        for state in STATES:
            kept(store, f"{kind} {state}", kind, state=state, at=old)
    kept(store, "new", FACT, state="done")
    with store.write() as conn:
        assert rows.forget(conn, NOW - timedelta(days=3)) == 1
        assert len(rows.listed(conn, STATES, 100)) == 2 * len(STATES)
        assert rows.by_name(conn, "fact done") is None


def test_counts_are_of_what_is_not_done(store: Store) -> None:
    for state in STATES:
        kept(store, state, state=state)
    with store.read() as conn:
        assert rows.counts(conn) == {"pending": 1, "asked": 1, "failed": 1, "held": 1}


def test_what_was_on_its_way_is_held_after_a_restore(store: Store) -> None:
    for state in STATES[:5]:
        kept(store, state, state=state)
    with store.write() as conn:
        hold.hold(conn)
    states = {state: found(store, state).state for state in STATES[:5]}
    assert states == {"pending": "held", "asked": "held", "done": "done", "refused": "refused", "failed": "failed"}
    with store.write() as conn:
        listed = hold.listed(conn)
        assert [(each.what, each.about) for each in listed] == [("outgoing", "doorstep.order.cancel")] * 2
        hold.send(conn, [found(store, "pending").id], NOW)
        hold.drop(conn, [found(store, "asked").id], NOW)
        assert hold.listed(conn) == []
    sent, dropped = found(store, "pending"), found(store, "asked")
    assert (sent.state, sent.expires_at) == ("pending", NOW + timedelta(minutes=15))
    assert (dropped.state, dropped.code) == ("failed", "dropped")


def test_erasing_a_customer_empties_their_requests(store: Store) -> None:
    with store.write() as conn:
        one, other = customers.add(conn, NOW), customers.add(conn, NOW)
    for state in STATES:
        kept(store, state, state=state, customer_id=one)
    kept(store, "other", customer_id=other)
    with store.write() as conn:
        assert len(privacy.export(conn, one)["requests"]) == len(STATES)
        privacy.erase(conn, one, NOW)
    now_is = {state: found(store, state) for state in STATES}
    assert {each.body for each in now_is.values()} == {"{}"}
    ended = {"pending", "asked", "held", "failed"}
    assert {key for key, each in now_is.items() if each.state == "failed"} == ended
    assert found(store, "other").body != "{}"
    with store.write() as conn:
        assert not rows.repeat(conn, now_is["failed"].id, NOW)


def test_requests_follow_a_merge_and_go_back(store: Store) -> None:
    with store.write() as conn:
        one, other = customers.add(conn, NOW), customers.add(conn, NOW)
    kept(store, "a", customer_id=other)
    with store.write() as conn:
        merged = merges.merge(conn, one, other, "operator", NOW)
    assert found(store, "a").customer_id == one
    with store.write() as conn:
        merges.unmerge(conn, merged, NOW)
    assert found(store, "a").customer_id == other


@pytest.mark.parametrize("state", STATES)
def test_repeat_takes_what_is_kept_held_or_without_outcome(store: Store, state: str) -> None:
    row = kept(store, "a", state=state, attempts=9)
    with store.write() as conn:
        assert rows.repeat(conn, row.id, NOW) is (state in ("failed", "held", "asked"))
