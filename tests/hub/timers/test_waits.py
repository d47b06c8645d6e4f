"""Tests flows that wait, on the database: for a time, for news of the store, reminders; crashes, agents, STOP."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from flows.engine.events import External
from flows.engine.flowset import FlowSet
from flows.loading.loader import LIBRARY, load_flows
from hub.happenings import tell
from hub.timers.loop import Timers
from storage.engine.store import Store
from storage.people import privacy
from storage.people.tables import conversations
from storage.queues import timers
from storage.queues.tables import inbox, waits
from tests.fakes import shipped_policies
from tests.hub.house import SMS, House
from tests.hub.orders.test_apply import ordered, parcel

FLOWS = """\
slots:
  news: {type: any}
  colour: {type: text}
flows:
  order_status:
    triggers: [order_status]
    steps:
      - wait: {event: order.updated, key: "'1001'", for: 2h}
        save: news
      - utter: utter_thanks
  returns:
    triggers: [return_item]
    remind_after: 30m
    steps:
      - collect: colour
        utter: utter_ask_colour
      - utter: utter_goodbye
"""


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> FlowSet:
    folder: Path = tmp_path_factory.mktemp("waits")
    (folder / "flows.yaml").write_text(FLOWS)
    (folder / "en.yaml").write_text('utter_ask_colour: "Which colour?"\n')
    files = [*LIBRARY, folder / "flows.yaml"]
    return load_flows(files, [*LIBRARY, folder / "en.yaml"], shipped_policies().settings())


@pytest.fixture
def waiting(store: Store, flows: FlowSet) -> House:
    """Makes an installation with a customer whose flow waits for two hours."""
    house = House(store, flows=flows)
    house.hear("where is my order?")
    assert house.texts() == []
    return house


@pytest.fixture
def asked(store: Store, flows: FlowSet) -> House:
    """Makes an installation with a customer who is asked for a colour, and has not answered."""
    house = House(store, flows=flows)
    house.hear("i want to return my boots")
    assert house.texts() == ["Which colour?"]
    return house


def tick(house: House) -> None:
    """Does what a worker does when something is due."""
    asyncio.run(Timers(house.hub, {}).look())
    house.drain()


def said(house: House) -> str:
    return house.hub.flows.say("utter_thanks", "en")


def test_the_clock_sees_a_wait_only_when_it_is_over(waiting: House) -> None:
    def kinds() -> set[str]:
        with waiting.store.read() as conn:
            return {each.kind for each in timers.due(conn, waiting.clock(), timers.Patience())}

    waiting.later(hours=1, minutes=59)
    assert timers.WAITS not in kinds()
    waiting.later(minutes=2)
    assert timers.WAITS in kinds()


def test_the_time_goes_on_once(waiting: House) -> None:
    waiting.later(hours=1)
    tick(waiting)
    assert waiting.texts() == []
    waiting.later(hours=1)
    tick(waiting)
    tick(waiting)
    assert waiting.texts() == [said(waiting)]
    assert waiting.rows(waits) == []


def test_a_crash_before_the_turn_loses_nothing(waiting: House) -> None:
    waiting.later(hours=2)
    asyncio.run(Timers(waiting.hub, {}).look())  # and the worker dies: nothing is drained
    assert waiting.rows(waits) == []
    assert len([row for row in waiting.rows(inbox) if row.source == "happened"]) == 1
    waiting.drain()
    assert waiting.texts() == [said(waiting)]


def test_news_of_the_order_goes_on_and_ends_the_wait(waiting: House) -> None:
    waiting.told(ordered("a"), parcel("b"))
    waiting.drain()
    assert said(waiting) in waiting.texts()
    assert waiting.rows(waits) == []
    waiting.later(hours=2)
    tick(waiting)
    assert waiting.texts() == []


def test_what_is_told_twice_is_heard_once(waiting: House) -> None:
    conversation = waiting.row(conversations).id
    for _ in range(2):
        with waiting.store.write() as conn:
            assert tell(waiting.hub, conn, conversation, External("order.updated", "1001"), "once", waiting.clock())
    waiting.drain()
    assert waiting.texts() == [said(waiting)]
    with waiting.store.write() as conn:
        assert not tell(waiting.hub, conn, "nobody", External("order.updated", "1001"), "gone", waiting.clock())


def test_it_is_forgotten_when_an_agent_has_the_conversation(waiting: House) -> None:
    waiting.hear("agent")
    waiting.texts()
    waiting.later(hours=2)
    tick(waiting)
    assert waiting.texts() == []
    assert '"aside"' not in waiting.row(conversations).session


def test_a_stop_forgets_it(waiting: House) -> None:
    waiting.hear("STOP")
    waiting.texts()
    waiting.later(hours=2)
    tick(waiting)
    assert waiting.texts() == []


def test_erasure_removes_it(waiting: House) -> None:
    with waiting.store.write() as conn:
        privacy.erase(conn, waiting.row(conversations).customer_id, waiting.clock())
    assert waiting.rows(waits) == []


def test_a_silent_customer_is_reminded_once(asked: House) -> None:
    asked.later(minutes=31)
    tick(asked)
    assert asked.texts() == ["Are you still there?\nWhich colour?"]
    asked.later(minutes=31)
    tick(asked)
    assert asked.texts() == []
    asked.hear("black")
    assert asked.hub.flows.say("utter_goodbye", "en") in asked.texts()
    assert asked.rows(waits) == []


def test_who_answers_is_not_reminded(asked: House) -> None:
    asked.hear("black")
    asked.texts()
    assert asked.rows(waits) == []


def test_nobody_is_reminded_while_an_agent_has_the_conversation(asked: House) -> None:
    asked.hear("agent")
    asked.texts()
    asked.later(minutes=31)
    tick(asked)
    assert asked.texts() == []


def test_nobody_is_reminded_after_a_stop(asked: House) -> None:
    asked.hear("STOP")
    asked.texts()
    asked.later(minutes=31)
    tick(asked)
    assert asked.texts() == []


def test_nobody_is_reminded_when_the_window_has_closed(asked: House) -> None:
    asked.later(hours=24, minutes=5)  # the clock was away for a day
    tick(asked)
    assert asked.texts() == []


def test_a_channel_without_a_window_has_no_such_end(store: Store, flows: FlowSet) -> None:
    house = House(store, flows=flows)
    house.hear("i want to return my boots", SMS)
    house.texts("sms")
    house.later(hours=24, minutes=5)
    tick(house)
    assert house.texts("sms") == ["Are you still there?\nWhich colour?"]


def test_two_customers_wait_for_themselves(waiting: House) -> None:
    waiting.later(minutes=1)
    waiting.hear("where is my order?", SMS)
    waiting.later(hours=1, minutes=59)
    tick(waiting)
    assert (len(waiting.texts()), waiting.texts("sms")) == (1, [])
    assert waiting.row(waits).due_at - waiting.clock() == timedelta(minutes=1)
