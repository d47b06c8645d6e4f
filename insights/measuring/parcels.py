"""Measures parcels: how many were under way, and how often their customers asked where they are.

A contact counts for the parcel that left last of those that were under way to the customer then, and on the day on
which that parcel left: it is set beside the parcels of the same days.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from core.shop.orders import SHIPMENT_RANK, Shipment, ShipmentStatus

UNDER_WAY = timedelta(days=60)  # of a parcel whose end nobody tells
TOLD, UNTOLD = "told", "untold"
_BEFORE = (ShipmentStatus.PENDING.value, ShipmentStatus.INFO_RECEIVED.value)


class Parcel(NamedTuple):
    """Holds a parcel that left. `told_at`: when the first notice of it was sent."""

    id: str
    left_at: datetime
    ended_at: datetime | None
    told_at: datetime | None

    @property
    def until(self) -> datetime:
        """Returns until when it was under way."""
        return self.ended_at or self.left_at + UNDER_WAY

    @property
    def kind(self) -> str:
        """Names it by whether its customer heard of it from us while it was under way."""
        return TOLD if self.told_at is not None and self.told_at <= self.until else UNTOLD


class Asked(NamedTuple):
    """Holds a contact about where an order is."""

    id: str
    at: datetime


def left_at(parcel: Shipment) -> datetime | None:
    """Tells when a parcel left: by its first scan under way, else by the word on it; None before that."""
    if SHIPMENT_RANK[parcel.status] < SHIPMENT_RANK[ShipmentStatus.IN_TRANSIT]:
        return None
    scans = [scan.time for scan in parcel.events if scan.status not in _BEFORE]
    return min(scans, default=parcel.told.shop_at or parcel.told.at or parcel.delivered_at)


def ended_at(parcel: Shipment) -> datetime | None:
    """Tells when a parcel arrived, or came back; None while it is under way."""
    if parcel.delivered_at is not None:
        return parcel.delivered_at
    if SHIPMENT_RANK[parcel.status] < SHIPMENT_RANK[ShipmentStatus.DELIVERED]:
        return None
    return max((scan.time for scan in parcel.events), default=parcel.told.at)


def attributed(parcels: Sequence[Parcel], asked: Iterable[Asked]) -> Iterator[tuple[Asked, Parcel]]:
    """Finds for each contact the parcel that it was about."""
    for contact in asked:
        meant = [each for each in parcels if each.left_at <= contact.at <= each.until]
        if meant:
            yield contact, max(meant, key=lambda each: (each.left_at, each.id))
