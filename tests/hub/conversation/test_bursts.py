"""Tests that a greeting or fragment waits for what follows, and what is understood waits for nothing."""

from datetime import timedelta

import pytest

from core.shop.orders import Buyer
from hub import metrics
from hub.hub import Timing
from storage.engine.store import Store
from storage.people.tables import messages
from tests.fakes import PHONE
from tests.hub.house import SMS, WHATSAPP, House
from tests.storage.orders_sample import saved_order

BURST = Timing(burst_seconds=1.5)
JANE = Buyer(id="c1", name="Jane Doe", phone=PHONE, locale="en")


@pytest.fixture
def house(store: Store) -> House:
    made = House(store, timing=BURST)
    saved_order(store, JANE)
    return made


def test_a_greeting_and_what_follows_are_one_turn(house: House) -> None:
    house.hear("hi there")
    assert house.texts() == []
    house.later(seconds=0.8)
    house.hear("where is my order?")
    house.later(seconds=0.8)
    house.drain()
    (answer,) = house.texts()
    assert "#1001" in answer


def test_a_message_is_counted_once_however_often_it_waits(house: House) -> None:
    counted = metrics.turns.labels("whatsapp")._value.get
    before = counted()
    house.hear("hello")
    house.drain()
    house.later(seconds=1.6)
    house.drain()
    assert len(house.texts()) == 1
    assert counted() - before == 1


def test_a_greeting_alone_is_answered_after_the_wait(house: House) -> None:
    house.hear("hello")
    house.later(seconds=1.4)
    house.drain()
    assert house.texts() == []
    house.later(seconds=0.2)
    house.drain()
    (answer,) = house.texts()
    assert "What can I do" in answer


def test_several_fragments_are_read_together(house: House) -> None:
    for words in ("hi", "um", "well so", "where is my order?"):
        house.say(words)
        house.later(seconds=0.2)
    house.later(seconds=1.5)
    house.drain()
    (answer,) = house.texts()
    assert "#1001" in answer


@pytest.mark.parametrize("words", ["where is my order?", "agent", "menu", "thanks!", "STOP", "我的订单到哪了"])
def test_what_is_understood_is_answered_at_once(house: House, words: str) -> None:
    house.hear(words)
    assert len(house.texts()) == 1


def test_two_requests_in_a_row_stay_two_turns(house: House) -> None:
    house.say("where is my order?")
    house.say("menu")
    house.drain()
    assert len(house.texts()) == 2


def test_an_answer_to_the_open_question_waits_for_nothing(house: House) -> None:
    house.hear("menu")
    house.hear("1")
    assert len(house.texts()) == 2
    house.hear("gibberish of no language")
    assert house.texts() == []


def test_the_words_stay_apart_on_the_timeline_where_they_came_apart(house: House) -> None:
    house.say("hello")
    house.later(seconds=20)
    house.say("where is my order?")
    house.drain()
    assert len(house.texts()) == 2


def test_the_wait_survives_a_crash(house: House, store: Store) -> None:
    house.hear("hello")
    after = House(store, timing=BURST, clock=house.clock)
    after.clock = house.clock
    house.later(seconds=2)
    after.drain()
    assert len(after.texts()) == 1
    with store.read() as conn:
        said = conn.execute(messages.select()).all()
    assert next(row.text for row in said) == "hello"


def test_others_are_answered_while_one_waits(house: House) -> None:
    house.say("hello", WHATSAPP)
    house.say("menu", SMS)
    house.drain()
    assert house.texts() == []
    assert len(house.channels["sms"].texts) == 1


def test_each_wait_ends_with_a_wake_up_of_its_own(house: House) -> None:
    house.say("hello", WHATSAPP)
    house.later(seconds=0.5)
    house.say("hello", SMS)
    house.drain()
    assert house.waker.delays == [1.0, 1.5]


def test_without_the_setting_nothing_waits(store: Store) -> None:
    house = House(store)
    house.hear("hello")
    assert len(house.texts()) == 1
    assert timedelta(seconds=Timing().burst_seconds) == timedelta()
