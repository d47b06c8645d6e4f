"""Tests the notices that time alone makes due: once each, in groups, silent on what is over."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from core.shop.buyers import AccountFacts, Expiring
from core.shop.orders import ShipmentStatus, TrackingEvent
from core.shop.store_events import CustomerEvent
from hub.notices import walk
from hub.notices.timely import TIMELY
from storage.engine.store import Store
from tests.fakes import NOW, shipped_notices
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import JANE, ordered, parcel
from tests.storage.orders_sample import PARCEL


def switched_on(store: Store, *kinds: str) -> House:
    policy = shipped_notices()
    shop = msgspec.structs.replace(policy.shop, notices=dict.fromkeys(kinds, True))
    return House(store, notices=msgspec.structs.replace(policy, shop=shop))


def look(house: House) -> int:
    return walk.visit(house.hub, [TIMELY], house.clock())


def kinds_told(house: House) -> list[str]:
    return [key.partition(":")[0] for key, _, _ in house.notices()]


def silent(**changes: Any) -> Any:
    scan = TrackingEvent(NOW - timedelta(hours=3), "in_transit", "Leipzig", "Departed facility")
    return parcel(events=(scan,), eta=date(2026, 12, 30), **changes)


def test_a_parcel_that_nobody_scans_is_told_once_for_each_silence(house: House) -> None:
    house.told(ordered(promised_by=None), silent())
    house.send()
    for _ in range(3):
        assert look(house) == 0
        house.later(days=1)
    house.later(days=3)
    assert look(house) == 1
    assert look(house) == 0
    house.send()
    assert "no news" in house.texts("sms")[-1]
    assert kinds_told(house) == ["shipped", "stuck"]


@pytest.mark.parametrize("end", [ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED])
def test_a_parcel_that_arrived_is_not_looked_at(house: House, end: ShipmentStatus) -> None:
    house.told(ordered(), silent(), parcel("end", NOW, status=end, delivered_at=NOW))
    house.later(days=9)
    assert look(house) == 0


def test_a_silence_of_long_ago_is_history(house: House) -> None:
    house.told(ordered(), silent())
    house.later(days=60)
    assert look(house) == 0


def test_birthdays_and_points_are_for_whom_the_store_told_of(store: Store) -> None:
    house = switched_on(store, "birthday", "points_expiring")
    today = NOW.date()
    facts = AccountFacts(
        points=120, expiring=Expiring(80, today + timedelta(days=5)), birthday=today.replace(year=1990)
    )
    buyer = msgspec.structs.replace(JANE, marketing=("sms",))
    house.told(CustomerEvent(external_id="c", source="shop", at=NOW, customer=buyer, facts=facts))
    assert look(house) == 2
    assert look(house) == 0
    house.send()
    assert sorted(kinds_told(house)) == ["birthday", "points_expiring"]


def test_who_has_not_ordered_for_long_is_asked_back_once(store: Store) -> None:
    house = switched_on(store, "win_back")
    buyer = msgspec.structs.replace(JANE, marketing=("sms",))
    house.told(ordered(buyer=buyer, placed_at=NOW - timedelta(days=91)))
    assert look(house) == 1
    house.later(days=1)
    assert look(house) == 0


def test_many_orders_are_read_in_groups(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "GROUP", 2)
    scan = TrackingEvent(NOW - timedelta(hours=3), "in_transit")
    for n in range(5):
        whole = msgspec.structs.replace(PARCEL, id=f"s{n}", tracking_number=f"JD{n}", events=(scan,), eta=None)
        house.told(ordered(f"e{n}", number=f"200{n}", shipments=(whole,), promised_by=None))
    house.later(days=5)
    assert look(house) == 5


def test_nothing_is_looked_for_where_nothing_is_sent(store: Store) -> None:
    policy = shipped_notices()
    kinds = {name: kind for name, kind in policy.kinds.items() if "timer" not in kind.hears}
    house = House(store, notices=msgspec.structs.replace(policy, kinds=kinds))
    assert not TIMELY.rounds(house.hub)
    assert look(house) == 0
