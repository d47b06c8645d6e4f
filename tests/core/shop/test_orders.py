"""Tests that a parcel's state never goes back, whatever order its news comes in."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.shop.orders import (
    SHIPMENT_RANK,
    DeliveryProof,
    Shipment,
    ShipmentStatus,
    ShippedLine,
    TrackingEvent,
)
from core.shop.tracking import advance_shipment

START = datetime(2026, 12, 1, tzinfo=UTC)
scans = st.builds(
    TrackingEvent,
    time=st.integers(0, 50).map(lambda hours: START + timedelta(hours=hours)),
    status=st.sampled_from([status.value for status in ShipmentStatus]),
)
parcels = st.builds(
    Shipment,
    id=st.just("s1"),
    status=st.sampled_from(ShipmentStatus),
    carrier=st.sampled_from(["", "DHL"]),
    tracking_number=st.sampled_from(["", "JD0001"]),
    tracking_url=st.sampled_from(["", "https://track.example/JD0001"]),
    lines=st.sampled_from([(), (ShippedLine("l1"),)]),
    eta=st.none() | st.dates(date(2026, 12, 1), date(2026, 12, 31)),
    delivered_at=st.none() | st.just(START),
    events=st.lists(scans, max_size=4).map(tuple),
    proof=st.none() | st.just(DeliveryProof("J. Doe")),
)


def after(*news: Shipment) -> Shipment:
    known = None
    for each in news:
        known = advance_shipment(known, each)
    assert known is not None
    return known


@settings(max_examples=40)
@given(st.lists(parcels, min_size=1, max_size=6))
def test_the_rank_only_grows(news: list[Shipment]) -> None:
    ranks = [SHIPMENT_RANK[after(*news[: n + 1]).status] for n in range(len(news))]
    assert ranks == sorted(ranks)
    assert ranks[-1] == max(SHIPMENT_RANK[each.status] for each in news)


@settings(max_examples=40)
@given(st.lists(parcels, min_size=1, max_size=6))
def test_what_is_known_is_not_lost_to_silence(news: list[Shipment]) -> None:
    known = after(*news)
    assert bool(known.tracking_number) == any(each.tracking_number for each in news)
    assert bool(known.carrier) == any(each.carrier for each in news)
    assert bool(known.proof) == any(each.proof for each in news)
    assert bool(known.lines) == any(each.lines for each in news)
    assert set(known.events) == {event for each in news for event in each.events}


@settings(max_examples=40)
@given(st.lists(parcels, min_size=1, max_size=6))
def test_scans_are_in_order_and_told_once(news: list[Shipment]) -> None:
    events = after(*news).events
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert len(set(events)) == len(events)


@settings(max_examples=40)
@given(st.lists(parcels, min_size=1, max_size=6))
def test_hearing_the_last_news_again_changes_nothing(news: list[Shipment]) -> None:
    known = after(*news)
    assert advance_shipment(known, news[-1]) == known


def test_a_late_scan_of_the_way_does_not_undo_a_delivery() -> None:
    delivered = Shipment("s1", ShipmentStatus.DELIVERED, eta=date(2026, 12, 5))
    late = Shipment("s1", ShipmentStatus.IN_TRANSIT, eta=date(2026, 12, 9))
    known = advance_shipment(delivered, late)
    assert (known.status, known.eta) == (ShipmentStatus.DELIVERED, date(2026, 12, 5))
