"""Tests that notices go where and when the customer wishes, whoever told us of the wish, and that the trace says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from core.people.preferences import Between, Preference
from core.shop.store_events import CustomerEvent
from flows.understanding.faq import NO_FAQ
from hub.notices import lifecycle
from hub.store_facts import StoreFacts
from hub.trace import trace
from storage.engine.store import Store
from storage.people import preferences
from storage.people.tables import customers
from tests.fakes import NOW, shipped_flows, shipped_notices
from tests.hub.house import SMS, House
from tests.hub.notices.test_lifecycle import JANE, SHIPPED, ordered, parcel

BOTH = msgspec.structs.replace(JANE, notify=("sms", "whatsapp"))
MORNING = Between("06:00", "12:00")


@pytest.fixture
def house(store: Store) -> House:
    facts = StoreFacts(shipped_notices(), NO_FAQ)
    return House(store, flows=msgspec.structs.replace(shipped_flows(), facts=facts))


def wished(house: House) -> Any:
    wish = preferences.decode(house.rows(customers)[0].prefers)
    return wish and wish.prefers


def store_says(house: House, prefers: Preference, at: datetime = NOW) -> None:
    who = msgspec.structs.replace(BOTH, prefers=prefers)
    house.told(CustomerEvent(external_id=house.fresh("c"), source="shop", at=at, customer=who))


@pytest.mark.parametrize(("channel", "other"), [("sms", "whatsapp"), ("whatsapp", "sms")])
def test_only_by_one_channel(house: House, channel: str, other: str) -> None:
    store_says(house, Preference(channel))
    house.told(ordered(buyer=BOTH), parcel())
    house.send()
    assert len(house.channels[channel].sent) == 1
    assert house.channels[other].sent == []


def test_who_wants_another_channel_only_hears_nothing_here_and_the_trace_says_why(house: House) -> None:
    store_says(house, Preference("telegram"))
    house.told(ordered(buyer=BOTH), parcel())
    house.send()
    assert house.notices() == [(SHIPPED, "skipped", "other_channel")]
    with house.store.read() as conn:
        (step,) = [step for step in trace(conn, SHIPPED) if step["what"] == "notice"]
    assert "sms: other_channel" in step["refused"]


def test_not_in_the_morning_waits_for_noon_by_the_customers_clock(house: House) -> None:
    store_says(house, Preference(not_between=MORNING))  # it is ten in New York
    house.told(ordered(buyer=BOTH), parcel())
    assert house.texts("sms") == []
    assert house.notices() == [(SHIPPED, "held", "own_hours")]
    house.clock.time = datetime(2026, 12, 2, 16, 59, tzinfo=UTC)
    assert lifecycle.release(house.hub) == 0
    house.clock.time = datetime(2026, 12, 2, 17, tzinfo=UTC)
    assert lifecycle.release(house.hub) == 1
    house.send()
    assert house.notices() == [(SHIPPED, "sent", "")]
    with house.store.read() as conn:
        steps = [step for step in trace(conn, SHIPPED) if step["what"] == "notice"]
    assert steps[0]["assumed"] == {"hours_wished": "06:00 - 12:00"}


def test_a_wish_said_while_it_waits_to_leave_is_obeyed(house: House) -> None:
    house.told(ordered(buyer=BOTH), parcel())
    store_says(house, Preference("sms"))
    house.send()
    assert [len(house.channels[name].sent) for name in ("sms", "whatsapp")] == [1, 0]


def test_the_chat_says_it_in_words_and_by_buttons(house: House) -> None:
    house.told(ordered(buyer=BOTH))
    house.hear("please only text me by sms")
    (answer,) = house.texts()
    assert "SMS" in answer
    house.hear("message settings")
    house.hear("not in the morning")
    house.texts()
    assert wished(house) == Preference("sms", MORNING)
    wish = preferences.decode(house.rows(customers)[0].prefers)
    assert wish
    assert (wish.by, bool(wish.proof)) == ("chat", True)
    house.clock.time = NOW + timedelta(hours=3)  # one in the afternoon
    house.told(parcel())
    assert len(house.texts("sms")) == 1
    house.hear("message settings")
    house.hear("as it is")
    assert wished(house) == Preference()


def test_who_asks_for_sms_only_agrees_to_it_at_the_number_they_write_from(house: House) -> None:
    house.told(ordered(buyer=msgspec.structs.replace(JANE, notify=())))
    house.hear("please only text me by sms")
    house.texts()
    assert ("sms", "service", True, "wished") in house.consents()
    house.told(parcel())
    assert len(house.texts("sms")) == 1


def test_a_stop_there_stays_one(house: House) -> None:
    house.told(ordered(buyer=BOTH))
    house.hear("STOP", SMS)
    house.hear("please only text me by sms")
    house.texts("sms")
    house.told(parcel())
    assert house.texts("sms") == []


def test_the_newest_word_holds_whoever_said_it_and_however_late_it_comes(house: House) -> None:
    store_says(house, Preference("sms"), NOW)
    store_says(house, Preference("whatsapp"), NOW - timedelta(hours=1))
    assert wished(house) == Preference("sms")
    house.later(hours=1)
    house.hear("only write to me on WhatsApp")
    assert wished(house) == Preference("whatsapp")
    store_says(house, Preference("sms"), NOW + timedelta(minutes=30))
    assert wished(house) == Preference("whatsapp")
    house.later(hours=1)
    store_says(house, Preference(), NOW + timedelta(hours=1, minutes=1))
    assert wished(house) == Preference()


def test_an_event_without_a_wish_changes_none(house: House) -> None:
    store_says(house, Preference("sms"))
    house.told(CustomerEvent(external_id="x", source="shop", at=NOW + timedelta(hours=1), customer=BOTH))
    assert wished(house) == Preference("sms")
