"""Tests news of parcels that carriers tell of: they find their orders, wait for them, and are told once each."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from core.shop.orders import SHIPMENT_RANK, Line, Shipment, ShipmentStatus, ShippedLine
from core.shop.store_events import OrderEvent, ShipmentEvent, StoreEvent
from hub.orders import completing
from hub.trace import story
from storage.people import lookup
from storage.queues import inbox, waiting
from storage.queues.tables import inbox as inbox_table
from storage.shop import orders
from tests.adapters.carriers.webhooks import PARSE, of, scan
from tests.fakes import NOW
from tests.hub.house import House
from tests.hub.orders.test_apply import JANE, counted
from tests.storage.orders_sample import order

NUMBER = "1Z2617V10397725789"
PARCEL = Shipment("s1", ShipmentStatus.INFO_RECEIVED, "UPS", NUMBER, lines=(ShippedLine("l1"),))
S = ShipmentStatus
AT = NOW.astimezone(UTC)
LINES = (Line("l1", "Leather boots"),)
_ids: Iterator[int] = count(1)


def says(status: str, minutes: float = 0, service: str = "aftership", **more: Any) -> StoreEvent:
    """Returns what a service tells, as its webhook is read: one event of a known status."""
    told = {"number": NUMBER, "event_id": f"e{next(_ids)}", **more}
    body = scan(service, status, AT + timedelta(minutes=minutes), **told)
    (event,) = PARSE[service].parse(of(body), AT + timedelta(minutes=minutes))
    return event


def ordered(number: str = "1001", parcels: tuple[Shipment, ...] = (PARCEL,), **changes: Any) -> OrderEvent:
    given = {"promised_by": None, **changes}
    whole = order(buyer=JANE, number=number, lines=LINES, shipments=parcels, **given)
    return OrderEvent(external_id=f"o{next(_ids)}", source="shop", at=AT, kind="updated", order=whole)


def shipped(number: str = "1001", parcel: Shipment = PARCEL, minutes: float = 0) -> ShipmentEvent:
    when = AT + timedelta(minutes=minutes)
    return ShipmentEvent(
        external_id=f"s{next(_ids)}", source="shop", at=when, kind="updated", order_number=number, shipment=parcel
    )


def parcels(house: House, number: str = "1001") -> list[Shipment]:
    with house.store.read() as conn:
        known = orders.by_number(conn, number)
        return list(known.shipments) if known else []


def status(house: House, number: str = "1001") -> list[str]:
    return [each.status.value for each in parcels(house, number)]


def states(house: House) -> list[int]:
    with house.store.read() as conn:
        return list(conn.scalars(select(inbox_table.c.state).order_by(inbox_table.c.id)))


def kinds(house: House, number: str = "1001") -> list[str]:
    return [key.split(":")[0] for key, _, _ in house.notices() if key.split(":")[1] == number]


@pytest.fixture
def known(house: House) -> House:
    """Makes an installation with Jane, who wrote on WhatsApp."""
    house.hear("hello")
    return house


def test_a_parcel_is_found_by_carrier_and_number(known: House) -> None:
    known.told(ordered())
    known.told(says("OutForDelivery_001", 1, number="1z 2617v1 0397725789", carrier="ups"))
    (parcel,) = parcels(known)
    assert (parcel.id, parcel.status, parcel.carrier) == ("s1", S.OUT_FOR_DELIVERY, "UPS")
    assert kinds(known) == ["shipped", "out_for_delivery"]


@pytest.mark.parametrize("service", ["aftership", "seventeentrack", "easypost"])
def test_order_to_delivered_by_a_carrier_alone(known: House, service: str) -> None:
    course = {
        "aftership": ("InTransit_002", "OutForDelivery_001", "AttemptFail_002", "OutForDelivery_001", "Delivered_005"),
        "seventeentrack": ("InTransit_PickedUp", "OutForDelivery_Other", "DeliveryFailure_NoBody", "Delivered_Other"),
        "easypost": ("in_transit", "out_for_delivery", "failure.delivery_exception", "delivered"),
    }[service]
    known.told(ordered())
    heard: list[str] = []
    for step, word in enumerate(course):
        known.told(says(word, step * 60, service))
        known.later(hours=1)
        heard += known.texts()
    assert status(known) == ["delivered"]
    told = kinds(known)
    assert [told.count(kind) for kind in ("shipped", "attempt_failed", "delivered")] == [1, 1, 1]
    words = " ".join(heard)
    assert "has been delivered" in words
    assert ("A neighbour took it in" in words) == (service == "aftership")


def test_what_comes_before_the_shop_waits_and_is_told_then(known: House) -> None:
    known.told(says("InTransit_001"), says("OutForDelivery_001", 10), says("Delivered_003", 20))
    assert states(known)[-3:] == [inbox.WAITING] * 3
    known.later(hours=3)
    known.told(ordered(parcels=()))
    assert states(known)[-4:-1] == [inbox.WAITING] * 3
    known.told(shipped())
    assert inbox.WAITING not in states(known)
    assert status(known) == ["delivered"]
    assert [each.status for each in parcels(known)[0].events] == ["in_transit", "out_for_delivery", "delivered"]
    assert kinds(known) == ["shipped", "out_for_delivery", "delivered"]
    sent = [text for text in known.texts() if "1001" in text]
    assert len(sent) == 1  # what is over by now is not told: the trace says why
    assert "has been delivered" in sent[0]


def test_in_one_breath_with_the_shop(known: House) -> None:
    known.told(says("OutForDelivery_001", 1), ordered(), shipped(minutes=2), says("Delivered_001", 3))
    assert status(known) == ["delivered"]


def test_two_orders_in_one_parcel(known: House) -> None:
    known.told(says("OutForDelivery_001", 1))
    known.told(ordered("1001"), ordered("1002", (msgspec.structs.replace(PARCEL, id="s9"),)))
    known.told(says("Delivered_001", 2))
    assert (status(known, "1001"), status(known, "1002")) == (["delivered"], ["delivered"])
    assert parcels(known, "1002")[0].id == "s9"
    assert kinds(known, "1002").count("delivered") == 1


def test_an_order_that_joins_a_parcel_on_its_way_hears_where_it_is(known: House) -> None:
    known.told(ordered("1001"), says("InTransit_001", -60), says("OutForDelivery_001", 1))
    known.told(ordered("1002", (msgspec.structs.replace(PARCEL, id="s9", lines=()),)))
    (parcel,) = parcels(known, "1002")
    assert (parcel.id, parcel.status, len(parcel.events)) == ("s9", S.OUT_FOR_DELIVERY, 2)
    assert kinds(known, "1002").count("out_for_delivery") == 1


def test_a_second_order_of_a_parcel_hears_what_is_told_again(known: House) -> None:
    event = says("OutForDelivery_001", 1)
    known.told(ordered("1001"), event)
    known.told(ordered("1002"))
    with known.store.read() as conn:
        again = completing.numbered(conn, [event])
    assert [each.external_id.partition("@")[2] for each in again] == ["1001", "1002"]
    known.told(*(each for each in again if isinstance(each, ShipmentEvent)))
    assert (status(known, "1001"), status(known, "1002")) == (["out_for_delivery"], ["out_for_delivery"])


def test_another_carriers_number_that_looks_the_same_is_another_parcel(known: House) -> None:
    known.told(ordered())
    known.told(says("Delivered_001", 1, carrier="usps"))
    assert status(known) == ["info_received"]
    assert states(known)[-1] == inbox.WAITING


def test_a_number_that_the_carrier_gave_to_a_new_parcel(known: House) -> None:
    known.told(ordered("900", placed_at=AT - timedelta(days=200)))
    known.told(says("Delivered_001", -190 * 24 * 60))
    known.told(ordered("1001"))
    known.told(says("OutForDelivery_001", 1))
    assert (status(known, "900"), status(known, "1001")) == (["delivered"], ["out_for_delivery"])


def test_news_of_the_parcel_that_had_the_number_before_do_not_touch_the_new_one(known: House) -> None:
    known.told(ordered())
    known.told(says("Delivered_001", -190 * 24 * 60))
    assert status(known) == ["info_received"]
    old = says("InTransit_001", 5)
    assert isinstance(old, ShipmentEvent)
    before = msgspec.structs.replace(old.shipment.events[0], time=AT - timedelta(days=190), description="long ago")
    mixed = msgspec.structs.replace(old.shipment, events=(before, *old.shipment.events))
    known.told(msgspec.structs.replace(old, shipment=mixed))
    assert [each.description for each in parcels(known)[0].events] == ["InTransit_001"]


def test_months_old_news_are_recorded_silently(known: House) -> None:
    known.told(ordered(placed_at=AT - timedelta(days=60)))
    known.texts()
    before = known.notices()
    known.told(says("Delivered_001", -50 * 24 * 60))
    assert status(known) == ["delivered"]
    assert known.notices() == before


def test_a_status_that_nobody_knows_moves_nothing(known: House) -> None:
    known.told(ordered())
    event, unknown = PARSE["aftership"].parse(of(scan("aftership", "Beamed_001", AT, NUMBER, "e")), AT)
    known.told(event)
    (parcel,) = parcels(known)
    assert (parcel.status, parcel.events[-1].description) == (S.INFO_RECEIVED, "Beamed_001")
    assert unknown.kind == "aftership status Beamed"


def test_a_revised_day_is_a_delay_to_tell(known: House) -> None:
    known.told(ordered(promised_by=date(2026, 12, 4)))
    known.told(says("InTransit_001", 1, eta="2026-12-04"), says("InTransit_001", 2, eta="2026-12-07"))
    assert parcels(known)[0].eta == date(2026, 12, 7)
    assert kinds(known).count("delay") == 1


def test_customs_and_what_happened_to_it_are_kept(known: House) -> None:
    known.told(ordered(), says("InTransit_006", 1))
    assert parcels(known)[0].incident == "customs"
    known.told(says("Exception_012", 2))
    assert (parcels(known)[0].status, parcels(known)[0].incident) == (S.EXCEPTION, "damaged")
    known.told(says("Exception_010", 3))
    assert (parcels(known)[0].status, parcels(known)[0].incident) == (S.RETURNED, "returning")


def test_what_no_order_comes_for_is_let_go_after_some_days(house: House) -> None:
    house.told(says("InTransit_001"))
    with house.store.write() as conn:
        assert not completing.look_after(house.hub, conn, house.clock())
        assert waiting.count(conn)[0] == 1
    now = house.later(days=completing.LONGEST.days + 1)
    with house.store.write() as conn:
        completing.look_after(house.hub, conn, now)
        assert waiting.count(conn) == (0, None)
        assert waiting.let_go_since(conn, now) == 1
        assert set(conn.scalars(select(inbox_table.c.payload))) == {"{}"}


def test_what_came_to_wait_while_its_order_was_being_written_is_found_again(known: House) -> None:
    known.told(ordered())
    known.told(says("OutForDelivery_001", 1, number="other"))
    event = says("OutForDelivery_001", 1)
    assert isinstance(event, ShipmentEvent)
    with known.store.write() as conn:  # as if another worker had looked just before the order was there
        row = {"key": f"parcel:{NUMBER.lower()}", "payload": msgspec.json.encode(event).decode()}
        conn.execute(update(inbox_table).where(inbox_table.c.state == inbox.WAITING).values(row))
        assert completing.look_after(known.hub, conn, known.clock())
    known.drain()
    assert status(known) == ["out_for_delivery"]


def test_many_parcels_are_found_as_quickly_as_one(known: House) -> None:
    codes = [f"1Z{n:016}" for n in range(40)]
    own = [msgspec.structs.replace(PARCEL, tracking_number=code) for code in codes]
    known.told(*(ordered(f"3{n:03}", (parcel,)) for n, parcel in enumerate(own)))
    events = [says("OutForDelivery_001", 1, number=code) for code in codes]
    with counted(known.store) as ran, known.store.read() as conn:
        found = completing.numbered(conn, events)
    assert [each.order_number for each in found if isinstance(each, ShipmentEvent)] == [f"3{n:03}" for n in range(40)]
    assert len([sql for sql in ran if sql.startswith("SELECT")]) <= 1


def test_the_trace_says_who_told_what(known: House) -> None:
    known.told(says("OutForDelivery_001", 1))
    known.told(ordered(), says("Delivered_005", 9, "aftership"), says("InTransit_Departure", 5, "seventeentrack"))
    with known.store.read() as conn:
        meant = lookup.by_order(conn, "1001")
        assert meant is not None
        told = [step for step in story(conn, meant, 50) if step["what"] == "told"]
    assert [(step["from"], step.get("status"), step.get("word")) for step in told] == [
        ("aftership", "out_for_delivery", "OutForDelivery_001"),
        ("shop", None, None),
        ("aftership", "delivered", "Delivered_005"),
        ("17track", "in_transit", "InTransit_Departure"),
    ]
    assert NUMBER not in str(told)


RANKS = {"shipped": 2, "out_for_delivery": 3, "attempt_failed": 3, "pickup_ready": 3, "delivered": 4}
WORDS = (
    "InTransit_001",
    "Exception_005",
    "OutForDelivery_001",
    "AttemptFail_001",
    "AvailableForPickup_001",
    "Delivered_001",
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.data())
def test_any_interleaving_with_the_shop_ends_the_same_and_tells_each_thing_once(
    known: House, words: list[str], data: st.DataObject
) -> None:
    number = f"2{next(_ids):04}"
    code = f"1Z{number}0000000000"
    own = msgspec.structs.replace(PARCEL, tracking_number=code)
    told: list[StoreEvent] = [says(word, 1 + step, number=code) for step, word in enumerate(words)]
    told += [ordered(number, ()), shipped(number, own), shipped(number, own, 3)]
    order_ = data.draw(st.permutations([*told, *data.draw(st.lists(st.sampled_from(told), max_size=3))]))
    for n, event in enumerate(order_):
        known.told(msgspec.structs.replace(event, external_id=f"{event.external_id}:{number}:{n}"))
    (parcel,) = parcels(known, number)
    best = max(words, key=lambda word: (_rank(word), words[::-1].index(word) * -1))
    assert parcel.status is _status(best)
    assert len(parcel.events) == len(words)
    registered = [key for key, _, _ in known.notices() if key.split(":")[1] == number]
    assert len(registered) == len(set(registered))
    ranks = [RANKS[kind] for kind in kinds(known, number) if kind in RANKS and kind != "shipped"]
    assert ranks == sorted(ranks)
    assert kinds(known, number).count("delivered") <= 1
    known.texts()


def _status(word: str) -> ShipmentStatus:
    event = says(word)
    assert isinstance(event, ShipmentEvent)
    return event.shipment.status


def _rank(word: str) -> int:
    return SHIPMENT_RANK[_status(word)]
