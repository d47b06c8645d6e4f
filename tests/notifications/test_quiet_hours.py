from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.planning.quiet_hours import HORIZON, QuietHours

NIGHT = QuietHours(time(20), time(9))
NEW_YORK, HONOLULU, SHANGHAI, LONDON = map(
    ZoneInfo, ("America/New_York", "Pacific/Honolulu", "Asia/Shanghai", "Europe/London")
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "zones", "expected"),
    [
        (NIGHT, "2026-12-02T15:00", [NEW_YORK], "2026-12-02T15:00"),
        (NIGHT, "2026-12-02T14:00", [NEW_YORK], "2026-12-02T14:00"),  # 9:00 sharp is open
        (NIGHT, "2026-12-02T13:59", [NEW_YORK], "2026-12-02T14:00"),
        (NIGHT, "2026-12-03T01:00", [NEW_YORK], "2026-12-03T14:00"),  # 20:00 sharp is quiet
        (NIGHT, "2026-12-03T05:30", [NEW_YORK], "2026-12-03T14:00"),  # after midnight
        (NIGHT, "2026-12-02T15:00", [NEW_YORK, HONOLULU], "2026-12-02T19:00"),  # 9:00 on Hawaii, 14:00 in New York
        (NIGHT, "2026-12-03T01:30", [NEW_YORK, HONOLULU], "2026-12-03T19:00"),
        (NIGHT, "2026-12-02T15:00", [SHANGHAI], "2026-12-03T01:00"),
        (NIGHT, "2026-03-08T08:00", [NEW_YORK], "2026-03-08T13:00"),  # the night clocks go forward
        (NIGHT, "2026-11-01T07:00", [NEW_YORK], "2026-11-01T14:00"),  # the night they go back
        (QuietHours(time(0), time(2, 30)), "2026-03-08T06:00", [NEW_YORK], "2026-03-08T07:30"),  # 2:30 never strikes
        (QuietHours(time(0), time(1, 30)), "2026-11-01T05:10", [NEW_YORK], "2026-11-01T05:30"),  # 1:30 strikes twice
        (QuietHours(time(0), time(1, 30)), "2026-11-01T06:10", [NEW_YORK], "2026-11-01T06:30"),
        (QuietHours(time(12), time(14)), "2026-12-02T13:00", [LONDON], "2026-12-02T14:00"),
        (QuietHours(time(9), time(9)), "2026-12-02T09:00", [LONDON], "2026-12-02T09:00"),  # equal bounds: never quiet
        (NIGHT, "2026-12-02T09:00", [SHANGHAI, NEW_YORK], None),  # 13 hours apart: no common hour
    ],
)
def test_the_next_open_moment(hours: QuietHours, now: str, zones: list[ZoneInfo], expected: str | None) -> None:
    assert hours.next_open(utc(now), zones) == (utc(expected) if expected else None)


WALLS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 30, 59]))
ZONES = st.lists(
    st.sampled_from(
        [
            NEW_YORK,
            HONOLULU,
            SHANGHAI,
            LONDON,
            ZoneInfo("Australia/Lord_Howe"),
            ZoneInfo("Asia/Kathmandu"),
            ZoneInfo("UTC"),
        ]
    ),
    min_size=1,
    max_size=3,
)
CHANGES = ["2026-03-08T00:00", "2026-11-01T00:00", "2026-03-29T00:00", "2026-10-25T00:00", "2026-04-04T12:00"]
NOWS = st.builds(
    lambda start, minutes: utc(start) + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(-2000, 3000)
)


@given(start=WALLS, end=WALLS, zones=ZONES, now=NOWS)
@example(start=time(2, 30), end=time(2, 0), zones=[NEW_YORK], now=utc("2026-03-07T08:00"))
def test_it_is_open_not_past_and_soon(start: time, end: time, zones: list[ZoneInfo], now: datetime) -> None:
    hours = QuietHours(start, end)
    until = hours.next_open(now, zones)
    quarters = [now + timedelta(minutes=15 * n) for n in range(48 * 4)]
    if until is None:
        assert all(hours.quiet(moment, zones) for moment in quarters)
        return
    assert now <= until <= now + HORIZON
    assert not hours.quiet(until, zones)
    # Nothing open was passed over, but for the half hour that a gap in spring may cost.
    assert all(hours.quiet(moment, zones) for moment in quarters if moment < until - timedelta(hours=1))
