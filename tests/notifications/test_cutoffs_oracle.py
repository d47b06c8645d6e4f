"""Compares the last moment to order with one found by trying every day: over zones, clock changes and free days."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.campaigns.cutoffs import arrives, order_by
from notifications.store.calendars import Calendar, Carrier, Route, Warehouse, WeekDay, WorkingDays

ZONES = ("America/New_York", "Europe/Berlin", "Asia/Shanghai", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu")
FIRST = date(2026, 9, 1)
DAYS = st.dates(FIRST, date(2027, 5, 1))
FREE = st.fixed_dictionaries(
    {
        "weekend": st.lists(st.sampled_from(get_args(WeekDay)), max_size=2, unique=True).map(tuple),
        "holidays": st.sampled_from([(), ("US",), ("DE-BY",), ("CN",)]),
        "closed": st.lists(DAYS, max_size=6).map(tuple),
        "open": st.lists(DAYS, max_size=3).map(tuple),
    }
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    wall = f"{draw(st.integers(0, 23)):02}:{draw(st.sampled_from([0, 30])):02}"
    warehouse = Warehouse(
        timezone=draw(st.sampled_from(ZONES)), cut_off=wall, handling_days=draw(st.integers(0, 4)), **draw(FREE)
    )
    return Calendar(warehouse, {"UPS": Carrier(**draw(FREE))}, (), ())


def walked(days: WorkingDays, day: date, count: int) -> date:
    """Counts working days one by one, from the first one on."""
    while not days.works(day):
        day += timedelta(days=1)
    while count:
        day += timedelta(days=1)
        count -= days.works(day)
    return day


def there(book: Calendar, transit: int, ordered: datetime) -> date:
    """Says by the rules, a day at a time, when an order arrives."""
    warehouse, carrier = book.warehouse, book.carriers["UPS"]
    local = ordered.astimezone(ZoneInfo(warehouse.timezone))
    late = (local.hour, local.minute) >= tuple(map(int, warehouse.cut_off.split(":")))
    day = walked(warehouse, local.date() + timedelta(days=late), warehouse.handling_days)
    while not (warehouse.works(day) and carrier.works(day)):
        day += timedelta(days=1)
    return walked(carrier, day, transit)


@given(book=calendars(), transit=st.integers(0, 9), ordered=st.datetimes(datetime(2026, 10, 1), datetime(2027, 4, 1)))  # noqa: DTZ001 - made aware below
@settings(max_examples=80, deadline=None)
def test_a_parcel_arrives_as_it_is_counted_day_by_day(book: Calendar, transit: int, ordered: datetime) -> None:
    moment = ordered.replace(tzinfo=UTC)
    assert arrives(book, book.carriers["UPS"], transit, moment) == there(book, transit, moment)


@given(book=calendars(), transit=st.integers(0, 9), by=st.dates(date(2026, 12, 1), date(2027, 3, 31)))
@settings(max_examples=80, deadline=None)
def test_the_last_moment_is_the_last_that_arrives(book: Calendar, transit: int, by: date) -> None:
    last = order_by(book, Route("US", "UPS", "Ground", transit), by)
    assert there(book, transit, last - timedelta(minutes=1)) <= by
    for minutes in (0, 1, 60, 24 * 60, 3 * 24 * 60):
        assert there(book, transit, last + timedelta(minutes=minutes)) > by


@given(book=calendars(), transit=st.integers(0, 9), at=st.datetimes(datetime(2026, 10, 1), datetime(2027, 4, 1)))  # noqa: DTZ001 - made aware below
@settings(max_examples=60, deadline=None)
def test_who_orders_later_never_has_it_earlier(book: Calendar, transit: int, at: datetime) -> None:
    first, second = at.replace(tzinfo=UTC), at.replace(tzinfo=UTC) + timedelta(hours=5)
    carrier = book.carriers["UPS"]
    assert arrives(book, carrier, transit, first) <= arrives(book, carrier, transit, second)
