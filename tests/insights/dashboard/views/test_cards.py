"""Tests what a card says of a number: its change, its target, its course."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.dashboard.views.cards import BETTER, CHANGED, HIGH, SAME, WIDE, WORSE, card, reached, spark, verdict
from insights.metrics.changes import Counted
from insights.metrics.changes import compared as changed
from insights.metrics.comparing import Compared
from insights.metrics.counting import NO_VALUE, Value
from insights.metrics.definitions import Metric
from tests.insights.dashboard.views.samples import COUNT, EN, WAIT, ZH, metric


def compared(of: Metric, before: Value, now: Value) -> Compared:
    change = changed(of.id, of.unit, of.better, Counted(before.value, before.n), Counted(now.value, now.n))
    return Compared(now, before, change)


def test_a_share_that_fell_is_worse_and_misses_its_target() -> None:
    made = card(metric(), compared(metric(), Value(0.9, 200), Value(0.7, 200)), 0.85, (), EN)
    assert (made.title, made.figure, made.before, made.change) == ("Happy", "70%", "90%", "−20 points")
    assert (made.verdict, made.n, made.is_none) == (WORSE, "200", False)
    assert made.target is not None
    assert (made.target.figure, made.target.is_met, made.target.distance) == ("85%", False, "−15 points")


def test_a_wait_says_what_nine_of_ten_do_not_exceed_on_its_own_clock() -> None:
    value = Value(60, 50, p50=600, p90=7200, business_p50=60, business_p90=5700)
    made = card(WAIT, compared(WAIT, Value(600, 50), value), 1800, (), ZH)
    assert (made.figure, made.most, made.change, made.verdict) == ("1 分钟", "1 小时 35 分钟", "−90%", BETTER)
    assert made.target is not None
    assert made.target.is_met


def test_what_is_not_there_is_a_dash_and_reaches_nothing() -> None:
    made = card(metric(), compared(metric(), Value(0.9, 200), NO_VALUE), 0.85, (None, None), EN)
    assert (made.figure, made.is_none, made.change, made.verdict, made.spark) == ("–", True, "–", SAME, "")
    assert made.target is not None
    assert made.target.is_met is None


@pytest.mark.parametrize(
    ("of", "before", "now", "word"),
    [
        (COUNT, Value(100, 100), Value(300, 300), CHANGED),
        (COUNT, Value(100, 100), Value(103, 103), SAME),
        (metric(), Value(0.5, 9), Value(0.6, 9), SAME),
        (metric(), Value(0.5, 900), Value(0.6, 900), BETTER),
    ],
)
def test_what_chance_does_is_no_change(of: Metric, before: Value, now: Value, word: str) -> None:
    assert verdict(compared(of, before, now).change) == word


def test_what_is_neither_better_nor_worse_has_no_target() -> None:
    assert reached(COUNT, 5, 10, EN) is None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=40))
def test_a_spark_stays_in_its_field(values: list[float | None]) -> None:
    points = [tuple(map(float, point.split(","))) for point in spark(values).split()]
    known = [value for value in values if value is not None]
    assert len(points) == (len(known) if len(known) > 1 else 0)
    assert all(0 <= x <= WIDE and 0 <= y <= HIGH for x, y in points)
