"""Finds orders that were likely bought for a holiday and come after it, by what is known now."""

from datetime import date, datetime, timedelta

import msgspec

from core.shop.orders import Order, OrderStatus, ShipmentStatus
from notifications.campaigns.cutoffs import arrives, order_by, routes_to
from notifications.parcels import closed, under_way
from notifications.store.calendars import Calendar, Holiday, Route

BOUGHT_FOR = timedelta(days=45)  # so long before a holiday what is bought may be for it
_NEAR = (ShipmentStatus.AVAILABLE_FOR_PICKUP, ShipmentStatus.OUT_FOR_DELIVERY)


class Risk(msgspec.Struct, frozen=True):
    """Says for which holiday an order comes too late, and when it is expected."""

    holiday: Holiday
    expected: date


def at_risk(calendar: Calendar, order: Order, now: datetime) -> Risk | None:
    """Finds the next holiday that an order was bought for and misses.

    It was bought for one, where it was placed before the last moment, or promised in time. None where it comes in time,
    nobody knows when, or the holiday is over.
    """
    if closed(order) or order.status is OrderStatus.PENDING_PAYMENT:
        return None
    today = now.astimezone(calendar.warehouse.zone).date()
    ahead = [each for each in calendar.holidays if today <= each.deliver_by and _is_bought_for(calendar, order, each)]
    expected = estimate(calendar, order, now) if ahead else None
    if expected is None:
        return None
    holiday = min(ahead, key=lambda each: each.deliver_by)
    return Risk(holiday, expected) if expected > holiday.deliver_by else None


def estimate(calendar: Calendar, order: Order, now: datetime) -> date | None:
    """Returns the day on which the last of an order is there: by its parcels' days, and as if what has not left were
    ordered now; None where nothing is to come, or nobody knows."""
    coming = [each for each in order.shipments if under_way(each) and each.status not in _NEAR]
    days = [each.eta for each in coming if each.eta]
    if len(days) < len(coming):
        return None
    if not order.shipments or order.status is OrderStatus.PARTIALLY_FULFILLED:
        route = route_of(calendar, order)
        if route is None:
            return None
        days.append(arrives(calendar, calendar.carriers[route.carrier], route.transit_days, max(now, order.placed_at)))
    return max(days, default=None)


def route_of(calendar: Calendar, order: Order) -> Route | None:
    """Finds the service that an order goes by: the one that its shipping method names, else the ordinary one there."""
    there = routes_to(calendar, order.shipping.country, order.shipping.region)
    method = order.shipping_method.casefold()
    named = (each for each in there if method and each.service.casefold() in method)
    return next(named, there[0] if there else None)


def _is_bought_for(calendar: Calendar, order: Order, holiday: Holiday) -> bool:
    if order.placed_at.date() < holiday.deliver_by - BOUGHT_FOR:
        return False
    if order.promised_by is not None:
        return order.promised_by <= holiday.deliver_by
    route = route_of(calendar, order)
    return route is not None and order.placed_at < order_by(calendar, route, holiday.deliver_by)
