"""Tests until when a case rests."""

from datetime import UTC, datetime, timedelta

import pytest

from core.cases.rests import HOUR, REPLY, TOMORROW, day_in, morning_of, snoozed_until

NOW = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)


def test_an_hour_and_until_the_customer_writes() -> None:
    assert snoozed_until(HOUR, NOW, "UTC") == NOW + timedelta(hours=1)
    assert snoozed_until(REPLY, NOW, "UTC") is None
    with pytest.raises(KeyError):
        snoozed_until("never", NOW, "UTC")


@pytest.mark.parametrize(
    ("zone", "then"),
    [
        ("UTC", datetime(2026, 10, 25, 9, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 26, 8, tzinfo=UTC)),  # it is Sunday there, and winter time by then
        ("America/Los_Angeles", datetime(2026, 10, 25, 16, tzinfo=UTC)),
        ("Asia/Shanghai", datetime(2026, 10, 26, 1, tzinfo=UTC)),
    ],
)
def test_tomorrow_is_tomorrow_where_the_agent_is(zone: str, then: datetime) -> None:
    assert snoozed_until(TOMORROW, NOW, zone) == then


def test_days_as_calendars_write_them() -> None:
    day = day_in("2026-12-05")
    assert day is not None
    assert morning_of(day, "Europe/Berlin") == datetime(2026, 12, 5, 8, tzinfo=UTC)
    assert day_in("soon") is None
    assert day_in("") is None
