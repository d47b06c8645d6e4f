"""Reminders of holidays leave by themselves: on their days, once for each customer, whatever restarts in between.

In config/store the last moment for Christmas by UPS Ground is December 16th, 14:00 in New York; reminders fall on 7, 2
and 1 days before.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import msgspec
import pytest

from core.shop.orders import Buyer, StreetAddress
from core.shop.store_events import CustomerEvent, OrderEvent
from hub.campaigns import holiday_cutoff
from hub.timers.loop import Timers
from storage.engine.store import Store
from tests.fakes import PHONE
from tests.hub.house import House
from tests.storage.orders_sample import order

JANE = Buyer(id="c1", name="Jane Doe", phone=PHONE, locale="en", timezone="America/New_York", marketing=("sms",))
SPRINGFIELD = StreetAddress("1 Main St", "", "Springfield", "12345", "NY", "US")


def new_york(month: int, day: int, hour: int) -> datetime:
    """Makes a time of the winter of 2026 in New York."""
    return datetime(2026, month, day, hour, tzinfo=UTC) + timedelta(hours=5)


def look(house: House) -> None:
    """Does what a worker does when the clock wakes it."""
    asyncio.run(Timers(house.hub, {}).look())


def days_told(house: House) -> list[tuple[str, str]]:
    """Lists (days before the last moment, state) of each reminder."""
    return [(key.rpartition(":")[2], state) for key, state, _ in house.notices()]


def bought(house: House, buyer: Buyer = JANE, number: str = "1001") -> None:
    placed = order(number=number, buyer=buyer, shipping=SPRINGFIELD, shipments=())
    house.told(OrderEvent(external_id=f"evt-{number}", source="shop", at=house.clock(), kind="created", order=placed))


@pytest.fixture
def shop(store: Store) -> House:
    """Makes an installation with one customer who agreed to offers by SMS, in November."""
    house = House(store)
    house.clock.time = new_york(11, 20, 10)
    bought(house)
    return house


def test_reminders_leave_on_their_days_without_any_command(shop: House) -> None:
    while shop.clock() < new_york(12, 20, 0):
        look(shop)
        shop.send()
        shop.later(hours=4)
    assert days_told(shop) == [("7", "sent"), ("2", "sent"), ("1", "sent")]
    texts = shop.texts("sms")
    assert len(texts) == 3
    assert "order by Wed, Dec 16, 2:00 PM (New York time)" in texts[0]


def test_a_reminder_waits_for_the_morning(shop: House) -> None:
    shop.clock.time = new_york(12, 9, 1)
    look(shop)
    assert days_told(shop) == [("7", "held")]
    shop.clock.time = new_york(12, 9, 9)
    look(shop)
    assert len(shop.texts("sms")) == 1


def test_a_restart_tells_nobody_again(shop: House) -> None:
    for hour in range(9, 19):
        shop.clock.time = new_york(12, 9, hour)
        look(House(shop.store, clock=shop.clock))
    assert [days for days, _ in days_told(shop)] == ["7"]


def test_what_a_worker_left_behind_is_told_by_the_next(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.clock.time = new_york(12, 9, 10)
    with monkeypatch.context() as broken:
        broken.setattr(holiday_cutoff, "_register", lambda *_: 1 / 0)
        look(shop)
    assert days_told(shop) == []
    shop.later(minutes=2)  # the timer's lease has ended
    look(shop)
    assert days_told(shop) == [("7", "queued")]


def test_two_workers_remind_once(shop: House) -> None:
    shop.clock.time = new_york(12, 9, 10)
    start, fresh = Barrier(2), list[int]()

    def work() -> None:
        start.wait()
        fresh.append(holiday_cutoff.remind(shop.hub, shop.clock()))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(fresh) == [0, 1]
    assert len(shop.texts("sms")) == 1


def test_an_installation_that_was_away_for_the_day_reminds_a_day_late(shop: House) -> None:
    look(shop)
    shop.clock.time = new_york(12, 10, 10)
    look(shop)
    assert days_told(shop) == [("7", "queued")]


def test_whoever_did_not_agree_is_not_reminded_until_they_do(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holiday_cutoff, "GROUP", 1)
    ben = msgspec.structs.replace(JANE, id="c2", name="Ben", phone="+12025550102", marketing=())
    bought(shop, ben, "1002")
    shop.clock.time = new_york(12, 9, 10)
    look(shop)
    assert len(days_told(shop)) == 1
    agreed = msgspec.structs.replace(ben, marketing=("sms",))
    shop.told(CustomerEvent(external_id="c2", source="shop", at=shop.clock(), customer=agreed))
    shop.later(hours=1)
    look(shop)
    assert [days for days, _ in days_told(shop)] == ["7", "7"]
