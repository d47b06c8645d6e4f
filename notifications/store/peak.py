"""Tells whether it is peak season: between a holiday's first reminder and its date, or as the store says."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec

from notifications.campaigns.cutoffs import order_by, routes_to
from notifications.store.calendars import Calendar, Holiday, Route
from notifications.store.shop import Shop


class Peak(msgspec.Struct, frozen=True):
    """Holds a season: its last day, None where the store ends it by hand, and the holiday it is before, if any."""

    until: date | None = None
    holiday: Holiday | None = None


def peak_now(shop: Shop, calendar: Calendar, now: datetime, country: str = "", region: str = "") -> Peak | None:
    """Finds the season that `now` is in, in the store's days; None out of season.

    With a country the reminders of its routes count, else those of all.
    """
    if shop.peak is False:
        return None
    today = now.astimezone(shop.zone).date()
    if shop.peak is True:
        return next(_seasons(shop, calendar, today, country, region), Peak())
    if shop.peak is None:
        return next(_seasons(shop, calendar, today, country, region), None)
    span = next((each for each in shop.peak if each.start <= today <= each.end), None)
    if span is None:
        return None
    ahead = (each for each in _by_date(calendar) if today <= each.deliver_by)
    return Peak(span.end, next((each for each in ahead if each.deliver_by <= span.end + timedelta(days=31)), None))


def first_reminder(holiday: Holiday, calendar: Calendar, routes: Sequence[Route], shop: Shop) -> date | None:
    """Returns the day on which somebody is first reminded of a holiday; None where nobody is."""
    if not holiday.remind_days_before or not routes:
        return None
    first = min(order_by(calendar, route, holiday.deliver_by) for route in routes)
    return first.astimezone(shop.zone).date() - timedelta(days=max(holiday.remind_days_before))


def _seasons(shop: Shop, calendar: Calendar, today: date, country: str, region: str) -> Iterator[Peak]:
    routes = routes_to(calendar, country, region) if country else calendar.routes
    for holiday in _by_date(calendar):
        begin = first_reminder(holiday, calendar, routes, shop)
        if begin is not None and begin <= today <= holiday.deliver_by:
            yield Peak(holiday.deliver_by, holiday)


def _by_date(calendar: Calendar) -> list[Holiday]:
    return sorted(calendar.holidays, key=lambda each: each.deliver_by)
