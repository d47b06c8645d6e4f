"""Tests that a number is compared with what it was, and that what its groups add is what the engine counted."""

from datetime import timedelta

import pytest

from insights.measuring.increments import measure_all
from insights.metrics.causes import Part, Sides, caused, change
from insights.metrics.comparing import DIMENSIONS, compare, explained, in_unit, sides
from insights.metrics.counting import Value, counted
from insights.metrics.definitions import metrics
from insights.metrics.spans import beside
from storage.engine.store import Store
from storage.insight.counting import Span
from tests.insights import month
from tests.insights.month import BEGIN, ZONE
from tests.insights.test_a_month import NOW, SHOP

FIRST = BEGIN.astimezone(ZONE).date() + timedelta(days=18)
SPANS = beside(Span(FIRST, FIRST + timedelta(days=12)))


@pytest.fixture
def measured(store: Store) -> Store:
    month.write(store, month.make(5))
    measure_all(store, SHOP, BEGIN - timedelta(days=1), NOW, NOW)
    return store


def test_both_sides_are_what_the_engine_counts(measured: Store) -> None:
    with measured.read() as conn:
        found = compare(conn, metrics(), SPANS, ZONE)
        for name, each in found.items():
            for span, value in zip(SPANS, (each.now, each.before), strict=True):
                assert counted(conn, [name], span, None, ZONE)[""][name] == value
            assert (each.change.before, each.change.after) == (each.before.value, each.now.value)


def test_days_before_the_first_customer_are_no_zero(measured: Store) -> None:
    early = beside(Span(FIRST - timedelta(days=21), FIRST))
    with measured.read() as conn:
        found = compare(conn, ["contacts", "csat"], early, ZONE)
    assert found["contacts"].now.n
    assert {name: (each.before.value, each.change.is_clear) for name, each in found.items()} == {
        "contacts": (None, False),
        "csat": (None, False),
    }


def test_what_groups_add_to_counts_and_shares_is_the_change(measured: Store) -> None:
    with measured.read() as conn:
        found = compare(conn, metrics(), SPANS, ZONE)
        for name, metric in metrics().items():
            if metric.of.as_ == "wait" or found[name].now.value is None or found[name].before.value is None:
                continue
            for by in DIMENSIONS:
                now, before = (counted(conn, [name], span, by, ZONE) for span in SPANS)
                parts = sides(metric, by, before, now)
                moved = change(parts.before, parts.after, is_mean=parts.is_mean)
                assert moved == pytest.approx((found[name].now.value or 0) - (found[name].before.value or 0)), name


def test_nothing_is_asked_where_nothing_changed(measured: Store) -> None:
    with measured.read() as conn:
        assert explained(conn, [], SPANS, ZONE) == {}
        assert set(explained(conn, metrics(), SPANS, ZONE)) <= set(metrics())


def test_a_cause_of_waits_is_told_in_seconds() -> None:
    wait = metrics()["first_response_s"]
    before = {"faq": {wait.id: Value(60, 50)}, "order_late": {wait.id: Value(60, 50)}}
    after = {"faq": {wait.id: Value(60, 50)}, "order_late": {wait.id: Value(600, 50)}}
    parts = sides(wait, "topic", before, after)
    cause = caused({"topic": parts})
    assert cause is not None
    told = in_unit(wait, cause, parts)
    assert (told.key, told.before, told.after) == ("order_late", pytest.approx(60), pytest.approx(600))
    assert told.contribution > 60
    share = Sides({"a": Part(9, 9)}, {"a": Part(9, 1)}, True)
    assert in_unit(metrics()["bot_solved"], cause, share) is cause
