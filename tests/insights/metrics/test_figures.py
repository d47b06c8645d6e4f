"""Tests that numbers and days are written as people read them, in both languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from insights.metrics.figures import clock, day, days, difference, figure, short_day


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (None, "count", "–", "–"),
        (0, "count", "0", "0"),
        (12345, "count", "12,345", "12,345"),
        (0.7134, "share", "71.3%", "71.3%"),
        (1, "share", "100%", "100%"),
        (0, "seconds", "0 s", "0 秒"),
        (1.25, "seconds", "1.2 s", "1.2 秒"),
        (45, "seconds", "45 s", "45 秒"),
        (59.7, "seconds", "1 min", "1 分钟"),
        (95, "seconds", "1 min 35 s", "1 分钟 35 秒"),
        (3599, "seconds", "59 min 59 s", "59 分钟 59 秒"),
        (3599.6, "seconds", "1 h", "1 小时"),
        (5700, "seconds", "1 h 35 min", "1 小时 35 分钟"),
        (5729, "seconds", "1 h 35 min", "1 小时 35 分钟"),
        (7199, "seconds", "1 h 59 min", "1 小时 59 分钟"),
        (93600, "seconds", "1 d 2 h", "1 天 2 小时"),
        (3605, "seconds", "1 h", "1 小时"),
        (-95, "seconds", "−1 min 35 s", "−1 分钟 35 秒"),
        (12.5, "per_100", "12.5", "12.5"),
        (-32, "score", "−32", "−32"),
    ],
)
def test_a_number_is_written_in_its_unit(value: float | None, unit: str, en: str, zh: str) -> None:
    assert (figure(value, unit, "en"), figure(value, unit, "zh")) == (en, zh)


@pytest.mark.parametrize(
    ("value", "currency", "en", "zh"),
    [
        (1234.5, "USD", "$1,234.50", "US$1,234.50"),
        (0.0083, "USD", "$0.0083", "US$0.0083"),
        (0.1, "USD", "$0.10", "US$0.10"),
        (12, "CNY", "CN¥12.00", "¥12.00"),
        (120, "JPY", "¥120", "JP¥120"),
        (0, "USD", "$0.00", "US$0.00"),
        (3, "", "3", "3"),
    ],
)
def test_money_has_its_currency(value: float, currency: str, en: str, zh: str) -> None:
    assert (figure(value, "money", "en", currency), figure(value, "money", "zh", currency)) == (en, zh)


@pytest.mark.parametrize(
    ("before", "after", "unit", "en", "zh"),
    [
        (0.75, 0.71, "share", "−4 points", "−4 个百分点"),
        (0.5, 0.5, "share", "±0 points", "±0 个百分点"),
        (20, 30, "score", "+10", "+10"),
        (100, 125, "count", "+25%", "+25%"),
        (600, 300, "seconds", "−50%", "−50%"),
        (0, 3, "count", "from 0", "原为 0"),
        (0, 0, "count", "±0%", "±0%"),
        (None, 3, "count", "–", "–"),
    ],
)
def test_a_change_is_written_with_its_sign(before: float, after: float, unit: str, en: str, zh: str) -> None:
    assert (difference(before, after, unit, "en"), difference(before, after, unit, "zh")) == (en, zh)


def test_days_and_times_are_the_readers() -> None:
    tuesday = date(2026, 12, 1)
    assert (day(tuesday, "en"), day(tuesday, "zh")) == ("Tue, Dec 1", "12月1日周二")
    assert (short_day(tuesday, "en"), short_day(tuesday, "zh")) == ("Dec 1", "12月1日")
    assert (days(date(2026, 11, 24), tuesday, "en"), days(tuesday, tuesday, "en")) == ("Nov 24 – Dec 1", "Tue, Dec 1")
    assert days(date(2026, 12, 30), date(2027, 1, 2), "en") == "Dec 30, 2026 – Jan 2, 2027"
    moment, zone = datetime(2026, 12, 1, 19, 5, tzinfo=UTC), ZoneInfo("America/New_York")
    assert (clock(moment, zone, "en"), clock(moment, zone, "zh")) == ("2:05 PM", "14:05")
