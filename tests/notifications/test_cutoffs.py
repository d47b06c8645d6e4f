from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from core.errors import ConfigurationError
from core.shop.orders import Shipment, ShipmentStatus, TrackingEvent
from notifications.campaigns.cutoffs import alternatives, cutoffs, next_cutoffs, order_by, routes_to
from notifications.store.calendars import (
    Calendar,
    Carrier,
    Holiday,
    PickUp,
    Route,
    Silence,
    Warehouse,
    WorkingDays,
    load_cutoffs,
    past_holidays,
)
from tests.notifications.samples import POLICY

NEW_YORK = ZoneInfo("America/New_York")
CHRISTMAS = date(2026, 12, 24)  # a Thursday
BOOK = POLICY.cutoffs


def calendar(handling: int = 0, carrier: Carrier | None = None, **warehouse: Any) -> Calendar:
    return Calendar(
        Warehouse(timezone="America/New_York", cut_off="14:00", handling_days=handling, **warehouse),
        {"UPS": carrier or Carrier()},
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
        (calendar(carrier=Carrier(weekend=("sun",))), 3, "Mon 12-21 14:00"),
        # the carrier drives on Saturday, the warehouse does not: picked up on Friday
        (calendar(carrier=Carrier(weekend=("sun",))), 4, "Fri 12-18 14:00"),
        (calendar(carrier=Carrier(open=(date(2026, 12, 20),))), 4, "Fri 12-18 14:00"),
        (calendar(open=(date(2026, 12, 20),), carrier=Carrier(open=(date(2026, 12, 20),))), 4, "Sun 12-20 14:00"),
        (calendar(carrier=Carrier(closed=(CHRISTMAS,))), 0, "Wed 12-23 14:00"),
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


FRIDAY = datetime(2026, 12, 4, 20, tzinfo=UTC)  # 15:00 in New York


def quiet(
    book: Calendar, days: float, status: str = "in_transit", carrier: str = "ups", since: datetime = FRIDAY
) -> int:
    parcel = Shipment("s", ShipmentStatus(status), carrier, events=(TrackingEvent(since, status),))
    return book.quiet_days(parcel, since + timedelta(days=days))


def test_a_carrier_s_silence_is_counted_in_its_working_days() -> None:
    book = calendar()
    assert [quiet(book, days) for days in (3, 4.99, 5, 6.5)] == [0, 0, 3, 4]  # from Friday to Wednesday, and on
    assert [quiet(book, days, "info_received") for days in (3.9, 4)] == [0, 2]
    assert [quiet(book, days, "out_for_delivery") for days in (3, 4)] == [0, 2]
    assert quiet(book, 60, "delivered") == 0
    sundays_free = calendar(carrier=Carrier(weekend=("sun",)))
    assert [quiet(sundays_free, days) for days in (3.9, 4)] == [0, 3]
    assert [quiet(sundays_free, days, carrier="nobody knows") for days in (4, 5)] == [0, 3]
    thanksgiving, monday = calendar(carrier=Carrier(holidays=("US",))), datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert [quiet(thanksgiving, days, since=monday) for days in (3, 4)] == [0, 3]
    assert quiet(book, 3, since=monday) == 3


def test_each_carrier_may_be_given_its_own_time() -> None:
    slow = calendar(carrier=Carrier(silence=Silence(transit="7d")))
    assert [quiet(slow, days) for days in (5, 10.9, 11)] == [0, 0, 7]
    assert quiet(slow, 4, "info_received") == 2
    assert quiet(replace(slow, silence=Silence(label="1d", transit="1d")), 3, "info_received") == 1


def test_a_parcel_that_was_never_scanned_is_not_called_quiet() -> None:
    assert calendar().quiet_days(Shipment("s", ShipmentStatus.IN_TRANSIT, "UPS"), FRIDAY) == 0


def test_a_length_of_silence_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cutoffs.yaml"
    head = 'warehouse: {timezone: UTC, cut_off: "14:00"}\n'
    path.write_text(f"{head}carriers:\n  UPS: {{silence: {{transit: soon}}}}\nroutes: []\nholidays: []\n")
    with pytest.raises(ConfigurationError, match=r"cutoffs.yaml:3.*a time like 30s"):
        load_cutoffs(path)


def test_what_is_left_when_the_ordinary_service_is_too_late() -> None:
    book = replace(BOOK, pick_up=PickUp({"en": "our store"}))
    (christmas, *_) = book.holidays
    moments = [datetime(2026, 12, day, 12, tzinfo=UTC) for day in (10, 18, 23, 24)]
    left = [alternatives(book, christmas, "US", "NY", now) for now in moments]
    assert [[each.route.service for each in one.services] for one in left] == [
        ["Ground", "Next Day Air"],
        ["Next Day Air"],
        [],
        [],
    ]
    assert [one.pick_up is not None for one in left] == [True, True, True, False]
    assert all(one.gift_card for one in left)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("weekend: [sun]", "weekend: [sat, sun, mon, tue, wed, thu]"), "SF Express"),
        (("id: lunar-new-year-2027", "id: christmas-2026"), "there are two holidays with the id christmas-2026"),
        (("remind_days_before: [7, 2, 1]", "remind_days_before: [7, 7]"), "expected each day once"),
        (("deliver_by: 2026-12-24", "deliver_by: 2026-12-42"), "deliver_by"),
        (("timezone: America/New_York", "timezone: Mars/Olympus"), "expected the name of a time zone"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    text = (Path(__file__).parents[2] / "config" / "store" / "cutoffs.yaml").read_text("utf-8")
    path = tmp_path / "cutoffs.yaml"
    path.write_text(text.replace("weekend: [sat, sun]", "weekend: [fri, sat, sun]", 1).replace(*change, 1), "utf-8")
    with pytest.raises(ConfigurationError, match=rf"cutoffs\.yaml:\d+: .*{message}"):
        load_cutoffs(path)


def test_holidays_that_are_over_are_named_with_their_lines() -> None:
    path = Path(__file__).parents[2] / "config" / "store" / "cutoffs.yaml"
    assert past_holidays(path, date(2026, 12, 24)) == []
    (first,) = past_holidays(path, date(2026, 12, 25))
    assert "christmas-2026" in first
    assert "deliver_by: 2026-12-24 is over" in first
