from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notifications.campaigns.cutoffs import cutoffs, next_cutoffs, order_by, routes_to
from notifications.store.calendars import Calendar, Holiday, Route, Warehouse, WorkingDays
from tests.notifications.samples import POLICY

NEW_YORK = ZoneInfo("America/New_York")
CHRISTMAS = date(2026, 12, 24)  # a Thursday
BOOK = POLICY.cutoffs


def calendar(handling: int = 0, carrier: WorkingDays | None = None, **warehouse: Any) -> Calendar:
    return Calendar(
        Warehouse(timezone="America/New_York", cut_off="14:00", handling_days=handling, **warehouse),
        {"UPS": carrier or WorkingDays()},
        (),
        (),
    )


def last(book: Calendar, transit: int, deliver_by: date = CHRISTMAS) -> str:
    moment = order_by(book, Route("US", "UPS", "Ground", transit), deliver_by)
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(NEW_YORK):%a %m-%d %H:%M}"


@pytest.mark.parametrize(
    ("book", "transit", "expected"),
    [
        (calendar(), 0, "Thu 12-24 14:00"),
        (calendar(), 1, "Wed 12-23 14:00"),
        (calendar(), 3, "Mon 12-21 14:00"),
        (calendar(), 4, "Fri 12-18 14:00"),  # over a weekend
        (calendar(1), 3, "Fri 12-18 14:00"),
        (calendar(2), 3, "Thu 12-17 14:00"),
        (calendar(carrier=WorkingDays(weekend=("sun",))), 3, "Mon 12-21 14:00"),
        # the carrier drives on Saturday, the warehouse does not: picked up on Friday
        (calendar(carrier=WorkingDays(weekend=("sun",))), 4, "Fri 12-18 14:00"),
        (calendar(carrier=WorkingDays(open=(date(2026, 12, 20),))), 4, "Fri 12-18 14:00"),
        (calendar(open=(date(2026, 12, 20),), carrier=WorkingDays(open=(date(2026, 12, 20),))), 4, "Sun 12-20 14:00"),
        (calendar(carrier=WorkingDays(closed=(CHRISTMAS,))), 0, "Wed 12-23 14:00"),
        (calendar(1, closed=(date(2026, 12, 22),)), 1, "Mon 12-21 14:00"),
    ],
)
def test_days_are_counted_back(book: Calendar, transit: int, expected: str) -> None:
    assert last(book, transit) == expected


def test_public_holidays_are_free() -> None:
    thanksgiving = date(2026, 11, 26)
    friday = date(2026, 11, 27)
    assert last(calendar(), 1, friday) == "Thu 11-26 14:00"
    free = WorkingDays(holidays=("US",))
    assert not free.works(thanksgiving)
    assert last(calendar(carrier=free), 1, friday) == "Wed 11-25 14:00"
    assert last(calendar(1, carrier=free, holidays=("US",)), 1, friday) == "Tue 11-24 14:00"
    assert WorkingDays(holidays=("US",), open=(thanksgiving,)).works(thanksgiving)
    assert not WorkingDays(holidays=("US-HI",)).works(date(2026, 8, 21))  # Statehood Day, Hawaii only
    assert WorkingDays(holidays=("US",)).works(date(2026, 8, 21))


def test_the_wall_clock_holds_over_a_change_of_clocks() -> None:
    before = order_by(calendar(), Route("US", "UPS", "Ground", 0), date(2026, 10, 30))
    after = order_by(calendar(), Route("US", "UPS", "Ground", 0), date(2026, 11, 2))
    assert (before.hour, after.hour) == (18, 19)


@pytest.mark.parametrize(
    ("country", "region", "expected"),
    [
        ("US", "NY", [("Ground", "12-16 14:00"), ("Next Day Air", "12-22 14:00")]),
        ("US", "HI", [("Ground", "12-11 09:00"), ("Next Day Air", "12-21 09:00")]),
        ("CN", "", [("International", "12-12 03:00"), ("Express Worldwide", "12-18 03:00")]),
        ("AQ", "", []),
    ],
)
def test_the_last_moments_of_a_place(country: str, region: str, expected: list[tuple[str, str]]) -> None:
    zone = {"US": "America/New_York", "CN": "Asia/Shanghai"}.get(country, "UTC")
    zone = "Pacific/Honolulu" if region == "HI" else zone
    found = cutoffs(BOOK, BOOK.holidays[0], country, region)
    assert [
        (each.route.service, f"{each.order_by.astimezone(ZoneInfo(zone)):%m-%d %H:%M}") for each in found
    ] == expected


def test_a_region_stands_in_for_its_country() -> None:
    assert [route.transit_days for route in routes_to(BOOK, "US", "HI")] == [8, 2]
    assert [route.transit_days for route in routes_to(BOOK, "US", "NY")] == [5, 1]
    assert [route.transit_days for route in routes_to(BOOK, "US", "")] == [5, 1]


def test_passed_cutoffs_are_left_out_and_the_next_holiday_follows() -> None:
    def ahead(day: str) -> list[tuple[str, str]]:
        now = datetime.fromisoformat(day).replace(tzinfo=NEW_YORK)
        return [(each.holiday.id, each.route.service) for each in next_cutoffs(BOOK, "US", "NY", now)]

    assert ahead("2026-12-16T13:59") == [("christmas-2026", "Ground"), ("christmas-2026", "Next Day Air")]
    assert ahead("2026-12-16T14:00") == [("christmas-2026", "Next Day Air")]
    assert ahead("2026-12-22T14:00")[0] == ("lunar-new-year-2027", "Ground")
    assert ahead("2027-02-04T00:00") == []


def test_more_transit_never_means_later() -> None:
    moments = [order_by(BOOK, Route("US", "UPS", "Ground", days), CHRISTMAS) for days in range(30)]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] - moments[-1] > timedelta(days=30)


def test_holidays_have_their_defaults() -> None:
    assert Holiday("x", {"en": "X"}, CHRISTMAS).remind_days_before == (7, 2, 1)
