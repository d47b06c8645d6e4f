"""Tests that news of a parcel find it, whatever id they name it by."""

import pytest

from core.shop.orders import Shipment, ShipmentStatus
from core.shop.parcels import with_shipment


def told(id_: str, number: str, carrier: str = "DHL", status: ShipmentStatus = ShipmentStatus.IN_TRANSIT) -> Shipment:
    return Shipment(id_, status, carrier, number)


@pytest.mark.parametrize(
    ("news", "ids"),
    [
        (told("s-1", "JD 0001"), ["s-1"]),
        (told("aftership-9", "jd0001"), ["s-1"]),
        (told("label-2", "JD0001", ""), ["s-1"]),
        (told("s-1", "JD0002"), ["s-1"]),
        (told("s-2", "JD0002"), ["s-1", "s-2"]),
        (told("s-2", "JD0001", "UPS"), ["s-1", "s-2"]),
        (told("s-2", ""), ["s-1", "s-2"]),
    ],
)
def test_one_carriers_number_is_one_parcel(news: Shipment, ids: list[str]) -> None:
    assert [each.id for each in with_shipment((told("s-1", "JD0001"),), news)] == ids


def test_two_parcels_without_a_number_are_two() -> None:
    assert [each.id for each in with_shipment((told("s-1", ""),), told("s-2", ""))] == ["s-1", "s-2"]


def test_news_under_another_id_move_the_parcel_on() -> None:
    (moved,) = with_shipment((told("s-1", "JD0001"),), told("x", "JD0001", status=ShipmentStatus.DELIVERED))
    assert (moved.id, moved.status) == ("s-1", ShipmentStatus.DELIVERED)
