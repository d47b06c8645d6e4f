"""Tests when the desk is open, and when it opens next: split days, holidays, exceptions, the change of the clocks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.store.opening import Desk
from notifications.store.support_hours import Interval, SupportHours
from tests.notifications.test_support_hours import HOURS, shop

BERLIN = ZoneInfo("Europe/Berlin")


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(shop(tmp_path, HOURS).support_hours, "America/New_York")


@pytest.mark.parametrize(
    ("now", "until", "next_opening"),
    [
        ("2026-12-07T08:59", "", "2026-12-07T09:00"),
        ("2026-12-07T09:00", "2026-12-07T12:30", "2026-12-07T13:30"),
        ("2026-12-07T12:30", "", "2026-12-07T13:30"),  # at noon
        ("2026-12-07T13:30", "2026-12-07T18:00", "2026-12-12T10:00"),
        ("2026-12-12T23:59", "2026-12-13T00:00", "2026-12-14T09:00"),  # until midnight
        ("2026-12-13T00:00", "", "2026-12-14T09:00"),
        ("2026-12-24T10:00", "2026-12-24T12:00", "2027-01-02T10:00"),  # exceptions, and public holidays after it
        ("2026-12-26T11:00", "", "2027-01-02T10:00"),  # a public holiday on a saturday
        ("2026-03-30T08:00", "", "2026-03-30T09:00"),  # the first monday of summer time
    ],
)
def test_open_now_and_next(desk: Desk, now: str, until: str, next_opening: str) -> None:
    span = desk.open_span(at(now))
    assert (span.end if span else None) == (at(until) if until else None)
    assert desk.next_opening(at(now)) == at(next_opening)


def test_a_team_has_its_own_week(tmp_path: Path) -> None:
    hours = shop(tmp_path, HOURS).support_hours
    warehouse = Desk(hours, "America/New_York", "warehouse")
    assert warehouse.open_span(at("2026-12-07T07:30"))
    assert warehouse.open_span(at("2026-12-12T11:00")) is None


def test_without_days_it_is_always_open_and_a_desk_that_never_opens_has_no_next(tmp_path: Path) -> None:
    assert Desk(shop(tmp_path, "support_hours: {}\n").support_hours, "UTC").always
    shut = "support_hours:\n  mon: [{from: '09:00', to: '10:00'}]\n  exceptions:\n"
    days = "".join(f"    2027-{month:02}-{day:02}: []\n" for month in (1, 2, 3) for day in range(1, 29))
    closed = Desk(shop(tmp_path, shut + days).support_hours, "UTC")
    assert closed.next_opening(datetime(2027, 1, 1, tzinfo=UTC)) is None


@given(
    hours=st.integers(0, 60 * 24).map(lambda minutes: timedelta(minutes=minutes)),
    at=st.integers(0, 400 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
)
@settings(max_examples=60, deadline=None)
def test_a_length_of_the_desks_hours_is_counted_in_them(hours: timedelta, at: datetime) -> None:
    week = {day: (Interval("09:00", "12:30"), Interval("13:30", "18:00")) for day in ("mon", "tue", "thu")}
    desk = Desk(SupportHours(**week, holidays=("US",)), "America/New_York")
    end, open_ = desk.after(at, hours), timedelta(0)
    assert end >= at
    day = at.astimezone(desk.zone).date()
    while day <= end.astimezone(desk.zone).date():
        for span in desk.spans(day):
            start, stop = max(span.start.astimezone(UTC), at), min(span.end.astimezone(UTC), end)
            open_ += max(stop - start, timedelta(0))
        day += timedelta(days=1)
    assert open_ == hours


def test_a_desk_that_is_always_open_counts_by_the_clock() -> None:
    now = datetime(2026, 12, 2, 15, tzinfo=UTC)
    assert Desk(SupportHours(), "America/New_York").after(now, timedelta(hours=3)) == now + timedelta(hours=3)
