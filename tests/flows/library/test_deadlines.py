"""Tests how it is read until when somebody needs something."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.facts import Feast
from flows.library.common.deadlines import deadline

TODAY = date(2026, 12, 2)  # a Wednesday
FEASTS = (
    Feast({"en": "Lunar New Year", "zh": "春节"}, date(2027, 2, 5)),
    Feast({"en": "Christmas", "zh": "圣诞节"}, date(2026, 12, 23)),
)


@pytest.mark.parametrize(
    ("said", "name", "day"),
    [
        ("will it arrive before Christmas?", "feast", "2026-12-23"),
        ("is it here by xmas", "feast", "2026-12-23"),
        ("春节前能到吗", "feast", "2027-02-05"),
        ("will it be there before lunar new year", "feast", "2027-02-05"),
        ("by new year's please", "new_year", "2026-12-31"),
        ("will it arrive before the 20th?", "day", "2026-12-20"),
        ("can I have it by December 20", "day", "2026-12-20"),
        ("I need it before 20 dec", "day", "2026-12-20"),
        ("by the 1st of january", "day", "2027-01-01"),
        ("until Dec 1st", "day", "2027-12-01"),
        ("12月20日之前能到吗", "day", "2026-12-20"),
        ("20号前能收到吗", "day", "2026-12-20"),
        ("by friday", "day", "2026-12-04"),
        ("明天能到吗", "day", "2026-12-03"),
    ],
)
def test_the_day_that_is_named(said: str, name: str, day: str) -> None:
    found = deadline(said, TODAY, FEASTS)
    assert found is not None
    assert (found.name, found.day.isoformat()) == (name, day)


@pytest.mark.parametrize("said", ["", "where is my order 1220?", "by the 42nd", "before february 30", "my 20 boots"])
def test_what_names_no_day(said: str) -> None:
    assert deadline(said, TODAY, FEASTS) is None


def test_a_feast_that_is_over_is_not_meant() -> None:
    found = deadline("before christmas", date(2026, 12, 24), FEASTS)
    assert found is not None
    assert found.day == date(2026, 12, 24)  # of the calendar that everybody has


@given(today=st.dates(date(2026, 1, 1), date(2028, 12, 31)), number=st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_one(today: date, number: int) -> None:
    found = deadline(f"before the {number}th", today, ())
    assert found is not None
    assert found.day.day == number
    assert today <= found.day <= today + timedelta(days=62)
