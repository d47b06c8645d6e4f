"""Tests that who asks for news of an order gets them, once, also after a STOP."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.shop.orders import Buyer
from core.shop.store_events import OrderEvent, ShipmentEvent
from flows.understanding.faq import NO_FAQ
from hub.store_facts import StoreFacts
from storage.engine.store import Store
from storage.people.tables import consents
from tests.fakes import NOW, PHONE, shipped_flows, shipped_notices
from tests.hub.house import House
from tests.storage.orders_sample import PARCEL, order

JANE = Buyer(id="c1", name="Jane Doe", email="jane@example.com", phone=PHONE)


@pytest.fixture
def house(store: Store) -> House:
    facts = StoreFacts(shipped_notices(), NO_FAQ)
    return House(store, flows=replace(shipped_flows(), facts=facts))


def placed(house: House) -> None:
    event = OrderEvent(
        external_id="evt-1",
        source="shop",
        at=NOW - timedelta(hours=2),
        kind="created",
        order=order(buyer=JANE, shipments=()),
    )
    house.told(event)
    house.texts()


def leaves(house: House, id_: str = "evt-2") -> list[str]:
    parcel = replace(PARCEL, id="s1")
    house.told(
        ShipmentEvent(
            external_id=id_, source="shop", at=house.clock(), kind="updated", order_number="1001", shipment=parcel
        )
    )
    return house.texts()


def test_news_that_were_asked_for_come_once(house: House) -> None:
    placed(house)
    house.hear("stop")
    house.texts()
    house.hear("where is my order")
    (status,) = house.texts()
    assert "1001" in status
    house.hear("keep me posted")
    (promised,) = house.texts()
    assert "when it leaves us" in promised
    entry = house.rows(consents)[-1]
    assert (entry.purpose, entry.granted, entry.source) == ("service", True, "order_status")
    (told,) = leaves(house)
    assert "on its way" in told
    assert leaves(house, "evt-3") == []


def test_who_stopped_everything_and_asked_for_nothing_gets_none(house: House) -> None:
    placed(house)
    house.hear("stop")
    house.hear("where is my order")
    house.texts()
    assert leaves(house) == []
