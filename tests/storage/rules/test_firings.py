"""Tests the rows of firings: once for rule and subject, in place of what was held back, counted by customer."""

from datetime import timedelta
from typing import Any

import msgspec

from core.ids import new_id
from storage.engine.store import Store
from storage.people import customers, merges, privacy
from storage.rules import firings
from storage.rules.firings import FIRED, HELD, Firing, Key
from tests.fakes import NOW


def firing(**changes: Any) -> Firing:
    plain = Firing(
        id=new_id(NOW),
        rule="stuck",
        subject="parcel",
        subject_id="1001/s1",
        state=FIRED,
        reason="",
        at=NOW,
        event="timer",
        facts={"parcel.status": "in_transit"},
        did=[],
        digest="d1",
        depth=1,
        customer_id="c1",
        order_number="1001",
    )
    return msgspec.structs.replace(plain, **changes)


def test_a_rule_fires_once_for_a_subject(store: Store) -> None:
    first, again, other = firing(), firing(id=new_id(NOW)), firing(id=new_id(NOW), subject_id="1001/s2")
    with store.write() as conn:
        assert firings.add(conn, store, []) == frozenset()
        assert firings.add(conn, store, [first]) == {first.id}
        assert firings.add(conn, store, [again, other]) == {other.id}
        assert firings.states(
            conn, [first.key, other.key, Key("stuck", "parcel", "x"), Key("other", "parcel", "1001/s1")]
        ) == {
            first.key: FIRED,
            other.key: FIRED,
        }


def test_what_was_held_back_may_fire_later_but_not_the_other_way(store: Store) -> None:
    held = firing(state=HELD, reason="at_most")
    fired = firing(id=new_id(NOW))
    with store.write() as conn:
        assert firings.add(conn, store, [held]) == {held.id}
        assert firings.add(conn, store, [firing(id=new_id(NOW), state=HELD)]) == frozenset()
        assert firings.states(conn, [held.key]) == {held.key: HELD}
        assert firings.add(conn, store, [fired]) == {fired.id}
        assert firings.add(conn, store, [firing(id=new_id(NOW), state=HELD)]) == frozenset()
        firings.done(conn, {fired.id: ([{"tag": "stuck"}], "case-1")})
        (row,) = firings.of_order(conn, "1001", 10)
        assert (row.id, row.state, row.did, row.case_id) == (fired.id, FIRED, [{"tag": "stuck"}], "case-1")
        assert firings.depths(conn, ["case-1", "case-2"]) == {"case-1": 1}
        assert firings.of_case(conn, "case-1", 10) == [row]


def test_times_are_counted_by_customer_and_rule(store: Store) -> None:
    with store.write() as conn:
        for n in range(3):
            at = NOW + timedelta(hours=n)
            firings.add(conn, store, [firing(id=new_id(at), at=at, subject_id=f"1001/s{n}")])
        firings.add(conn, store, [firing(id=new_id(NOW), state=HELD, subject_id="1001/s9")])
        since = NOW + timedelta(minutes=30)
        assert firings.times(conn, ["stuck", "other"], ["c1"], since) == {
            ("stuck", "c1"): [NOW + timedelta(hours=1), NOW + timedelta(hours=2)]
        }


def test_a_customers_firing_outlasts_a_merge(store: Store) -> None:
    with store.write() as conn:
        jane, gone = customers.add(conn, NOW, name="Jane"), customers.add(conn, NOW, name="J.")
        firings.add(conn, store, [firing(subject="customer", subject_id=gone, customer_id=gone, order_number=None)])
        merges.merge(conn, jane, gone, "the store's word", NOW)
        assert firings.states(conn, [Key("stuck", "customer", jane)]) == {Key("stuck", "customer", jane): FIRED}
        assert [each.customer_id for each in firings.of_customers(conn, [jane], 5)] == [jane]


def test_what_a_rule_knew_goes_with_whoever_is_erased(store: Store) -> None:
    with store.write() as conn:
        jane = customers.add(conn, NOW, name="Jane")
        firings.add(conn, store, [firing(customer_id=jane)])
        assert privacy.export(conn, jane)["rules"][0]["facts"] == {"parcel.status": "in_transit"}
        privacy.erase(conn, jane, NOW)
        assert firings.of_order(conn, "1001", 5)[0].facts == {}
