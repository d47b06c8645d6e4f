"""Tests that numbers are the same over a restored backup, and go on there from where they were."""

from datetime import timedelta

from insights.measuring.increments import measure_all
from insights.metrics.counting import Value, counted
from storage.engine.store import Store
from storage.insight.counting import EVERYTHING
from tests.databases import copied
from tests.insights.month import BEGIN, ZONE
from tests.insights.test_a_month import DAY, NAMES, NOW, SHOP, SPAN, compare, made

HALF = BEGIN + timedelta(days=15)


def by_day(store: Store) -> dict[str, dict[str, Value]]:
    with store.read() as conn:
        return counted(conn, NAMES, SPAN, "day", ZONE, EVERYTHING)


def test_they_are_the_same_at_once(store: Store, other: Store) -> None:
    made(store, 5)
    measure_all(store, SHOP, BEGIN - DAY, NOW, NOW)
    copied(store, other)
    assert by_day(other) == by_day(store)


def test_they_go_on_from_where_the_backup_was_made(store: Store, other: Store) -> None:
    of = made(store, 6)
    measure_all(store, SHOP, BEGIN - DAY, HALF, HALF)
    copied(store, other)
    measure_all(other, SHOP, HALF, NOW, NOW)
    compare(other, of)
