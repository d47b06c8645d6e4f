"""Tests that no customer is sent more offers than the store allows, however they come: counted over what was sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from core.errors import Outcome, SendError
from core.shop.store_events import CustomerEvent
from hub.notices import lifecycle
from hub.notices.planning import News
from notifications.notice import Notice
from notifications.planning.caps import Cap
from storage.engine.store import Store
from storage.notices.tables import notices as table
from storage.people import merges
from storage.people.tables import customers
from tests.fakes import NOW, shipped_notices
from tests.hub.house import SMS, House
from tests.hub.notices.test_lifecycle import JANE, holiday, ordered, parcel

OFFERED = msgspec.structs.replace(JANE, marketing=("sms",), notify=("sms",))


def told_of(house: House, buyer: Any = OFFERED) -> str:
    house.told(CustomerEvent(external_id=house.fresh("c"), source="shop", at=house.clock(), customer=buyer))
    return str(house.rows(customers)[-1].id)


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


def offered(house: House, name: str, days: float = 30) -> Notice:
    now = house.clock()
    return msgspec.structs.replace(holiday(house, f"offer:{name}"), expires_at=now + timedelta(days=days))


def offer(house: House, customer_id: str, *names: str) -> None:
    with house.store.write() as conn:
        for name in names:
            lifecycle.register(house.hub, conn, offered(house, name), customer_id, house.clock())


def states(house: House) -> list[tuple[str, str]]:
    return [(state, reason) for _, state, reason in house.notices()]


def test_two_in_seven_days_and_the_third_when_the_first_is_a_week_old(house: House) -> None:
    jane = told_of(house)
    offer(house, jane, "a")
    assert len(house.texts("sms")) == 1
    house.later(hours=1)
    offer(house, jane, "b")
    assert len(house.texts("sms")) == 1
    house.later(days=1)
    offer(house, jane, "c")
    assert house.texts("sms") == []
    assert states(house)[2] == ("held", "capped")
    row = next(each for each in house.rows(table) if each.business_key == "offer:c")
    assert row.not_before == NOW + timedelta(days=7)
    house.clock.time = row.not_before
    lifecycle.release(house.hub)
    assert len(house.texts("sms")) == 1
    assert states(house)[2] == ("sent", "")


def test_what_would_be_stale_when_the_cap_lets_it_go_is_skipped_with_the_reason(house: House) -> None:
    jane = told_of(house)
    offer(house, jane, "a", "b")
    house.send()
    with house.store.write() as conn:
        lifecycle.register(house.hub, conn, offered(house, "short", days=2), jane, NOW)
    assert states(house)[2] == ("skipped", "capped")


def test_of_many_at_once_exactly_as_many_go_as_allowed(house: House) -> None:
    """They were registered in one transaction, or queued before any was sent: counted again before each call."""
    jane = told_of(house)
    with house.store.write() as conn:
        news = [News(offered(house, str(n)), jane) for n in range(5)]
        lifecycle.register_all(house.hub, conn, news, NOW, rests=False)
    assert len(house.texts("sms")) == 2
    house.send()
    assert sorted(states(house)) == [("held", "capped")] * 3 + [("sent", "")] * 2
    for left in (1, 0):
        house.later(days=7)
        lifecycle.release(house.hub)
        house.send()
        assert sum(state == "held" for state, _ in states(house)) == left
    assert len(house.texts("sms")) == 3


def test_what_failed_does_not_count(house: House) -> None:
    jane = told_of(house)
    for name in ("a", "b"):
        house.channels["sms"].script.append(SendError(Outcome.CONTENT_REJECTED, "refused"))
        offer(house, jane, name)
        house.send()
    offer(house, jane, "c", "d")
    assert len(house.texts("sms")) == 2


def test_service_is_not_capped_and_does_not_count(house: House) -> None:
    told_of(house)
    house.told(ordered(buyer=OFFERED))
    for n in range(6):
        house.told(parcel(f"p{n}", NOW + timedelta(minutes=n), id=f"s{n}", tracking_number=f"JD{n}"))
    assert len(house.texts("sms")) == 6
    offer(house, str(house.rows(customers)[0].id), "a")
    assert len(house.texts("sms")) == 1


def test_all_addresses_of_the_customer_count_together(house: House) -> None:
    jane = told_of(house, msgspec.structs.replace(OFFERED, marketing=("sms", "whatsapp")))
    offer(house, jane, "a")
    assert len(house.texts("sms")) == 1  # WhatsApp delivers no marketing templates in the USA
    house.hear("hello")
    house.texts()
    offer(house, jane, "b")
    assert len(house.texts()) == 1
    offer(house, jane, "c")
    house.send()
    assert states(house)[2] == ("held", "capped")


def test_what_a_merged_customer_was_sent_counts(house: House) -> None:
    jane = told_of(house)
    offer(house, jane, "a", "b")
    house.texts("sms")
    other = told_of(house, msgspec.structs.replace(OFFERED, id="c2", phone="+12025550155", email="j2@example.com"))
    with house.store.write() as conn:
        merges.merge(conn, other, jane, "by hand", house.clock())
    offer(house, other, "c")
    assert house.texts("sms") == []
    assert states(house)[2] == ("held", "capped")


@pytest.mark.parametrize(("caps", "sent"), [({"marketing": None}, 4), ({"marketing": Cap(1, "1d")}, 1)])
def test_the_store_says_how_many(store: Store, caps: dict[str, Any], sent: int) -> None:
    policy = shipped_notices()
    shop = msgspec.structs.replace(policy.shop, caps=caps)
    house = House(store, notices=msgspec.structs.replace(policy, shop=shop))
    jane = told_of(house)
    offer(house, jane, *"abcd")
    assert len(house.texts("sms")) == sent


def test_a_cap_of_one_kind(store: Store) -> None:
    policy = shipped_notices()
    shop = msgspec.structs.replace(policy.shop, caps={"shipped": Cap(1, "7d")})
    house = House(store, notices=msgspec.structs.replace(policy, shop=shop))
    house.told(ordered())
    for n in range(3):
        house.told(parcel(f"p{n}", NOW + timedelta(minutes=n), id=f"s{n}", tracking_number=f"JD{n}"))
        house.send()
    assert [reason for _, reason in states(house)] == ["", "capped", "capped"]


@pytest.mark.parametrize("jump", [-timedelta(days=30), timedelta(days=1)])
def test_a_clock_that_jumps_sends_no_more_than_allowed(house: House, jump: timedelta) -> None:
    jane = told_of(house)
    offer(house, jane, "a", "b")
    assert len(house.texts("sms")) == 2
    house.clock.time += jump
    offer(house, jane, "c")
    assert house.texts("sms") == []


def test_the_caps_of_a_group_are_read_by_one_statement(house: House, store: Store) -> None:
    ids = []
    for n in range(8):
        buyer = msgspec.structs.replace(OFFERED, id=f"c{n}", phone=f"+1202555010{n}", email=f"j{n}@example.com")
        ids.append(told_of(house, buyer))

    def registering(several: list[str]) -> int:
        said: list[str] = []

        def hear(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
            said.append(statement)

        with store.write() as conn:
            event.listen(conn, "before_cursor_execute", hear)
            news = [News(offered(house, f"{id_}:{len(several)}"), id_) for id_ in several]
            lifecycle.register_all(house.hub, conn, news, NOW, rests=False)
        return sum("FROM notifications" in each for each in said)

    assert registering(ids[:1]) == registering(ids[1:]) == 1


def test_a_stop_is_stronger_than_a_free_cap(house: House) -> None:
    jane = told_of(house)
    offer(house, jane, "a", "b")
    house.texts("sms")
    offer(house, jane, "c")
    house.hear("STOP", SMS)
    house.texts("sms")
    house.clock.time = datetime(2026, 12, 9, 15, tzinfo=UTC)
    lifecycle.release(house.hub)
    assert house.texts("sms") == []
    assert states(house)[2][0] == "skipped"
