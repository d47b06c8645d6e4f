"""Tells when people answer in the desk: now, today, next; with split days, holidays and exceptions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from notifications.store.calendars import WEEK, public_holidays
from notifications.store.support_hours import Intervals, SupportHours, Week

LOOKED_AHEAD = 60  # days; who is closed for longer has no next opening


class Span(msgspec.Struct, frozen=True):
    """From when until when somebody is there."""

    start: datetime
    end: datetime


class Desk:
    """Holds the hours of the desk, or of one of its teams, in their zone."""

    def __init__(self, hours: SupportHours, shop_zone: str, team: str = "") -> None:
        self.zone = ZoneInfo(hours.timezone or shop_zone)
        self.hours = hours
        self.week: Week = hours.teams.get(team, hours)
        self.always = not self.week.days

    def intervals(self, day: date) -> Intervals:
        """Returns the open times of a day: an exception, else none on a holiday, else those of its weekday."""
        if day in self.hours.exceptions:
            return self.hours.exceptions[day]
        if any(day in public_holidays(place) for place in self.hours.holidays):
            return ()
        return self.week.days.get(WEEK[day.weekday()], ())

    def spans(self, day: date) -> Iterator[Span]:
        """Lists a day's open times as moments."""
        for each in self.intervals(day):
            yield Span(self._moment(day, each.start), self._moment(day, each.end))

    def open_span(self, now: datetime) -> Span | None:
        """Finds the open time that `now` is in; None while the desk is closed."""
        today = now.astimezone(self.zone).date()
        return next((span for span in self.spans(today) if span.start <= now < span.end), None)

    def next_opening(self, now: datetime) -> datetime | None:
        """Finds when the desk opens next, after now."""
        today = now.astimezone(self.zone).date()
        days = (today + timedelta(days=n) for n in range(LOOKED_AHEAD + 1))
        return next((span.start for day in days for span in self.spans(day) if span.start > now), None)

    def after(self, now: datetime, length: timedelta) -> datetime:
        """Returns the moment by which people have been there for this long; without an end in sight, by the clock."""
        if self.always:
            return now + length
        today, left = now.astimezone(self.zone).date(), length
        for span in (span for n in range(LOOKED_AHEAD + 1) for span in self.spans(today + timedelta(days=n))):
            start, end = max(span.start.astimezone(UTC), now.astimezone(UTC)), span.end.astimezone(UTC)
            if end - start >= left:
                return start + left
            left -= max(end - start, timedelta(0))
        return now + length

    def before(self, now: datetime, length: timedelta) -> datetime:
        """Returns the moment since which people have been there for this long; without one in sight, by the clock."""
        if self.always:
            return now - length
        today, left = now.astimezone(self.zone).date(), length
        days = (tuple(self.spans(today - timedelta(days=n))) for n in range(LOOKED_AHEAD + 1))
        for span in (span for spans in days for span in reversed(spans)):
            start, end = span.start.astimezone(UTC), min(span.end.astimezone(UTC), now.astimezone(UTC))
            if end - start >= left:
                return end - left
            left -= max(end - start, timedelta(0))
        return now - length

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Returns how long people are there between two moments, as `after` counts it."""
        if self.always:
            return max(end - start, timedelta(0))
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        spans = (span for day in days for span in self.spans(day))
        lengths = (min(each.end.astimezone(UTC), end) - max(each.start.astimezone(UTC), start) for each in spans)
        return sum((max(length, timedelta(0)) for length in lengths), timedelta(0))

    def _moment(self, day: date, wall: str) -> datetime:
        if wall == "24:00":
            return datetime.combine(day + timedelta(days=1), time(), tzinfo=self.zone)
        return datetime.combine(day, time.fromisoformat(wall), tzinfo=self.zone)
