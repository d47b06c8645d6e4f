"""Tests that what is told of a parcel comes to the same end in whatever order it is told, and how often."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.shop.orders import SHIPMENT_RANK, DeliveryProof, Shipment, ShipmentStatus, Told, TrackingEvent
from core.shop.tracking import advance_shipment, told_by_shop

START = datetime(2026, 12, 1, 8, tzinfo=UTC)
DAY = date(2026, 12, 5)
S = ShipmentStatus


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def by_shop(status: ShipmentStatus = S.INFO_RECEIVED, hours: float = 0, **changes: object) -> Shipment:
    parcel = Shipment("s1", status, "UPS", "1Z999", tracking_url="https://shop.example/track/1Z999")
    return told_by_shop(msgspec.structs.replace(parcel, **changes), at(hours), scanned=True)


def by_carrier(status: ShipmentStatus, hours: float, **changes: object) -> Shipment:
    scan = TrackingEvent(at(hours), status.value, "Oceanside, CA", status.value)
    told = Told(by_carrier=True, at=at(hours))
    arrived = at(hours) if status is S.DELIVERED else None
    parcel = Shipment("aftership:1Z999", status, "UPS", "1Z999", events=(scan,), delivered_at=arrived, told=told)
    return msgspec.structs.replace(parcel, **changes)


def after(*news: Shipment) -> Shipment:
    known = None
    for each in news:
        known = advance_shipment(known, each)
    assert known is not None
    return known


def end(parcel: Shipment) -> Shipment:
    """Leaves out when the shop last spoke, which is kept only where it said something else."""
    return msgspec.structs.replace(parcel, told=msgspec.structs.replace(parcel.told, shop_at=None))


@st.composite
def courses(draw: st.DrawFn) -> list[Shipment]:
    """Makes what a carrier's service tells of a parcel: each message has all scans so far, and a day or none."""
    statuses = draw(st.lists(st.sampled_from(S), min_size=1, max_size=7))
    told: list[Shipment] = []
    scans: tuple[TrackingEvent, ...] = ()
    for hour, status in enumerate(statuses, start=1):
        scans = (*scans, TrackingEvent(at(hour), status.value, "", f"scan {hour}"))
        day = draw(st.none() | st.dates(DAY, DAY + timedelta(days=5)))
        word = Told(by_carrier=True, at=at(hour), day_by_carrier=day is not None, day_at=at(hour) if day else None)
        news = by_carrier(status, hour, events=scans, eta=day, sub_status=f"word {hour}", told=word)
        proof = DeliveryProof(signed_by="J. Doe") if status is S.DELIVERED else None
        told.append(msgspec.structs.replace(news, proof=proof))
    return told


@settings(max_examples=150)
@given(courses(), st.data())
def test_a_carriers_news_come_to_the_same_end_in_any_order_however_often(
    course: list[Shipment], data: st.DataObject
) -> None:
    shop = [by_shop(), by_shop(data.draw(st.sampled_from(S)), 2.5)]
    told = [*course, shop[1]]
    expected = after(shop[0], *told)
    again = data.draw(st.lists(st.sampled_from(told), max_size=5))
    shuffled = data.draw(st.permutations([*told, *again]))
    assert end(after(shop[0], *shuffled)) == end(expected)


@settings(max_examples=100)
@given(courses(), st.data())
def test_a_carriers_state_never_goes_back(course: list[Shipment], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(course))
    words = [after(by_shop(), *shuffled[: n + 1]) for n in range(len(shuffled))]
    ranks = [SHIPMENT_RANK[each.status] for each in words if each.told.by_carrier and each.status is not S.EXPIRED]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("carrier_first", [True, False])
