"""Tests what is read of the webhooks of tracking services: captured ones, and bad ones."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.carriers.words import _tables, meaning
from core.errors import MalformedPayload
from core.shop.orders import DeliveryProof, ShipmentStatus
from core.shop.store_events import Ignored, ShipmentEvent
from tests.adapters.carriers.webhooks import PARSE, SERVICES, captured, of, raw, scan

NOW = datetime(2026, 11, 27, 19, 5, 30, tzinfo=UTC)
NAMES = {"aftership": "aftership", "seventeentrack": "17track", "easypost": "easypost"}


def read(service: str, body: Any, now: datetime = NOW) -> list[Any]:
    return list(PARSE[service].parse(of(body), now))


def only(service: str, body: Any, now: datetime = NOW) -> ShipmentEvent:
    (event,) = read(service, body, now)
    assert isinstance(event, ShipmentEvent)
    return event


def test_aftership() -> None:
    event = only("aftership", captured("aftership"))
    parcel = event.shipment
    assert (event.source, event.external_id) == ("aftership", "94dadd60-ed26-46d0-aa52-3ced925a50ff")
    assert event.at == datetime(2026, 11, 27, 19, 2, tzinfo=UTC)  # the scan's
    assert (parcel.status, parcel.carrier, parcel.tracking_number) == (
        ShipmentStatus.DELIVERED,
        "USPS",
        "9405511202575421535949",
    )
    assert parcel.proof == DeliveryProof(signed_by="J DOE", handed_to="neighbour")
    assert parcel.delivered_at == datetime(2026, 11, 27, 19, 2, tzinfo=UTC)
    assert parcel.eta == date(2026, 11, 27)  # the last one told, not the first
    assert parcel.sub_status == "Delivered_005"
    assert [each.status for each in parcel.events] == ["info_received", "in_transit", "out_for_delivery", "delivered"]
    assert parcel.events[1].time == datetime(2026, 11, 25, 10, 12, tzinfo=UTC)


def test_17track() -> None:
    now = datetime(2022, 4, 5, 9, tzinfo=UTC)
    event = only("seventeentrack", captured("seventeentrack"), now)
    parcel = event.shipment
    assert (event.source, event.at) == ("17track", datetime(2022, 4, 4, 23, 35, 22, tzinfo=UTC))
    assert (parcel.status, parcel.carrier) == (ShipmentStatus.DELIVERED, "UPS")  # who scans, not who was registered
    assert parcel.eta == date(2022, 4, 4)  # where it goes, not in UTC
    assert [each.status for each in parcel.events] == ["info_received", "", "out_for_delivery", "delivered"]
    assert parcel.events[-1].location == "GASQUET, CA, US"


def test_easypost() -> None:
    now = datetime(2024, 8, 2, 19, 27, tzinfo=UTC)
    event = only("easypost", captured("easypost"), now)
    parcel = event.shipment
    assert (event.external_id, event.at) == ("evt_1", datetime(2024, 8, 2, 19, 26, 51, tzinfo=UTC))
    assert (parcel.status, parcel.carrier, parcel.tracking_number) == (ShipmentStatus.IN_TRANSIT, "FedEx", "1")
    assert parcel.eta == date(2024, 8, 5)
    assert len(parcel.events) == 7
    assert parcel.tracking_url == "https://track.easypost.com/1"


def test_easypost_tells_who_signed() -> None:
    event = only("easypost", captured("easypost_delivered"), datetime(2023, 4, 26, 20, tzinfo=UTC))
    assert event.shipment.proof == DeliveryProof(signed_by="RBOLTON")
    assert event.shipment.delivered_at == datetime(2023, 4, 26, 19, 21, tzinfo=UTC)
    assert [each.status for each in event.shipment.events] == [
        "info_received",
        "",  # "arriving on time" says nothing of where it is
        "out_for_delivery",
        "exception",
        "delivered",
    ]


@pytest.mark.parametrize(
    ("service", "word", "status", "incident"),
    [
        ("aftership", "InTransit_006", "in_transit", "customs"),
        ("aftership", "InTransit_042", "in_transit", ""),
        ("aftership", "Exception_012", "exception", "damaged"),
        ("aftership", "Exception_013", "exception", "lost"),
        ("aftership", "Exception_011", "returned", ""),
        ("seventeentrack", "Exception_Returning", "returned", "returning"),
        ("seventeentrack", "DeliveryFailure_NoBody", "attempt_failed", "nobody_there"),
        ("seventeentrack", "NotFound_InvalidCode", "pending", ""),
        ("seventeentrack", "InTransit_CustomsReleased", "in_transit", ""),
        ("easypost", "failure.damaged", "exception", "damaged"),
        ("easypost", "failure.something_new", "exception", ""),
        ("easypost", "return_to_sender", "returned", "returning"),
        ("easypost", "unknown", "pending", ""),
    ],
)
def test_words_of_each_service(service: str, word: str, status: str, incident: str) -> None:
    parcel = only(service, scan(service, word, NOW, "1Z1", "e1")).shipment
    assert (parcel.status.value, parcel.incident) == (status, incident)
    assert parcel.told.by_carrier


def test_every_of_our_words_can_be_told_by_each_service() -> None:
    for service, table in _tables().items():
        told = {each.status for each in table.values()}
        assert told == set(ShipmentStatus), f"{service} never says {set(ShipmentStatus) - told}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_status_that_nobody_knows_moves_nothing_and_is_counted(service: str) -> None:
    event, unknown = read(service, scan(service, "Teleported", NOW, "1Z1", "e1"))
    assert event.shipment.status is ShipmentStatus.PENDING
    assert event.shipment.sub_status == "Teleported"
    assert event.shipment.events[-1].description == "Teleported"
    assert isinstance(unknown, Ignored)
    assert unknown.kind == f"{NAMES[service]} status Teleported"
    assert unknown.external_id != event.external_id


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_number_nobody_knows_what_it_is_about(service: str) -> None:
    with pytest.raises(MalformedPayload, match="tracking number") as raised:
        read(service, scan(service, "Delivered", NOW, "", "e1"))
    assert raised.value.path.startswith("$.")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe{", b"[" * 5000])
def test_what_is_no_object_is_malformed(service: str, body: bytes) -> None:
    with pytest.raises(MalformedPayload):
        PARSE[service].parse(raw(body), NOW)


def test_what_is_no_news_of_a_parcel_is_ignored() -> None:
    returned = {"id": "3df04d0c", "version": "2026-07", "event": "return.approved", "data": {}}
    assert [each.kind for each in read("aftership", returned)] == ["aftership return.approved"]
    assert [each.kind for each in read("easypost", {"id": "evt_2", "description": "batch.created"})] == [
        "easypost batch.created"
    ]
    assert [each.kind for each in read("seventeentrack", {"event": "TRACKING_MOVED", "data": {}})] == [
        "17track TRACKING_MOVED"
    ]
    assert read("seventeentrack", {"event": "TRACKING_STOPPED", "data": {"number": "1Z1"}}) == []


def test_a_revised_day_is_news_of_when_it_was_revised() -> None:
    body = scan("aftership", "InTransit", NOW - timedelta(days=4), "1Z1", "e1")
    body |= {"event": "edd_revise", "ts": int(NOW.timestamp())}
    body["msg"]["aftership_estimated_delivery_date"] = {"estimated_delivery_date": "2026-12-02"}
    event = only("aftership", body)
    assert (event.at, event.shipment.eta) == (NOW.replace(microsecond=0), date(2026, 12, 2))


@pytest.mark.parametrize("service", SERVICES)
def test_what_arrived_long_ago_is_as_old_as_its_scan(service: str) -> None:
    body = scan(service, "delivered" if service == "easypost" else "Delivered", NOW - timedelta(days=9), "1Z1", "e1")
    if service == "aftership":
        body["ts"] = int(NOW.timestamp())  # told today, for the first time
    assert only(service, body).at == NOW - timedelta(days=9)


@pytest.mark.parametrize("service", SERVICES)
def test_times_to_come_are_not_believed(service: str) -> None:
    word = "out_for_delivery" if service == "easypost" else "OutForDelivery"
    soon = only(service, scan(service, word, NOW + timedelta(hours=8), "1Z1", "e1"))  # a clock there, without its zone
    assert soon.at == NOW
    assert soon.shipment.told.at == NOW
    far = only(service, scan(service, word, NOW + timedelta(days=3000), "1Z1", "e1"))
    assert far.shipment.events == ()
    assert far.at == NOW


def test_one_scan_that_cannot_be_read_takes_no_other_with_it() -> None:
    body = captured("aftership")
    body["msg"]["checkpoints"][1]["checkpoint_time"] = "yesterday"
    body["msg"]["checkpoints"][2] = "not an object"
    assert [each.status for each in only("aftership", body).shipment.events] == ["info_received", "delivered"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_bytes_are_the_same_event(service: str) -> None:
    body = scan(service, "InTransit", NOW, "1Z1", "")
    assert read(service, body)[0].external_id == read(service, body)[0].external_id != ""


def test_a_parcel_of_thousands_of_scans_keeps_the_newest() -> None:
    body = captured("aftership")
    first = body["msg"]["checkpoints"][0]
    start = NOW - timedelta(hours=3000)
    times = [(start + timedelta(hours=hour)).isoformat() for hour in range(3000)]
    body["msg"]["checkpoints"] = [{**first, "checkpoint_time": time} for time in times]
    events = only("aftership", body).shipment.events
    assert (len(events), events[-1].time) == (500, start + timedelta(hours=2999))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60)
@given(st.sampled_from(SERVICES), st.data())
def test_no_field_makes_it_fail(service: str, data: st.DataObject) -> None:
    body = captured(service)
    holders = [body]
    for holder in holders:
        inner = holder.values() if isinstance(holder, dict) else holder
        holders += [each for each in inner if isinstance(each, dict | list) and each]
    holder = data.draw(st.sampled_from(holders))
    key = data.draw(st.sampled_from(sorted(holder)) if isinstance(holder, dict) else st.integers(0, len(holder) - 1))
    holder[key] = data.draw(values)
    with suppress(MalformedPayload):
        PARSE[service].parse(raw(json.dumps(body).encode()), NOW)


def test_words_that_mean_nothing_are_none() -> None:
    assert meaning("aftership", "", "Nonsense") is None
