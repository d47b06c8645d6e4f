"""Tests notices: one for each piece of news, by the best way that is allowed at the moment it leaves."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from core.errors import Outcome, SendError
from core.messages.inbound import ReceiptStatus
from core.people.addresses import Address
from core.retries import RULES, Failure
from core.shop.orders import Buyer, OrderStatus, Shipment, ShipmentStatus
from core.shop.store_events import CustomerEvent, Ignored, OrderEvent, Other, ShipmentEvent
from hub import arrivals
from hub.notices import lifecycle
from hub.trace import trace
from notifications import Notice
from storage.engine.store import Store
from storage.notices.tables import notices as notices_table
from storage.outgoing import rows as outgoing
from storage.people.tables import customers
from storage.queues import inbox
from storage.queues.tables import inbox as inbox_table
from storage.queues.tables import outbox, outbox_parts
from storage.shop import orders
from tests.fakes import NOW, PHONE, notice_by_key, shipped_notices
from tests.hub.house import SMS, TELEGRAM, WHATSAPP, House
from tests.storage.orders_sample import ORDER, PARCEL, order

JANE = Buyer(
    id="c1",
    name="Jane Doe",
    email="jane@example.com",
    phone=PHONE,
    locale="en",
    timezone="America/New_York",
    notify=("sms",),
)
BARE = order(buyer=JANE, shipments=(), lines=ORDER.lines[:1])  # what is in PARCEL
SHIPPED = "shipped:1001:s1"


def ordered(id_: str = "evt-1", at: datetime = NOW - timedelta(hours=2), **changes: Any) -> OrderEvent:
    now = msgspec.structs.replace(BARE, **changes)
    return OrderEvent(external_id=id_, source="shop", at=at, kind="created", order=now)


def parcel(id_: str = "evt-2", at: datetime = NOW - timedelta(hours=1), **changes: Any) -> ShipmentEvent:
    shipment = msgspec.structs.replace(PARCEL, **changes)
    return ShipmentEvent(external_id=id_, source="shop", at=at, kind="updated", order_number="1001", shipment=shipment)


def known(house: House) -> Any:
    with house.store.read() as conn:
        return orders.by_number(conn, "1001")


def last_refusals(house: House) -> list[str]:
    ((kept,),) = [json.loads(row.trace)[-1:] for row in house.rows(notices_table)]
    return list(kept["refused"])


# --- one for each piece of news


def test_a_parcel_that_leaves_is_told_by_the_channel_agreed(house: House) -> None:
    house.told(ordered(), parcel())
    (text,) = house.texts("sms")
    assert "1001" in text
    assert "DHL" in text
    assert house.notices() == [(SHIPPED, "sent", "")]


def test_the_same_news_under_other_event_ids_is_told_once(house: House) -> None:
    house.told(ordered(), parcel())
    for n in range(3):
        house.told(parcel(f"again-{n}", NOW + timedelta(minutes=n)))
    house.told(ordered("again", NOW + timedelta(minutes=9), promised_by=BARE.promised_by))
    assert len(house.texts("sms")) == 1
    assert len(house.notices()) == 1


def test_two_parcels_are_two_pieces_of_news(house: House) -> None:
    house.told(ordered(), parcel(), parcel("evt-3", id="s2", tracking_number="JD0002"))
    assert len(house.texts("sms")) == 2


def test_a_delay_is_told_once_for_each_new_date(house: House) -> None:
    house.told(ordered(), parcel())
    house.texts("sms")
    for n, day in enumerate((10, 10, 9, 12)):
        house.told(parcel(f"eta-{n}", NOW + timedelta(minutes=n), eta=date(2026, 12, day)))
        house.send()
    assert [key for key, _, _ in house.notices()][1:] == ["delay:1001:s1:2026-12-10", "delay:1001:s1:2026-12-12"]
    assert len(house.texts("sms")) == 2


LATE = date(2026, 12, 20)


@pytest.mark.parametrize(
    "events",
    [
        lambda buyer: (parcel(eta=LATE),),
        lambda buyer: (
            ordered("evt-3", NOW - timedelta(minutes=1), promised_by=LATE, buyer=buyer),
            parcel("evt-4", NOW, eta=LATE),
        ),
    ],
    ids=["in one event", "in one group"],
)
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_parcel_that_leaves_late_is_told_once_with_a_word_of_sorry(house: House, events: Any, locale: str) -> None:
    buyer = msgspec.structs.replace(JANE, locale=locale)
    house.told(ordered(promised_by=date(2026, 12, 8), buyer=buyer))
    house.told(*events(buyer))
    house.send()
    (text,) = house.texts("sms")
    words = {"en": ("on its way", "Dec 20", "sorry", "Dec 8"), "zh": ("已发货", "12月20日", "抱歉", "12月8日")}
    assert all(word in text for word in words[locale])
    assert sorted((key.partition(":")[0], state, reason) for key, state, reason in house.notices()) == [
        ("delay", "skipped", "told_together"),
        ("shipped", "sent", ""),
    ]
    house.told(parcel("evt-9", NOW + timedelta(minutes=2), eta=LATE))
    house.send()
    assert house.texts("sms") == []


def test_a_parcel_that_leaves_in_time_again_is_not_sorry(house: House) -> None:
    house.told(ordered(promised_by=date(2026, 12, 8)))
    house.told(parcel(eta=LATE), parcel("evt-4", NOW, eta=date(2026, 12, 7)))
    house.send()
    (text,) = house.texts("sms")
    assert "sorry" not in text


def test_history_is_recorded_silently(house: House) -> None:
    old = NOW - timedelta(hours=49)
    house.told(ordered(at=old - timedelta(days=1)), parcel(at=old))
    assert house.notices() == []
    assert known(house).shipments[0].tracking_number == "JD0001"


def test_a_parcel_before_its_order_is_told_when_the_order_comes(house: House) -> None:
    house.told(parcel())
    assert house.notices() == []
    house.told(ordered(at=NOW - timedelta(hours=3)))
    assert len(house.texts("sms")) == 1
    (kept,) = known(house).shipments
    assert msgspec.structs.replace(kept, told=PARCEL.told) == PARCEL


def test_an_order_that_is_cancelled_before_the_notice_leaves_is_not_announced(house: House) -> None:
    house.told(ordered(), parcel())
    house.told(ordered("evt-3", NOW, status=OrderStatus.CANCELLED))
    (text,) = house.texts("sms")
    assert "cancelled" in text
    assert house.notices() == [(SHIPPED, "skipped", "not_true"), ("cancelled:1001", "sent", "")]


# --- what the store tells


def test_an_older_word_of_the_order_does_not_undo_a_newer_one(house: House) -> None:
    house.told(ordered(at=NOW - timedelta(hours=1), promised_by=date(2026, 12, 20)))
    house.told(ordered("older", NOW - timedelta(hours=2)))
    assert known(house).promised_by == date(2026, 12, 20)


def test_news_of_the_order_counts_though_its_parcel_had_newer_news(house: House) -> None:
    house.told(ordered(at=NOW - timedelta(hours=3)))
    house.told(parcel(at=NOW))
    house.told(ordered("cancel", NOW - timedelta(minutes=5), status=OrderStatus.CANCELLED))
    assert known(house).status is OrderStatus.CANCELLED


def test_parcels_move_the_order_on(house: House) -> None:
    house.told(ordered(lines=ORDER.lines), parcel())
    assert known(house).status is OrderStatus.PARTIALLY_FULFILLED
    rest = Shipment(
        "s2", ShipmentStatus.IN_TRANSIT, lines=(msgspec.structs.replace(PARCEL.lines[0], line_id="l2", quantity=3),)
    )
    house.told(
        ShipmentEvent(external_id="e3", source="shop", at=NOW, kind="created", order_number="1001", shipment=rest)
    )
    assert known(house).status is OrderStatus.FULFILLED


def test_a_late_scan_does_not_take_a_parcel_back(house: House) -> None:
    house.told(ordered(), parcel(status=ShipmentStatus.DELIVERED, delivered_at=NOW), parcel("late"))
    assert known(house).shipments[0].status is ShipmentStatus.DELIVERED


def test_a_customers_data_and_other_events_are_kept(house: House) -> None:
    moved = msgspec.structs.replace(JANE, locale="zh")
    house.told(
        CustomerEvent(external_id="c", source="shop", at=NOW, customer=moved),
        Other(external_id="o", source="shop", at=NOW, kind="refund.issued", data={"order_number": "1001"}),
    )
    assert house.row(customers).locale == "zh"
    assert [row.state for row in house.rows(inbox_table)] == [inbox.HANDLED] * 2


def test_an_event_that_cannot_be_applied_waits_and_blocks_its_own_order_only(house: House) -> None:
    bad = Ignored(external_id="bad", source="shop", at=NOW, kind="?")
    house.told(ordered())
    house.keep(
        msgspec.structs.replace(
            inbox_arrival(house), external_id="bad", payload=msgspec.json.encode(bad).decode(), key="order:9"
        )
    )
    house.told(parcel())
    assert len(house.texts("sms")) == 1
    assert {row.external_id: row.state for row in house.rows(inbox_table)} == {"evt-1": 1, "bad": 0, "evt-2": 1}
    for _ in range(RULES[Failure.ITEM].tries):
        house.later(minutes=1)
        house.drain()
    assert {row.external_id: row.state for row in house.rows(inbox_table)}["bad"] == inbox.DEAD


def inbox_arrival(house: House) -> Any:
    return arrivals.store_arrival(ordered("bad"), house.clock(), 1)


# --- consent


def test_without_a_word_of_consent_nobody_is_written_to(house: House) -> None:
    house.told(ordered(buyer=msgspec.structs.replace(JANE, notify=())), parcel())
    assert house.texts("sms") == house.texts() == []
    assert house.notices() == [(SHIPPED, "skipped", "no_consent")]


def test_a_channel_they_wrote_on_counts(house: House) -> None:
    house.hear("hello")
    house.texts()
    house.told(ordered(buyer=msgspec.structs.replace(JANE, notify=())), parcel())
    assert len(house.texts()) == 1


def test_consent_that_rides_on_an_order_never_undoes_a_stop(house: House) -> None:
    house.hear("STOP", SMS)
    house.texts("sms")
    house.told(ordered(), parcel())
    assert house.texts("sms") == []
    assert house.notices()[0][1] == "skipped"
    assert "sms: stopped_all" in last_decision(house)["refused"]
    house.hear("START", SMS)
    house.texts("sms")
    house.told(parcel("more", NOW, id="s2", tracking_number="JD0002"))
    assert len(house.texts("sms")) == 1


def test_a_stop_between_queue_and_sending_is_heeded(house: House) -> None:
    house.told(ordered(), parcel())
    assert house.notices() == [(SHIPPED, "queued", "")]
    house.hear("STOP", SMS)
    assert house.texts("sms") == []
    assert [row.state for row in house.messages() if row.speaker == "notice"] == ["cancelled"]
    assert house.notices()[0][1] in ("failed", "skipped")
    assert "sms: stopped_all" in last_decision(house)["refused"]


def last_decision(house: House) -> dict[str, Any]:
    with house.store.read() as conn:
        row = notice_by_key(conn, SHIPPED)
    assert row is not None
    return dict(row.trace[-1])


# --- ways


def test_the_channel_they_used_last_comes_first(house: House) -> None:
    house.hear("hello")
    house.later(minutes=1)
    house.hear("hello", SMS)
    house.send()
    both = msgspec.structs.replace(JANE, notify=("sms", "whatsapp"))
    house.told(ordered(buyer=both), parcel())
    assert [row.channel for row in house.messages() if row.speaker == "notice"] == ["sms"]


def test_a_first_notice_takes_the_stores_order_of_channels(house: House) -> None:
    both = msgspec.structs.replace(JANE, notify=("sms", "whatsapp"))
    house.told(ordered(buyer=both), parcel())
    assert [row.channel for row in house.messages()] == ["whatsapp"]


def test_outside_the_window_a_template_says_it(house: House) -> None:
    house.hear("hello")
    house.texts()
    house.later(hours=30)
    now = house.clock()
    house.told(ordered(at=now, buyer=msgspec.structs.replace(JANE, notify=())), parcel(at=now))
    house.send()
    last = house.channels["whatsapp"].sent[-1].part
    assert (last.call, last.payload["name"]) == ("template", "order_shipped")


def test_a_window_that_closes_between_plan_and_sending_makes_it_a_template(house: House) -> None:
    house.hear("hello")
    house.texts()
    house.later(hours=23)
    now = house.clock()
    house.told(ordered(at=now, buyer=msgspec.structs.replace(JANE, notify=())), parcel(at=now))
    house.later(hours=2)
    house.send()
    assert house.channels["whatsapp"].sent[-1].part.call == "template"
    assert house.notices() == [(SHIPPED, "sent", "")]


@pytest.mark.parametrize("code", ["dead", "refused"])
def test_a_failure_told_by_receipt_goes_to_the_next_channel(house: House, code: str) -> None:
    house.told(ordered(buyer=msgspec.structs.replace(JANE, notify=("sms", "whatsapp"))), parcel())
    house.send()
    sent = house.channels["whatsapp"].sent[-1]
    house.receipt(ReceiptStatus.FAILED, WHATSAPP, correlation=sent.correlation, provider_id="whatsapp-1", code=code)
    assert len(house.texts("sms")) == 1
    assert house.notices() == [(SHIPPED, "sent", "")]
    house.receipt(ReceiptStatus.FAILED, WHATSAPP, correlation=sent.correlation, provider_id="whatsapp-1", code=code)
    assert len(house.messages()) == 2


def test_a_refusal_on_the_spot_goes_to_the_next_channel_until_none_is_left(house: House) -> None:
    house.told(ordered(buyer=msgspec.structs.replace(JANE, notify=("sms", "whatsapp"))), parcel())
    house.channels["whatsapp"].script.append(SendError(Outcome.ADDRESS_DEAD, "131026"))
    house.channels["sms"].script.append(SendError(Outcome.ADDRESS_DEAD, "30006"))
    house.send()
    assert house.notices() == [(SHIPPED, "failed", "no_route")]
    assert last_refusals(house)[-2:] == ["whatsapp: 131026", "sms: 30006"]
    assert [row.state for row in house.messages()] == ["failed", "failed"]


def test_what_became_of_a_dead_number_is_told_beside_the_channels_without_consent(house: House) -> None:
    house.told(ordered(buyer=msgspec.structs.replace(JANE, notify=("sms",))), parcel())
    house.channels["sms"].script.append(SendError(Outcome.ADDRESS_DEAD, "30005"))
    house.send()
    assert house.notices() == [(SHIPPED, "failed", "no_route")]
    assert {"whatsapp: no_consent", "sms: 30005"} <= set(last_refusals(house))


def test_a_dead_address_is_not_tried_for_the_next_parcel(house: House) -> None:
    house.told(ordered(buyer=msgspec.structs.replace(JANE, notify=("sms", "whatsapp"))), parcel())
    house.channels["whatsapp"].script.append(SendError(Outcome.ADDRESS_DEAD, "131026"))
    assert len(house.texts("sms")) == 1
    house.told(parcel("more", NOW, id="s2", tracking_number="JD0002"))
    assert len(house.texts("sms")) == 1
    assert len(house.channels["whatsapp"].refused) == 1


def test_a_notice_goes_where_the_proven_buyer_writes(house: House) -> None:
    house.told(ordered(buyer=msgspec.structs.replace(JANE, notify=())))
    for text in ("where is my order?", "1001", "jane@example.com"):
        house.hear(text, TELEGRAM, route="22")
    house.texts("telegram")
    house.told(parcel())
    house.send()
    (sent,) = house.channels["telegram"].sent
    assert sent.part.payload["route"] == "22", "in the topic where they wrote last"


# --- time


def holiday(house: House, key: str = "holiday_cutoff:christmas-2026:c:now") -> Notice:
    data = {
        "titles": {"en": "Christmas"},
        "service": "UPS Ground",
        "order_by": "2026-12-16T19:00:00+00:00",
        "promise": "",
    }
    now = house.clock()
    return Notice("holiday_cutoff", key, now, now + timedelta(days=7), data=data)


@pytest.fixture
def evening(store: Store) -> House:
    """Makes ten in the evening in New York, with a customer who agreed to marketing by SMS; without caps."""
    policy = shipped_notices()
    uncapped = msgspec.structs.replace(policy.shop, caps={"marketing": None})
    house = House(store, notices=msgspec.structs.replace(policy, shop=uncapped))
    house.clock.time = datetime(2026, 12, 3, 3, tzinfo=UTC)
    house.told(
        CustomerEvent(
            external_id="c", source="shop", at=NOW, customer=msgspec.structs.replace(JANE, marketing=("sms",))
        )
    )
    return house


def register(house: House) -> None:
    customer_id = house.row(customers).id
    with house.store.write() as conn:
        assert lifecycle.register(house.hub, conn, holiday(house), customer_id, house.clock())
        assert lifecycle.register(house.hub, conn, holiday(house), customer_id, house.clock()) is None


def test_marketing_is_held_in_quiet_hours_and_released_after(evening: House) -> None:
    register(evening)
    assert evening.notices()[0][1:] == ("held", "quiet_hours")
    assert lifecycle.release(evening.hub) == 0
    evening.clock.time = datetime(2026, 12, 3, 14, tzinfo=UTC)  # nine in the morning
    assert lifecycle.release(evening.hub) == 1
    assert len(evening.texts("sms")) == 1
    assert evening.notices()[0][1] == "sent"
    assert lifecycle.release(evening.hub) == 0


def test_marketing_that_was_queued_before_the_quiet_hours_waits_for_their_end(evening: House) -> None:
    evening.clock.time = datetime(2026, 12, 3, 0, 59, tzinfo=UTC)
    register(evening)
    evening.later(minutes=2)
    assert evening.texts("sms") == []
    assert evening.notices()[0][1:] == ("held", "quiet_hours")
    evening.clock.time = datetime(2026, 12, 3, 14, tzinfo=UTC)
    lifecycle.release(evening.hub)
    assert len(evening.texts("sms")) == 1


def test_what_was_assumed_of_the_customer_is_in_the_trace(house: House) -> None:
    """An order without a time zone and a language: the quiet hours go by a zone that somebody must be able to see."""
    house.clock.time = datetime(2026, 12, 3, 3, tzinfo=UTC)
    unknown = msgspec.structs.replace(JANE, timezone="", locale="", marketing=("sms",))
    house.told(ordered(at=house.clock(), buyer=unknown))
    register(house)
    with house.store.read() as conn:
        (step,) = [step for step in trace(conn, holiday(house).key) if step["what"] == "notice"]
    assert (step["state"], step["reason"]) == ("held", "quiet_hours")
    assert step["assumed"] == {"timezone_by_phone": "America/New_York", "language_of_store": "en"}


def test_service_notices_do_not_wait_for_the_morning(evening: House) -> None:
    evening.told(ordered(at=evening.clock()), parcel(at=evening.clock()))
    assert len(evening.texts("sms")) == 1


def test_a_notice_that_could_not_leave_in_time_is_not_sent(house: House) -> None:
    house.told(ordered(), parcel())
    house.later(days=4)
    assert house.texts("sms") == []
    assert house.notices()[0][1] in ("failed", "skipped")
    assert house.notices()[0][2] == "expired"


def test_a_decision_leaves_a_trace(house: House) -> None:
    house.hear("hello", Address("messenger", "main", "7"))
    house.told(ordered(), parcel())
    house.send()
    with house.store.read() as conn:
        row = notice_by_key(conn, SHIPPED)
    assert row is not None
    assert [entry["state"] for entry in row.trace] == ["queued", "sent"]
    part = next(part for part in house.rows(outbox_parts) if part.channel == "sms")
    assert next(post.notification_id for post in house.rows(outbox) if post.id == part.outbox_id) == row.id


def test_held_notices_are_released_in_groups(evening: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "GROUP", 2)
    customer_id = evening.row(customers).id
    with evening.store.write() as conn:
        for n in range(5):
            lifecycle.register(evening.hub, conn, holiday(evening, f"holiday:{n}"), customer_id, evening.clock())
    assert {state for _, state, _ in evening.notices()} == {"held"}
    evening.clock.time = datetime(2026, 12, 3, 14, tzinfo=UTC)
    assert lifecycle.release(evening.hub) == 5
    assert {state for _, state, _ in evening.notices()} == {"queued"}
    assert len(evening.texts("sms")) == 5


# --- what was asked for in the chat


@pytest.mark.parametrize(
    ("state", "age", "reason"),
    [
        ("done", timedelta(hours=1), "told_in_chat"),
        ("asked", timedelta(hours=1), "told_in_chat"),
        ("refused", timedelta(hours=1), ""),
        ("done", timedelta(days=3), ""),
    ],
)
def test_what_was_asked_for_in_the_chat_is_no_news(house: House, state: str, age: timedelta, reason: str) -> None:
    house.told(ordered())
    with house.store.write() as conn:
        customer = conn.scalars(select(customers.c.id)).one()
        row = outgoing.row("o1", "act-1", "request", "doorstep.order.cancel", "order/1001", {}, NOW - age)
        outgoing.add(
            conn,
            house.store,
            [{**row, "order_number": "1001", "customer_id": customer, "state": state, "conversation_id": "c1"}],
        )
    house.told(ordered("evt-3", NOW, status=OrderStatus.CANCELLED))
    assert len(house.texts("sms")) == (0 if reason else 1)
    ((key, _, why),) = house.notices()
    assert (key, why) == ("cancelled:1001", reason)
