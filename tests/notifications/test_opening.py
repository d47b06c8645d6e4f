"""Tests when the desk is open, and when it opens next: split days, holidays, exceptions, the change of the clocks."""

from datetime import UTC, date, datetime, timedelta
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


SPLIT = {day: (Interval("09:00", "12:30"), Interval("13:30", "18:00")) for day in ("mon", "tue", "thu")}
NIGHT = {"sat": (Interval("00:00", "05:00"),), "sun": (Interval("00:00", "05:00"), Interval("22:00", "24:00"))}
desks = st.sampled_from(
    [
        Desk(SupportHours(**SPLIT, holidays=("US",)), "America/New_York"),
        Desk(SupportHours(**NIGHT), "Europe/Berlin"),  # the clocks change in the night to a sunday
        Desk(SupportHours(**NIGHT), "Australia/Lord_Howe"),  # by half an hour
        Desk(SupportHours(**SPLIT, exceptions={date(2026, 3, 30): ()}), "Asia/Shanghai"),
        Desk(SupportHours(), "UTC"),
    ]
)
lengths = st.integers(0, 60 * 24).map(lambda minutes: timedelta(minutes=minutes))
moments = st.integers(0, 400 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(desk=desks, at=moments, one=lengths, other=lengths)
@settings(max_examples=120, deadline=None)
def test_what_is_added_can_be_counted_back_and_split(
    desk: Desk, at: datetime, one: timedelta, other: timedelta
) -> None:
    due = desk.after(at, one + other)
    assert desk.between(at, due) == one + other
    assert desk.after(desk.after(at, one), other) == due  # a pause of no length changes nothing


@given(desk=desks, at=moments, length=lengths)
@settings(max_examples=120, deadline=None)
def test_what_was_before_can_be_counted_again(desk: Desk, at: datetime, length: timedelta) -> None:
    since = desk.before(at, length)
    assert desk.between(since, at) == length
    assert since <= at


def test_before_the_doors_open_the_hours_before_are_those_of_the_last_day() -> None:
    desk = Desk(SupportHours(mon=(Interval("09:00", "17:00"),), tue=(Interval("09:00", "17:00"),)), "UTC")
    tuesday = datetime(2026, 12, 1, 8, 59, tzinfo=UTC)
    assert desk.before(tuesday, timedelta(hours=2)) == datetime(2026, 11, 30, 15, tzinfo=UTC)
    assert desk.before(tuesday.replace(hour=9, minute=30), timedelta(hours=2)) == datetime(
        2026, 11, 30, 15, 30, tzinfo=UTC
    )


@given(desk=desks, at=moments, later=lengths, one=lengths, other=lengths)
@settings(max_examples=120, deadline=None)
def test_more_time_and_a_later_start_never_end_earlier(
    desk: Desk, at: datetime, later: timedelta, one: timedelta, other: timedelta
) -> None:
    assert desk.after(at, one) <= desk.after(at, one + other)
    assert desk.after(at, one) <= desk.after(at + later, one)


@given(desk=desks, at=moments, length=lengths)
@settings(max_examples=120, deadline=None)
def test_an_end_lies_within_the_opening_hours(desk: Desk, at: datetime, length: timedelta) -> None:
    end = desk.after(at, length)
    spans = [span for n in (-1, 0) for span in desk.spans(end.astimezone(desk.zone).date() + timedelta(days=n))]
    assert desk.always or any(span.start.astimezone(UTC) <= end <= span.end.astimezone(UTC) for span in spans)


@pytest.mark.parametrize(
    ("night", "hours"),
    [("2026-03-28", 4), ("2026-10-24", 6)],  # the clocks go forward, and back
)
def test_the_night_in_which_the_clocks_change_is_as_long_as_it_is(night: str, hours: int) -> None:
    desk = Desk(SupportHours(**NIGHT), "Europe/Berlin")
    saturday, sunday = at(f"{night}T12:00"), at(f"{night}T12:00") + timedelta(hours=20)
    assert desk.between(saturday, sunday) == timedelta(hours=hours)
    assert desk.after(saturday, timedelta(hours=hours)) == at(
        (datetime.fromisoformat(night) + timedelta(hours=29)).isoformat()
    )


def test_a_desk_that_never_opens_counts_by_the_clock_and_ends() -> None:
    always_away = {date(2027, 1, 1) + timedelta(days=n): () for n in range(400)}
    shut = Desk(SupportHours(mon=(Interval("09:00", "10:00"),), exceptions=always_away), "UTC")
    now = datetime(2027, 1, 1, tzinfo=UTC)
    assert shut.after(now, timedelta(hours=3)) == now + timedelta(hours=3)
    assert shut.between(now, now + timedelta(days=300)) == timedelta(0)
