"""Finds the lanes on which carriers are late: a carrier and where it delivers.

A parcel is late that came after the first day that its customer was told, else the day by which the order was promised,
else the carrier's own; and one that has not come yet, once that day is over.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from statistics import median
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from core.shop.orders import ShipmentStatus
from insights.findings.certainty import surely
from storage.insight.sources import deliveries
from storage.insight.sources.deliveries import Way

LEAST = 5  # parcels before a lane is told of
_CAME_BACK = ShipmentStatus.RETURNED


class Lane(msgspec.Struct, frozen=True):
    """Holds a lane: the parcels of which it is known, those of them that were late, and by how many days these were in
    the middle (those still under way until now). `orders`: the numbers of the late ones, the latest first."""

    carrier: str
    country: str
    region: str
    parcels: int
    late: int
    median_days_late: float
    orders: tuple[str, ...]

    @property
    def share(self) -> float:
        """Returns the share that was late."""
        return self.late / self.parcels


def late_lanes(
    conn: Connection,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    now: datetime,
    *,
    by_region: bool = False,
    least: int = LEAST,
) -> list[Lane]:
    """Lists the lanes of orders placed between two moments on which any parcel was late, the worst first."""
    ways = list(deliveries.placed(conn, since, until))
    told = deliveries.first_told_days(conn, {way.order_number for way in ways})
    return lanes(ways, told, zone, now, by_region=by_region, least=least)


def lanes(
    ways: Iterable[Way],
    told: Mapping[tuple[str, str], date],
    zone: ZoneInfo,
    now: datetime,
    *,
    by_region: bool = False,
    least: int = LEAST,
) -> list[Lane]:
    """Does so for these parcels. `told`: the first day that was told, by order and parcel ("" is the order)."""
    found: dict[tuple[str, str, str], list[tuple[int, str]]] = defaultdict(list)
    for way, _, days in judged(ways, told, zone, now):
        where = way.shipping
        found[way.parcel.carrier, where.country, where.region if by_region else ""].append((days, way.order_number))
    made = [_lane(*key, parcels) for key, parcels in found.items() if len(parcels) >= least]
    late = [lane for lane in made if lane.late]
    return sorted(late, key=lambda lane: (-surely(lane.late, lane.parcels), -lane.late, lane.carrier, lane.country))


def judged(
    ways: Iterable[Way], told: Mapping[tuple[str, str], date], zone: ZoneInfo, now: datetime
) -> Iterator[tuple[Way, date, int]]:
    """Tells of each parcel the day on which it was due, and by how many days it was late: 0 or less, it was not."""
    for way in ways:
        parcel, number = way.parcel, way.order_number
        due = told.get((number, parcel.id)) or told.get((number, "")) or way.promised_by or parcel.eta
        if due is None or parcel.status is _CAME_BACK:
            continue
        came = parcel.delivered_at.astimezone(zone).date() if parcel.delivered_at else None
        today = now.astimezone(zone).date()
        if came is not None or today > due:
            yield way, due, ((came or today) - due).days


def _lane(carrier: str, country: str, region: str, parcels: list[tuple[int, str]]) -> Lane:
    late = sorted((each for each in parcels if each[0] > 0), reverse=True)
    days = float(median(days for days, _ in late)) if late else 0.0
    return Lane(carrier, country, region, len(parcels), len(late), days, tuple(number for _, number in late))
