"""Tests when a parcel was under way, and to which one a question where it is belongs."""

from datetime import UTC, datetime, timedelta

import pytest

from core.shop.orders import Shipment, ShipmentStatus, Told, TrackingEvent
from insights.measuring.parcels import TOLD, UNTOLD, Asked, Parcel, attributed, ended_at, left_at

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def scan(number: float, status: ShipmentStatus) -> TrackingEvent:
    return TrackingEvent(day(number), status.value)


def test_it_left_with_its_first_scan_under_way() -> None:
    scans = (scan(0, ShipmentStatus.INFO_RECEIVED), scan(1, ShipmentStatus.IN_TRANSIT))
    assert left_at(Shipment("s1", ShipmentStatus.IN_TRANSIT, events=scans)) == day(1)
    assert left_at(Shipment("s1", ShipmentStatus.INFO_RECEIVED, events=scans[:1])) is None


def test_without_scans_the_word_on_it_counts() -> None:
    assert left_at(Shipment("s1", ShipmentStatus.IN_TRANSIT, told=Told(shop_at=day(2), at=day(3)))) == day(2)
    assert left_at(Shipment("s1", ShipmentStatus.DELIVERED, delivered_at=day(4))) == day(4)


def test_it_ended_when_it_came_or_came_back() -> None:
    assert ended_at(Shipment("s1", ShipmentStatus.DELIVERED, delivered_at=day(4))) == day(4)
    back = (scan(1, ShipmentStatus.IN_TRANSIT), scan(6, ShipmentStatus.RETURNED))
    assert ended_at(Shipment("s1", ShipmentStatus.RETURNED, events=back)) == day(6)
    assert ended_at(Shipment("s1", ShipmentStatus.IN_TRANSIT, events=back[:1])) is None


@pytest.mark.parametrize(("told_at", "kind"), [(None, UNTOLD), (day(2), TOLD), (day(3), TOLD), (day(3.1), UNTOLD)])
def test_who_was_told_while_it_was_under_way(told_at: datetime | None, kind: str) -> None:
    assert Parcel("p1", day(1), day(3), told_at).kind == kind


def test_a_question_is_about_the_parcel_that_left_last_of_those_under_way() -> None:
    parcels = [Parcel("p1", day(0), day(9), None), Parcel("p2", day(2), day(4), None), Parcel("p3", day(6), None, None)]
    asked = [Asked(str(number), day(number)) for number in (-1, 1, 3, 5, 8, 70)]
    assert [(each.id, parcel.id) for each, parcel in attributed(parcels, asked)] == [
        ("1", "p1"),
        ("3", "p2"),
        ("5", "p1"),
        ("8", "p3"),
    ]
