"""Tests on which lanes carriers are late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.shop.orders import Shipment, ShipmentStatus, StreetAddress
from insights.findings.lanes import lanes
from storage.insight.sources.deliveries import Way

ZONE = ZoneInfo("America/New_York")
PLACED = datetime(2026, 11, 2, 15, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
DUE = date(2026, 11, 10)


def way(number: int, late: int | None, carrier: str = "UPS", country: str = "US", **more: date | None) -> Way:
    """Makes a parcel that came so many days after the day by which it was promised; None: not yet."""
    came = None if late is None else datetime(2026, 11, 10, 18, tzinfo=UTC) + timedelta(days=late)
    status = ShipmentStatus.DELIVERED if came else ShipmentStatus.IN_TRANSIT
    parcel = Shipment("s1", status, carrier, eta=more.get("eta"), delivered_at=came)
    promised = more.get("promised", DUE)
    return Way(str(number), "c1", PLACED, promised, StreetAddress(country=country, region="NY"), parcel)


def test_the_worst_lane_comes_first() -> None:
    ways = [way(n, 3 if n < 6 else 0) for n in range(10)] + [way(10 + n, 1 if n < 2 else -1, "DHL") for n in range(10)]
    first, second = lanes(ways, {}, ZONE, NOW)
    assert (first.carrier, first.parcels, first.late, first.median_days_late) == ("UPS", 10, 6, 3.0)
    assert (second.carrier, second.late, second.median_days_late, second.share) == ("DHL", 2, 1.0, 0.2)


def test_the_first_day_that_was_told_counts() -> None:
    ways = [way(n, 0) for n in range(5)]
    told = {("0", "s1"): date(2026, 11, 8), ("1", ""): date(2026, 11, 9)}
    (lane,) = lanes(ways, told, ZONE, NOW)
    assert (lane.late, lane.orders) == (2, ("0", "1"))


def test_without_any_day_nothing_is_late() -> None:
    assert lanes([way(n, 5, promised=None) for n in range(9)], {}, ZONE, NOW) == []
    (lane,) = lanes([way(n, 5, promised=None, eta=DUE) for n in range(9)], {}, ZONE, NOW)
    assert lane.late == 9


def test_what_has_not_come_is_late_once_its_day_is_over() -> None:
    ways = [way(n, None) for n in range(5)]
    (lane,) = lanes(ways, {}, ZONE, NOW)
    assert (lane.late, lane.median_days_late) == (5, 10.0)
    assert lanes(ways, {}, ZONE, datetime(2026, 11, 11, 4, tzinfo=UTC)) == []  # it is still the tenth in New York


def test_few_parcels_prove_nothing_and_regions_may_be_told_apart() -> None:
    assert lanes([way(n, 2) for n in range(4)], {}, ZONE, NOW) == []
    (lane,) = lanes([way(n, 2) for n in range(5)], {}, ZONE, NOW, by_region=True)
    assert (lane.country, lane.region) == ("US", "NY")
