"""Tests what counts as a change, as better, and as more than chance; and which days are set beside which."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.metrics.changes import Counted, compared, most_changed
from insights.metrics.spans import beside, length, seven_days, this_week
from storage.insight.counting import Span


@pytest.mark.parametrize(
    ("unit", "better", "before", "after", "is_better", "is_clear"),
    [
        ("seconds", "less", Counted(600, 40), Counted(1200, 40), False, True),
        ("seconds", "less", Counted(600, 40), Counted(620, 40), False, False),
        ("seconds", "less", Counted(1200, 40), Counted(600, 40), True, True),
        ("share", "more", Counted(0.9, 100), Counted(0.7, 100), False, True),
        ("share", "more", Counted(0.9, 10), Counted(0.8, 10), False, False),
        ("share", "more", Counted(1, 3), Counted(0, 3), False, False),
        ("share", "more", Counted(1, 30), Counted(1, 30), None, False),
        ("count", "neither", Counted(100, 100), Counted(200, 200), None, True),
        ("count", "less", Counted(0, 0), Counted(50, 50), False, True),
        ("count", "less", Counted(0, 0), Counted(0, 0), None, False),
        ("score", "more", Counted(-20, 30), Counted(40, 30), True, True),
        ("share", "more", Counted(None, 0), Counted(0.5, 30), None, False),
    ],
)
def test_a_change(
    unit: str, better: str, before: Counted, after: Counted, is_better: bool | None, is_clear: bool
) -> None:
    change = compared("x", unit, better, before, after)
    assert (change.is_better, change.is_clear) == (is_better, is_clear)


def test_the_clearest_changes_are_of_different_groups() -> None:
    changes = [
        compared("a1", "count", "less", Counted(100, 100), Counted(300, 300)),
        compared("a2", "count", "less", Counted(100, 100), Counted(400, 400)),
        compared("b1", "share", "more", Counted(0.9, 100), Counted(0.7, 100)),
        compared("b2", "count", "neither", Counted(100, 100), Counted(900, 900)),
        compared("d1", "count", "neither", Counted(100, 100), Counted(900, 900)),
        compared("c1", "share", "more", Counted(0.9, 100), Counted(0.89, 100)),
    ]
    assert [each.name for each in most_changed(changes, lambda name: name[0], 3)] == ["a2", "b1", "d1"]
    assert [each.name for each in most_changed(changes, lambda name: name[0], 1)] == ["a2"]
    two = most_changed(changes, lambda name: name[0], 4, each_group=2)
    assert [each.name for each in two] == ["a2", "a1", "b1", "b2"]


def test_this_week_is_beside_the_same_days_of_last_week() -> None:
    thursday = date(2026, 12, 3)
    week = this_week(thursday)
    assert week.now == Span(date(2026, 11, 30), date(2026, 12, 2))
    assert week.before == Span(date(2026, 11, 23), date(2026, 11, 25))
    monday = this_week(date(2026, 11, 30))
    assert monday.now == Span(date(2026, 11, 23), date(2026, 11, 29))
    assert monday.before == Span(date(2026, 11, 16), date(2026, 11, 22))


def test_seven_days_that_are_over_are_beside_the_seven_before() -> None:
    days = seven_days(date(2026, 12, 1))
    assert days.now == Span(date(2026, 11, 24), date(2026, 11, 30))
    assert days.before == Span(date(2026, 11, 17), date(2026, 11, 23))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 366))
def test_a_span_is_beside_the_same_days_of_the_week(first: date, days: int) -> None:
    now, before = beside(Span(first, first + timedelta(days=days - 1)))
    assert length(before) == length(now) == days
    assert before.first.weekday() == now.first.weekday()
    assert before.last < now.first
    assert (now.first - before.last).days <= 7
