"""Computes when a parcel arrives, and back from there the last moment to order: over transit, handling and free days.

Notices, campaigns, the banner and the answer to "will it arrive before …?" all ask here.
"""

from datetime import UTC, date, datetime, timedelta

import msgspec

from notifications.store.calendars import Calendar, Holiday, Route, WorkingDays


class Cutoff(msgspec.Struct, frozen=True):
    """Says: order before `order_by` (UTC) with this service, and the parcel arrives for the holiday."""

    holiday: Holiday
    route: Route
    order_by: datetime


def leaves(calendar: Calendar, carrier: WorkingDays, ordered: datetime) -> date:
    """Returns the day on which an order of that moment leaves: after the handling, when warehouse and carrier work."""
    warehouse = calendar.warehouse
    here = ordered.astimezone(warehouse.zone)
    taken = here.date() if here.time() < warehouse.cut_off_time else here.date() + timedelta(days=1)
    day = warehouse.forward(warehouse.forward(taken, 0), warehouse.handling_days)
    while not (warehouse.works(day) and carrier.works(day)):
        day += timedelta(days=1)
    return day


def arrives(calendar: Calendar, carrier: WorkingDays, transit_days: int, ordered: datetime) -> date:
    """Returns the day on which an order of that moment arrives; `order_by` is the same, asked from the other end."""
    return carrier.forward(leaves(calendar, carrier, ordered), transit_days)


def order_by(calendar: Calendar, route: Route, deliver_by: date) -> datetime:
    """Returns the moment (UTC) before which an order must be placed to arrive by `deliver_by` on `route`: the last one
    of which `arrives` says so.

    The parcel arrives on the carrier's last working day up to then, was picked up `transit_days` of its working days
    before, on a day the warehouse works too, and was ordered `handling_days` of the warehouse's working days before
    that, by its daily cut-off.
    """
    return _last_order(calendar, calendar.carriers[route.carrier], route.transit_days, deliver_by)


def pick_up_by(calendar: Calendar, deliver_by: date) -> datetime | None:
    """Returns the moment (UTC) before which what is fetched at the store must be ordered; None where nothing is."""
    return _last_order(calendar, calendar.warehouse, 0, deliver_by) if calendar.pick_up else None


def _last_order(calendar: Calendar, carrier: WorkingDays, transit_days: int, deliver_by: date) -> datetime:
    warehouse = calendar.warehouse
    pick_up = carrier.back(deliver_by, transit_days)
    while not (warehouse.works(pick_up) and carrier.works(pick_up)):
        pick_up -= timedelta(days=1)
    ordered = warehouse.back(pick_up, warehouse.handling_days)
    return datetime.combine(ordered, warehouse.cut_off_time, tzinfo=warehouse.zone).astimezone(UTC)


def routes_to(calendar: Calendar, country: str, region: str) -> list[Route]:
    """Lists the services to a place, in the file's order; a region's replaces the country's of the same name."""
    here = [
        route
        for route in calendar.routes
        if route.country == country and (not route.regions or region in route.regions)
    ]
    special = {(route.carrier, route.service) for route in here if route.regions}
    return [route for route in here if route.regions or (route.carrier, route.service) not in special]


def cutoffs(calendar: Calendar, holiday: Holiday, country: str, region: str) -> list[Cutoff]:
    """Lists the cutoffs of every service to a place, the one that reminders name first."""
    return [
        Cutoff(holiday, route, order_by(calendar, route, holiday.deliver_by))
        for route in routes_to(calendar, country, region)
    ]


def next_cutoffs(calendar: Calendar, country: str, region: str, now: datetime) -> list[Cutoff]:
    """Lists the open cutoffs of the next holiday that still has one; empty when all have passed."""
    for holiday in sorted(calendar.holidays, key=lambda each: each.deliver_by):
        still_open = [each for each in cutoffs(calendar, holiday, country, region) if now < each.order_by]
        if still_open:
            return still_open
    return []


class Alternatives(msgspec.Struct, frozen=True):
    """Says what is left for a holiday: services that still arrive, the first to name before; fetching it until then; a
    link to gift cards, which are never too late."""

    holiday: Holiday
    services: tuple[Cutoff, ...] = ()
    pick_up: datetime | None = None
    gift_card: str = ""


def alternatives(calendar: Calendar, holiday: Holiday, country: str, region: str, now: datetime) -> Alternatives:
    """Lists what is left for a holiday at a place."""
    still = tuple(each for each in cutoffs(calendar, holiday, country, region) if now < each.order_by)
    fetched = pick_up_by(calendar, holiday.deliver_by)
    return Alternatives(holiday, still, fetched if fetched and now < fetched else None, calendar.gift_card)
