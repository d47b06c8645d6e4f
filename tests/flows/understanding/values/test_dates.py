"""Days as people write them, on a Wednesday, 2 December 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.understanding.values.dates import read_date

TODAY = date(2026, 12, 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "12-02"),
        ("Tomorrow please", "12-03"),
        ("the day after tomorrow", "12-04"),
        ("yesterday", "12-01"),
        ("on friday", "12-04"),
        ("this Friday", "12-04"),
        ("next friday", "12-11"),
        ("last monday", "11-30"),
        ("wednesday", "12-02"),
        ("thurs", "12-03"),
        ("in 3 days", "12-05"),
        ("in two weeks", "12-16"),
        ("3 days ago", "11-29"),
        ("12/5", "12-05"),
        ("１２/５", "12-05"),
        ("25/12", "12-25"),
        ("5.12.", "12-05"),
        ("2026-12-05", "12-05"),
        ("12/5/26", "12-05"),
        ("Dec 5th", "12-05"),
        ("the 5 of December, 2026", "12-05"),
        ("by the 5th", "12-05"),
        ("friday, dec 11", None),  # the eleventh is another Friday than the coming one
        ("friday, dec 4", "12-04"),
        ("明天", "12-03"),
        ("大后天", "12-05"),
        ("下周五", "12-11"),
        ("这周五", "12-04"),
        ("周五", "12-04"),
        ("上个星期五", "11-27"),
        ("下下周一", "12-14"),
        ("三天后", "12-05"),
        ("两周后", "12-16"),
        ("12月5号", "12-05"),
        ("2026年12月5日", "12-05"),
        ("5号", "12-05"),
        ("31/2", None),
        ("tomorrow or friday", None),
        ("between dec 5 and dec 9", None),
        ("size 42", None),
        ("1001", None),
        ("may i ask something", None),
        ("a wedding", None),
        ("1号码", None),
    ],
)
def test_days(text: str, day: str | None) -> None:
    assert read_date(text, TODAY) == (date.fromisoformat(f"2026-{day}") if day else None)


def test_a_day_without_its_year_is_the_nearest_or_the_next() -> None:
    assert read_date("january 5", TODAY) == date(2027, 1, 5)
    assert read_date("november 30", TODAY) == date(2026, 11, 30)
    assert read_date("november 30", TODAY, ahead=True) == date(2027, 11, 30)
    assert read_date("the 1st", TODAY, ahead=True) == date(2027, 1, 1)
    assert read_date("feb 29", TODAY) is None


@given(st.dates(date(2026, 6, 10), date(2027, 5, 20)))
def test_what_is_written_out_is_read_back(day: date) -> None:
    for written in (day.isoformat(), f"{day:%B} {day.day}, {day.year}", f"{day.year}年{day.month}月{day.day}日"):
        assert read_date(written, TODAY) == day
    assert read_date(f"{day.month}/{day.day}", TODAY) == day
    assert read_date(f"in {(day - TODAY).days} days", TODAY) == day or not 1 <= (day - TODAY).days < 100


@given(st.integers(0, 6), st.integers(0, 400))
def test_a_weekday_is_within_a_week(weekday: int, later: int) -> None:
    today = TODAY + timedelta(days=later)
    name = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[weekday]
    read = read_date(name, today)
    assert read is not None
    assert read.weekday() == weekday
    assert today <= read < today + timedelta(days=7)
