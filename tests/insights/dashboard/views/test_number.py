"""Tests how the groups and the course of a number are shown."""

from datetime import date

from insights.dashboard.views.number import course, rows, ticks, times
from insights.metrics.counting import Value
from storage.insight.counting import Span
from tests.insights.dashboard.views.samples import EN, WAIT, ZH, metric

WEEK = Span(date(2026, 11, 23), date(2026, 11, 29))
BEFORE = Span(date(2026, 11, 16), date(2026, 11, 22))


def test_groups_stand_with_the_largest_first_beside_what_they_were() -> None:
    now = {"faq": {"csat": Value(0.9, 10)}, "order_late": {"csat": Value(0.3, 90)}}
    before = {"order_late": {"csat": Value(0.8, 90)}, "returns": {"csat": Value(1, 5)}}
    made = rows(metric(), "topic", now, before, 0.85, EN)
    assert [(row.key, row.label, row.figure, row.before, row.change, row.verdict, row.is_met) for row in made] == [
        ("order_late", "Late order", "30%", "80%", "−50 points", "worse", False),
        ("faq", "Common questions", "90%", "–", "–", "same", True),
        ("returns", "Return", "–", "100%", "–", "same", None),
    ]


def test_days_stand_in_their_order_beside_nothing() -> None:
    now = {"2026-11-24": {"csat": Value(90, 7, p90=100)}, "2026-11-23": {"csat": Value(60, 9, p90=80)}}
    made = rows(WAIT, "day", now, {"2026-11-16": {"csat": Value(1, 1)}}, None, ZH)
    assert [(row.label, row.figure, row.most, row.before) for row in made] == [
        ("11月23日周一", "1 分钟", "1 分钟 20 秒", ""),
        ("11月24日周二", "1 分钟 30 秒", "1 分钟 40 秒", ""),
    ]


def test_a_course_has_every_day_and_the_same_days_before() -> None:
    now = {"2026-11-24": {"csat": Value(0.5, 2)}}
    before = {"2026-11-17": {"csat": Value(0.7, 2)}}
    lines = course(metric(), "day", (WEEK, BEFORE), (now, before))
    assert [(line.is_before, line.values) for line in lines] == [
        (False, [None, 0.5, None, None, None, None, None]),
        (True, [None, 0.7, None, None, None, None, None]),
    ]
    assert ticks(WEEK, "day", EN)[:2] == ["Nov 23", "Nov 24"]


def test_weeks_and_hours_have_all_their_places() -> None:
    assert times(Span(date(2026, 11, 25), date(2026, 12, 1)), "week") == ["2026-11-23", "2026-11-30"]
    assert times(WEEK, "hour")[::23] == ["00", "23"]
    assert len(ticks(WEEK, "hour", EN)) == 24
