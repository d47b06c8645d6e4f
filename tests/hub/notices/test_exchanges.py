"""Tests that the parcel of an exchange is told as one, and that who misses a holiday hears of it once."""

from datetime import date, timedelta

import pytest

from core.shop.orders import ShipmentStatus
from core.shop.returns import ReturnedLine, ReturnRecord, ReturnState
from core.shop.store_events import ReturnEvent
from storage.engine.store import Store
from tests.fakes import NOW
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import ordered, parcel
from tests.hub.notices.test_timely import kinds_told, look, switched_on


def came_back(resolution: str) -> ReturnEvent:
    returned = ReturnRecord("R1001-1", "1001", ReturnState.RECEIVED, resolution, (ReturnedLine("l1"),))
    return ReturnEvent(external_id="ret", source="shop", at=NOW - timedelta(minutes=20), returned=returned)


@pytest.mark.parametrize(("resolution", "kind"), [("exchange", "exchange_shipped"), ("refund", "shipped")])
def test_a_parcel_that_follows_an_exchange_is_told_as_one(house: House, resolution: str, kind: str) -> None:
    arrived = parcel("first", NOW - timedelta(minutes=40), status=ShipmentStatus.DELIVERED, delivered_at=NOW)
    house.told(ordered(promised_by=None), arrived, came_back(resolution))
    house.texts("sms")
    house.told(parcel("second", NOW, id="s2", tracking_number="JD0002"))
    (text,) = house.texts("sms")
    assert ("your exchange" in text) is (resolution == "exchange")
    assert kinds_told(house)[-1] == kind


def test_an_order_that_misses_its_holiday_is_told_once(store: Store) -> None:
    house = switched_on(store, "holiday_risk")
    house.told(ordered(promised_by=None), parcel(eta=date(2026, 12, 28)))
    house.texts("sms")
    for _ in range(2):
        look(house)
    (text,) = house.texts("sms")
    assert "after Christmas: we expect it on Mon, Dec 28" in text
    assert kinds_told(house) == ["shipped", "holiday_risk"]


def test_who_knows_of_the_delay_is_not_told_again(store: Store) -> None:
    house = switched_on(store, "holiday_risk")
    house.told(ordered(promised_by=None), parcel())
    house.texts("sms")
    house.told(parcel("late", NOW, eta=date(2026, 12, 28)))
    house.texts("sms")
    look(house)
    assert kinds_told(house) == ["shipped", "delay"]
