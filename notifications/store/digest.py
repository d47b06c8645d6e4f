"""Says when the digest is due: once a week, and once a month on the first working day (`shop.yaml: digest`)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from core.cases.routing import SlackId
from notifications.store.calendars import WEEK, Wall, WeekDay, public_holidays
from notifications.store.support_hours import SupportHours

DAY = timedelta(days=1)


class Digest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds `{day: mon, at: "09:00", channel: C024BE91L}`; without a channel it is the desk's."""

    day: WeekDay = "mon"
    at: Wall = "09:00"
    channel: SlackId = ""

    def weekly(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Returns when the weekly one was due last."""
        return next(each for each in self._before(now, zone) if WEEK[each.astimezone(zone).weekday()] == self.day)

    def monthly(self, now: datetime, zone: ZoneInfo, hours: SupportHours) -> datetime:
        """Returns when the monthly one was due last: on the first day of a month on which people are there."""
        return next(each for each in self._before(now, zone) if _is_first(each.astimezone(zone).date(), hours))

    def _before(self, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Lists this time of day on each day until now, the latest first."""
        day, at = now.astimezone(zone).date(), time.fromisoformat(self.at)
        while True:
            moment = datetime.combine(day, at, zone).astimezone(now.tzinfo)
            if moment <= now:
                yield moment
            day -= DAY


def _is_first(day: date, hours: SupportHours) -> bool:
    earlier = [day.replace(day=number) for number in range(1, day.day)]
    return _works(day, hours) and not any(_works(each, hours) for each in earlier)


def _works(day: date, hours: SupportHours) -> bool:
    if day in hours.exceptions:
        return bool(hours.exceptions[day])
    if any(day in public_holidays(place) for place in hours.holidays):
        return False
    return day.weekday() < 5 if hours.always else WEEK[day.weekday()] in hours.days
