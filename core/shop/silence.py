"""Judges since when a carrier says nothing of a parcel, and whether that is longer than usual, in its working days."""

from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo

import msgspec

from core.shop.orders import Shipment, ShipmentStatus

DAY = timedelta(days=1)
COUNTED = 400  # days back; who is silent for longer is so for that long


class Patience(msgspec.Struct, frozen=True):
    """How long nothing may be heard of a parcel: of which there is a label, that is on its way, that is out for
    delivery."""

    label: timedelta = timedelta(hours=48)
    transit: timedelta = timedelta(hours=72)
    delivery: timedelta = timedelta(hours=36)

    def with_(self, status: ShipmentStatus) -> timedelta | None:
        """Returns it for a parcel in this state; None where no scan is awaited."""
        match status:
            case ShipmentStatus.PENDING | ShipmentStatus.INFO_RECEIVED:
                return self.label
            case ShipmentStatus.IN_TRANSIT:
                return self.transit
            case ShipmentStatus.OUT_FOR_DELIVERY:
                return self.delivery
            case _:
                return None


def quiet_days(
    shipment: Shipment, now: datetime, patience: Patience, works: Callable[[datetime], bool], zone: tzinfo
) -> int:
    """Counts the carrier's working days since its last scan of a parcel; 0 where so many are no wonder yet.

    `works` tells of a moment in `zone` whether it is on a working day of the carrier's.
    """
    limit = patience.with_(shipment.status)
    if limit is None or not shipment.events:
        return 0
    silence = _worked(shipment.events[-1].time.astimezone(zone), now.astimezone(zone), works)
    return max(1, silence // DAY) if silence >= limit else 0


def _worked(since: datetime, until: datetime, works: Callable[[datetime], bool]) -> timedelta:
    """Adds up the time between two moments that lies on working days."""
    worked, moment = timedelta(0), max(since, until - COUNTED * DAY)
    while moment < until:
        midnight = datetime.combine(moment.date() + DAY, time(), moment.tzinfo)
        if works(moment):
            worked += min(midnight, until) - moment
        moment = midnight
    return worked