@pytest.mark.parametrize(
    ("shop", "carrier", "holds"),
    [
        (S.DELIVERED, S.IN_TRANSIT, S.IN_TRANSIT),  # marked as delivered by hand: it is on its way
        (S.IN_TRANSIT, S.DELIVERED, S.DELIVERED),
        (S.OUT_FOR_DELIVERY, S.EXCEPTION, S.EXCEPTION),
        (S.RETURNED, S.DELIVERED, S.DELIVERED),
        (S.DELIVERED, S.PENDING, S.DELIVERED),  # the service knows nothing of it: the shop brings it itself
        (S.DELIVERED, S.EXPIRED, S.DELIVERED),
        (S.IN_TRANSIT, S.EXPIRED, S.EXPIRED),
    ],
)
def test_where_they_contradict_one_another_the_carrier_is_right(
    shop: ShipmentStatus, carrier: ShipmentStatus, holds: ShipmentStatus, carrier_first: bool
) -> None:
    two = [by_carrier(carrier, 1), by_shop(shop, 2, delivered_at=at(2) if shop is S.DELIVERED else None)]
    known = after(by_shop(), *(two if carrier_first else reversed(two)))
    assert known.status is holds
    assert (known.delivered_at is not None) == (holds is S.DELIVERED)


def test_nobody_was_there_and_the_next_day_it_is_out_again() -> None:
    out, failed, again = (
        by_carrier(S.OUT_FOR_DELIVERY, 1),
        by_carrier(S.ATTEMPT_FAILED, 5),
        by_carrier(S.OUT_FOR_DELIVERY, 24),
    )
    assert after(out, failed).status is S.ATTEMPT_FAILED
    assert after(out, failed, again).status is S.OUT_FOR_DELIVERY
    assert after(out, again, failed).status is S.OUT_FOR_DELIVERY  # told late


def test_what_is_sent_how_is_the_shops_word() -> None:
    known = after(by_shop(lines=()), by_carrier(S.IN_TRANSIT, 1, carrier="USPS", tracking_url="https://ups.example/1"))
    assert (known.carrier, known.tracking_url) == ("UPS", "https://shop.example/track/1Z999")
    bare = after(
        by_shop(tracking_url="", carrier=""), by_carrier(S.IN_TRANSIT, 1, tracking_url="https://ups.example/1")
    )
    assert (bare.carrier, bare.tracking_url) == ("UPS", "https://ups.example/1")


def test_an_earlier_word_of_the_shop_does_not_bring_an_earlier_number_back() -> None:
    assert after(by_shop(hours=2, tracking_number="1Z2"), by_shop(hours=1)).tracking_number == "1Z2"


def test_a_new_label_begins_a_new_way() -> None:
    failed = after(by_shop(), by_carrier(S.RETURNED, 5, incident="returning"))
    sent_anew = advance_shipment(failed, by_shop(hours=30, tracking_number="1Z2"))
    assert (sent_anew.status, sent_anew.incident, sent_anew.tracking_number) == (S.INFO_RECEIVED, "", "1Z2")
    moved = advance_shipment(sent_anew, by_carrier(S.IN_TRANSIT, 40, tracking_number="1Z2"))
    assert moved.status is S.IN_TRANSIT


def test_the_day_is_the_last_that_the_carrier_said() -> None:
    def day(hours: float, days: int, *, by: bool) -> Shipment:
        told = Told(by_carrier=by, at=at(hours), day_by_carrier=by, day_at=at(hours), shop_at=None if by else at(hours))
        return by_carrier(S.IN_TRANSIT, hours, eta=DAY + timedelta(days=days), told=told)

    first, revised, shops = day(1, 0, by=True), day(3, 2, by=True), day(9, 7, by=False)
    for order in ((first, revised, shops), (revised, first, shops), (shops, revised, first)):
        assert after(*order).eta == DAY + timedelta(days=2)


def test_what_a_shop_says_again_is_no_change() -> None:
    known = after(by_shop(), by_carrier(S.IN_TRANSIT, 1))
    assert advance_shipment(known, by_shop(hours=50)) is known
