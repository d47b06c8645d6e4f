"""Tests what a card knows of the customer: the order spoken of, others with their parcels, earlier cases, consents."""

from datetime import timedelta
from typing import Any

from core.cases.sla import Metric
from core.desk.card import CaseView
from core.desk.glances import ConsentGlance
from core.desk.posts import PostCard
from core.people.conversations import CaseState
from core.shop.orders import OrderStatus, Shipment, ShipmentStatus
from storage.engine.store import Store
from tests.fakes import NOW, PHONE
from tests.hub.house import House
from tests.hub.people import JANE
from tests.storage.orders_sample import PARCEL, saved_order


def ordered(store: Store, number: str, days: int, **more: Any) -> None:
    saved_order(store, JANE, number=number, placed_at=NOW - timedelta(days=days), **more)


def shown(house: House) -> CaseView:
    """Draws the card; returns what it was drawn of."""
    house.send()
    pairs = zip(house.desk.posts, house.desk.views, strict=True)
    view = [view for post, view in pairs if isinstance(post, PostCard)][-1]
    assert view is not None
    return view


def test_the_order_that_was_spoken_of_comes_first_and_not_the_newest(store: Store) -> None:
    house = House(store)
    ordered(store, "1001", 9)
    ordered(store, "1002", 1, status=OrderStatus.PAID, shipments=())
    house.hear("where is my order 1001?")
    house.hear("agent")
    view = shown(house)
    assert view.order is not None
    assert (view.order.number, view.order.is_meant) == ("1001", True)
    assert [order.number for order in view.orders] == ["1002"]


def test_where_no_order_was_spoken_of_it_is_the_newest_and_said_to_be_that(store: Store) -> None:
    house = House(store)
    ordered(store, "1001", 9)
    ordered(store, "1002", 1)
    house.hear("agent")
    view = shown(house)
    assert view.order is not None
    assert (view.order.number, view.order.is_meant) == ("1002", False)


def test_what_is_done_is_not_among_the_others_and_the_rest_is_counted(store: Store) -> None:
    house = House(store)
    arrived = Shipment("s", ShipmentStatus.DELIVERED)
    ordered(store, "1001", 9, status=OrderStatus.FULFILLED, shipments=(arrived,))
    ordered(store, "1002", 8, status=OrderStatus.CANCELLED, shipments=())
    for number in range(1003, 1009):
        ordered(store, str(number), 1008 - number, status=OrderStatus.PAID, shipments=(PARCEL,))
    house.hear("agent")
    view = shown(house)
    assert view.order is not None
    assert [view.order.number, *(order.number for order in view.orders)] == ["1008", "1007", "1006", "1005"]
    assert view.more_orders == 2
    assert [parcel.tracking_number for parcel in view.orders[0].parcels] == [PARCEL.tracking_number]


def test_earlier_cases_and_consents_are_shown(store: Store) -> None:
    house = House(store)
    house.hear("STOP")
    house.hear("START")
    house.hear("agent")
    house.send()
    house.presses("case_resolve")
    house.send()
    house.later(days=9)
    house.hear("agent")
    view = shown(house)
    assert [(past.number, past.reason, past.state) for past in view.past] == [
        (view.number - 1, "asked_human", CaseState.RESOLVED)
    ]
    assert ConsentGlance("whatsapp", "service", granted=True) in view.consents
    assert PHONE not in str(view)


def test_until_when_an_answer_is_due_is_shown(store: Store) -> None:
    house = House(store)
    house.hear("agent")
    view = shown(house)
    first = next(each for each in view.due if each.metric is Metric.FIRST)
    assert first.at > house.clock()
    assert not first.is_late
