"""Reads when people answer in the desk (`shop.yaml: support_hours`): days of the week, exceptions, teams."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from core.files.complaints import END_TIME, WALL_TIME
from core.files.documents import Document
from notifications.planning.zones import zone
from notifications.store.calendars import WEEK, check_holidays, public_holidays

Start = Annotated[str, Meta(pattern=WALL_TIME)]
End = Annotated[str, Meta(pattern=END_TIME)]  # "24:00" is midnight, at the end of the day
Steps = tuple[str, ...]


class Interval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds `{from: "09:00", to: "12:30"}`; it never crosses midnight."""

    start: Start = msgspec.field(name="from")
    end: End = msgspec.field(name="to")


Intervals = tuple[Interval, ...]


class Week(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds the open times of each day. A day that is not named is closed."""

    mon: Intervals = ()
    tue: Intervals = ()
    wed: Intervals = ()
    thu: Intervals = ()
    fri: Intervals = ()
    sat: Intervals = ()
    sun: Intervals = ()

    @property
    def days(self) -> Mapping[str, Intervals]:
        """Returns the days that are open."""
        return {day: open_ for day in WEEK if (open_ := getattr(self, day))}


class SupportHours(Week, frozen=True, forbid_unknown_fields=True):
    """Holds `support_hours`; without any day the desk is open all the time. `timezone` is the shop's by default."""

    timezone: str = ""
    holidays: tuple[str, ...] = ()
    exceptions: dict[date, Intervals] = {}
    teams: dict[str, Week] = {}

    @property
    def always(self) -> bool:
        """Tells whether the desk is open all the time."""
        return not self.days


def is_open(hours: SupportHours, moment: datetime, shop: ZoneInfo, team: str = "") -> bool:
    """Tells whether people answer at `moment`; a team with days of its own answers on those. `shop` is its zone."""
    local = moment.astimezone(ZoneInfo(hours.timezone) if hours.timezone else shop)
    week = hours.teams.get(team, hours)
    if not week.days:
        return True
    day, at = local.date(), f"{local:%H:%M}"
    intervals = hours.exceptions.get(day)
    if intervals is None:
        free = any(day in public_holidays(place) for place in hours.holidays)
        intervals = () if free else week.days.get(WEEK[day.weekday()], ())
    return any(interval.start <= at < interval.end for interval in intervals)


def check(document: Document, hours: SupportHours, *steps: str) -> None:
    """Raises ConfigurationError for what cannot be, at `steps` of the document."""
    if hours.timezone and zone(hours.timezone) is None:
        raise document.fault("expected the name of a time zone, like Europe/Berlin", *steps, "timezone")
    check_holidays(document, hours.holidays, *steps)
    for where, intervals in _all(hours):
        _check_day(document, intervals, *steps, *where)


def _all(hours: SupportHours) -> Iterator[tuple[Steps, Intervals]]:
    yield from (((day,), intervals) for day, intervals in hours.days.items())
    yield from ((("exceptions", day.isoformat()), intervals) for day, intervals in hours.exceptions.items())
    for team, week in hours.teams.items():
        yield from ((("teams", team, day), intervals) for day, intervals in week.days.items())


def _check_day(document: Document, intervals: Intervals, *steps: str) -> None:
    before = ""
    for place, interval in enumerate(intervals):
        if interval.end <= interval.start:
            raise document.fault("expected an end after the beginning, on the same day", *steps, place)
        if interval.start < before:
            raise document.fault("expected intervals one after the other, earliest first", *steps, place)
        before = interval.end
