"""Tests that each date that a customer is told is booked once, as it is told, and closed by what happens."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from core.messages.inbound import ReceiptStatus
from core.shop.orders import OrderStatus, ShipmentStatus
from core.shop.promises import Promise, PromiseState, Purpose
from core.shop.returns import RefundRecord
from core.shop.store_events import RefundEvent
from hub.timers.kinds import promises as timer
from hub.trace import story, trace
from storage.people import lookup
from storage.promises import ledger
from tests.fakes import NOW
from tests.hub.house import WHATSAPP, House
from tests.hub.notices.test_lifecycle import JANE as BUYER
from tests.hub.notices.test_lifecycle import ordered, parcel
from tests.hub.notices.test_timely import look
from tests.hub.people import JANE
from tests.storage.orders_sample import ORDER, saved_order


def promised(house: House, state: str = "") -> list[Promise]:
    with house.store.read() as conn:
        return ledger.about(conn, state=state)


def told(house: House) -> list[tuple[str, str, str]]:
    return [(p.promised.source, str(p.promised.on or p.promised.due), p.state.value) for p in promised(house)]


def shipped(house: House, **changes: Any) -> None:
    house.told(ordered(promised_by=None), parcel(**changes))
    house.send()


def test_a_day_is_booked_when_the_notice_left(house: House) -> None:
    house.told(ordered(promised_by=None), parcel())
    assert told(house) == []  # planned, not told
    house.send()
    assert told(house) == [("notice:shipped", "2026-12-05", "open")]
    (kept,) = promised(house)
    assert kept.promised.zone == "America/New_York"
    assert kept.promised.due.isoformat() == "2026-12-06T05:00:00+00:00"


def test_a_notice_without_a_day_promises_none(house: House) -> None:
    shipped(house, eta=None)
    assert "on its way" in house.texts("sms")[-1]
    assert told(house) == []


@pytest.mark.parametrize(
    ("delivered", "state"),
    [(timedelta(days=1), PromiseState.KEPT), (timedelta(days=4), PromiseState.BROKEN)],
)
def test_a_parcel_keeps_its_day_or_does_not(house: House, delivered: timedelta, state: PromiseState) -> None:
    shipped(house)
    house.later(days=5)
    timer.KIND.handle(house.hub, "", house.clock())
    at = NOW + delivered
    house.told(parcel("end", at, status=ShipmentStatus.DELIVERED, delivered_at=at))
    (kept,) = promised(house)
    assert kept.state is state
    assert kept.closed_by == ("shipment.updated" if state is PromiseState.KEPT else "timer")


def test_an_order_that_is_cancelled_leaves_nothing_to_keep(house: House) -> None:
    shipped(house)
    event = ordered("end", house.clock(), promised_by=None, status=OrderStatus.CANCELLED)
    house.told(msgspec.structs.replace(event, kind="cancelled"))
    assert [each.state for each in promised(house)] == [PromiseState.VOID]


def test_another_day_that_is_told_changes_the_one_before(house: House) -> None:
    shipped(house)
    house.told(parcel("late", house.clock(), eta=date(2026, 12, 9)))
    house.send()
    assert told(house) == [("notice:shipped", "2026-12-05", "changed"), ("notice:delay", "2026-12-09", "open")]


def test_what_did_not_arrive_promised_nothing_and_the_next_channel_does(house: House) -> None:
    both = msgspec.structs.replace(BUYER, notify=("sms", "whatsapp"))
    house.told(ordered(promised_by=None, buyer=both), parcel())
    house.send()
    sent = house.channels["whatsapp"].sent[-1]
    receipt = {"correlation": sent.correlation, "provider_id": "whatsapp-1", "code": "refused"}
    house.receipt(ReceiptStatus.FAILED, WHATSAPP, **receipt)
    assert [each.state for each in promised(house)] == [PromiseState.VOID]
    house.send()
    assert [(p.state, p.closed_by) for p in promised(house)] == [
        (PromiseState.VOID, "not_delivered"),
        (PromiseState.OPEN, ""),
    ]


def test_the_bots_answer_books_the_day_that_it_tells_once(house: House) -> None:
    saved_order(house.store, JANE, lines=ORDER.lines[:1])
    house.hear("where is my order 1001?")
    house.send()
    house.hear("where is my order 1001?")
    assert "Dec 5" in house.texts("whatsapp")[-1]
    assert told(house) == [("flow:order_status", "2026-12-05", "open")]


def test_who_is_handed_over_hears_by_when_and_the_first_reply_keeps_it(house: House) -> None:
    house.hear("I want to talk to a person")
    house.send()
    assert "You should hear from us by" in house.texts("whatsapp")[-1]
    (kept,) = promised(house)
    assert kept.promised.purpose is Purpose.REPLY
    assert kept.promised.due == NOW + timedelta(hours=2)
    house.later(minutes=10)
    house.writes("Hello, how can I help?")
    assert [(p.state, p.closed_by) for p in promised(house)] == [(PromiseState.KEPT, "agent.replied")]


def test_an_answer_that_comes_too_late_leaves_the_promise_broken(house: House) -> None:
    house.hear("I want to talk to a person")
    house.send()
    house.later(hours=3)
    house.writes("Sorry for the wait")
    timer.KIND.handle(house.hub, "", house.clock())
    assert [p.state for p in promised(house)] == [PromiseState.BROKEN]


def test_a_refund_keeps_what_was_promised_of_the_money(house: House) -> None:
    saved_order(house.store, JANE, shipments=(), status=OrderStatus.CANCELLED)
    house.hear("where is my refund for order 1001?")
    assert [(p.promised.purpose, p.state) for p in promised(house)] == [(Purpose.REFUND, PromiseState.OPEN)]
    house.later(days=2)
    refund = RefundRecord("1001", Decimal("129.80"), house.clock(), "USD", "original")
    house.told(RefundEvent(external_id="r1", source="shop", at=house.clock(), refund=refund))
    assert [(p.state, p.closed_by) for p in promised(house)] == [(PromiseState.KEPT, "refund.issued")]


def test_the_trace_shows_promises(house: House) -> None:
    shipped(house)
    (kept,) = promised(house)
    with house.store.read() as conn:
        meant = lookup.by_order(conn, "1001")
        assert meant is not None
        by_order = [each for each in story(conn, meant, 50) if each["what"] == "promised"]
        by_message = [each for each in trace(conn, kept.message_id) if each["what"] == "promised"]
    assert [each["due"] for each in by_order] == ["2026-12-05"]
    assert [each["id"] for each in by_message] == [kept.id]


# --- what cannot be kept is told before


def test_a_day_that_ends_without_the_parcel_is_told_once(house: House) -> None:
    shipped(house)
    house.clock.time = NOW.replace(day=5, hour=23)  # 18:00 in New York
    assert look(house) == 0
    house.later(hours=2)
    assert look(house) == 1
    assert look(house) == 0
    house.send()
    assert "will not come on Sat, Dec 5; we do not have a new date yet" in house.texts("sms")[-1]
    house.later(days=1)
    timer.KIND.handle(house.hub, "", house.clock())
    assert look(house) == 0
    assert told(house) == [("notice:shipped", "2026-12-05", "broken")]


def test_what_is_out_for_delivery_has_until_the_end_of_the_day(house: House) -> None:
    shipped(house)
    house.clock.time = NOW.replace(day=5, hour=15)
    house.told(parcel("out", house.clock(), status=ShipmentStatus.OUT_FOR_DELIVERY))
    house.later(hours=11)
    look(house)
    assert not any(key.startswith("delay") for key, _, _ in house.notices())


def test_a_new_day_after_the_missed_one_is_told_too(house: House) -> None:
    shipped(house)
    house.clock.time = NOW.replace(day=6, hour=2)
    assert look(house) == 1
    house.send()
    house.told(parcel("late", house.clock(), eta=date(2026, 12, 9)))
    house.send()
    assert "New date: Wed, Dec 9" in house.texts("sms")[-1]
    assert [key for key, _, _ in house.notices()] == [
        "shipped:1001:s1",
        "delay:1001:s1:2026-12-05#missed",
        "delay:1001:s1:2026-12-09",
    ]


def test_an_event_that_told_the_delay_leaves_nothing_for_the_timer(house: House) -> None:
    shipped(house)
    house.told(parcel("late", house.clock(), eta=date(2026, 12, 9)))
    house.send()
    house.clock.time = NOW.replace(day=6, hour=2)
    timer.KIND.handle(house.hub, "", house.clock())
    assert look(house) == 0


def test_a_parcel_that_arrives_meanwhile_is_not_told_late(house: House) -> None:
    shipped(house)
    house.clock.time = NOW.replace(day=6, hour=2)
    assert look(house) == 1
    house.told(parcel("end", house.clock(), status=ShipmentStatus.DELIVERED, delivered_at=house.clock()))
    house.send()
    assert not any("delayed" in text for text in house.texts("sms"))
