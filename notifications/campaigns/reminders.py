"""Tells when reminders of holidays may be due anywhere, so that customers are read on no other days."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from notifications.campaigns.cutoffs import order_by
from notifications.campaigns.last_moments import LATE
from notifications.store.calendars import Calendar

EVERY = timedelta(hours=1)  # between two looks while reminders may be due: a day begins in some zone each hour
AT_MOST = timedelta(days=1)  # between two looks otherwise
DAY = timedelta(days=1)  # by so much a day can begin earlier, or end later, in another zone


def may_be_due(calendar: Calendar, now: datetime) -> bool:
    """Tells whether a reminder falls on today, or fell on yesterday, in any zone."""
    return any(start <= now < end for start, end in _spans(calendar))


def next_look(calendar: Calendar, now: datetime) -> datetime:
    """Returns when to look again whether reminders are due."""
    if may_be_due(calendar, now):
        return now + EVERY
    ahead = (start for start, _ in _spans(calendar) if start > now)
    return min([now + AT_MOST, *ahead])


def _spans(calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Lists from when until when each reminder of each holiday may be due on each route."""
    for holiday in calendar.holidays:
        for route in calendar.routes:
            last = order_by(calendar, route, holiday.deliver_by)
            for days in holiday.remind_days_before:
                yield last - (days + 1) * DAY, min(last, last - (days - LATE - 1) * DAY)
