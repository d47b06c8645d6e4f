"""Tells which parcel news are about: one carrier's number is one parcel, until the carrier gives it to another."""

from datetime import datetime, timedelta

import msgspec

from core.shop import carriers
from core.shop.order_numbers import tracking_form
from core.shop.orders import Shipment, ShipmentStatus
from core.shop.tracking import advance_shipment

# Carriers use their numbers again after some months (https://docs.easypost.com/docs/trackers). What is heard of a
# parcel so long after its end, or after the last word on it, is of another one.
AFTER_END, AFTER_SILENCE = timedelta(days=30), timedelta(days=120)
BEFORE_ORDER = timedelta(days=2)  # clocks differ, and some scans have no zone: no parcel is older than its order
_ENDED = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED)


def with_shipment(known: tuple[Shipment, ...], news: Shipment) -> tuple[Shipment, ...]:
    """Adds news of a parcel to those of an order.

    One carrier's number is one parcel, whatever id tells of it: the shop, a carrier and an import name it each in its
    own way. It keeps the id by which it was known first.
    """
    same = next((each for each in known if each.id == news.id), None)
    same = same or next((each for each in known if is_one_parcel(each, news)), None)
    if same is None:
        return (*known, advance_shipment(None, news))
    return tuple(advance_shipment(each, news) if each is same else each for each in known)


def is_one_parcel(one: Shipment, other: Shipment) -> bool:
    """Tells whether both have the same number of the same carrier."""
    number = tracking_form(one.tracking_number)
    same = bool(number) and number == tracking_form(other.tracking_number)
    return same and carriers.agree(one.carrier, other.carrier, number)


def is_about(news: Shipment, at: datetime, known: Shipment, placed_at: datetime | None) -> bool:
    """Tells whether a carrier's news of `at` are about this parcel of an order, and not about another one that had or
    got its number."""
    if not is_one_parcel(known, news):
        return False
    newest = news.events[-1].time if news.events else at
    if placed_at is not None and newest < placed_at - BEFORE_ORDER:
        return False
    heard = [each.time for each in known.events] + [each for each in (known.delivered_at, known.told.at) if each]
    gap = AFTER_END if known.status in _ENDED else AFTER_SILENCE
    return not heard or newest <= max(heard) + gap


def since_order(news: Shipment, placed_at: datetime | None) -> Shipment:
    """Leaves out scans that are older than the order: they are of another parcel that had the number."""
    if placed_at is None:
        return news
    own = tuple(each for each in news.events if each.time >= placed_at - BEFORE_ORDER)
    return msgspec.structs.replace(news, events=own) if len(own) < len(news.events) else news
