"""Tests how often a turn talks to the database: statements and transactions, of every kind of turn that is common."""

import asyncio
import dataclasses
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from core.people.one_time_codes import code_of
from core.shop.orders import OrderStatus
from flows.engine.flowset import FlowSet
from flows.loading.loader import LIBRARY, load_flows
from hub import shards
from hub.delivery.outcomes.results import record
from hub.delivery.taking import take_due
from hub.drain import LANES
from hub.hub import Outlets
from hub.outgoing.sender import OutgoingSender
from storage.engine.store import Store
from storage.outgoing.tables import outgoing
from storage.people.tables import one_time_codes
from storage.queues.tables import waits
from tests.fakes import shipped_policies
from tests.hub.house import House, sent_by
from tests.hub.outgoing.asking import FakeShop
from tests.hub.people import JANE
from tests.storage.orders_sample import PARCEL, saved_order

WAITING = """\
slots:
  news: {type: any}
  colour: {type: text}
flows:
  order_status:
    triggers: [order_status]
    steps:
      - wait: {event: order.updated, key: "'1001'", for: 2h}
        save: news
  returns:
    triggers: [return_item]
    remind_after: 30m
    steps:
      - collect: colour
        utter: utter_ask_colour
"""
# Counted in SQLite's own words.
pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


class Meter:
    """Holds an installation with one customer and one order, and what a worker says to its database."""

    def __init__(self, store: Store, **changes: Any) -> None:
        self.said: list[str] = []
        self.counted: list[str] = []

        def listen(connection: Any, _record: Any) -> None:
            connection.set_trace_callback(self.said.append)

        store.close()
        for engine in (store.engine, store._reader):
            event.listen(engine, "connect", listen)
        self.house = House(store, at_once=True, **changes)

    def before(self, *texts: str) -> None:
        """Lets the customer say what is not counted."""
        for text in texts:
            self.house.hear(text)
            self.house.send()

    def turn(self, text: str) -> None:
        """Lets the customer say this; what is counted ends when the answer is sent and that is recorded."""
        house = self.house
        lease = shards.renew(house.hub, "house")
        house.say(text)
        self.said.clear()
        LANES.drain(house.hub, lease)
        for job in house.boarded:
            record(house.hub, house.pace, [sent_by(job)])
            take_due(house.hub, house.pace, 50)  # the sender's look after each recording
        self.counted = [*self.said]

    def costs(self, statements: int, transactions: int) -> None:
        """Requires that what was counted stays within these numbers; rows of one INSERT count once."""
        begun = sum(each.startswith("BEGIN") for each in self.counted)
        asked = [each for each in self.counted if not each.startswith(("BEGIN", "COMMIT"))]
        asked = [each for each, before in zip(asked, ["", *asked], strict=False) if _into(each) != _into(before)]
        assert len(asked) <= statements, "\n".join(asked)
        assert begun <= transactions


def _into(statement: str) -> str:
    """Returns an INSERT without its values, anything else whole."""
    return statement.partition(" VALUES ")[0] if statement.startswith("INSERT") else statement


@pytest.fixture
def meter(store: Store) -> Meter:
    made = Meter(store, code_of=partial(code_of, "secret"))
    saved_order(store, JANE, shipments=(), status=OrderStatus.PAID)
    shop = FakeShop()
    made.house.hub = dataclasses.replace(made.house.hub, outlets=Outlets(shop, shop))
    return made


@pytest.fixture(scope="module")
def waiting_flows(tmp_path_factory: pytest.TempPathFactory) -> FlowSet:
    folder: Path = tmp_path_factory.mktemp("waiting")
    (folder / "flows.yaml").write_text(WAITING)
    (folder / "en.yaml").write_text('utter_ask_colour: "Which colour?"\n')
    files = [*LIBRARY, folder / "flows.yaml"]
    return load_flows(files, [*LIBRARY, folder / "en.yaml"], shipped_policies().settings())


@pytest.mark.parametrize(
    ("text", "most"),
    [
        pytest.param("menu", 14, id="a command"),
        pytest.param("where is my order?", 21, id="how an order stands, with a day that is promised"),
        pytest.param("do you know a good recipe for soup?", 15, id="what is not understood"),
        pytest.param("how long do I have to send something back?", 18, id="a question"),
        pytest.param("what sizes do the leather boots come in?", 19, id="a product"),
        pytest.param("I want to return the boots", 18, id="a return begins"),
    ],
)
def test_a_message_of_a_known_customer(meter: Meter, text: str, most: int) -> None:
    meter.before("hello")
    meter.turn(text)
    meter.costs(most, 2)


def test_how_an_order_stands_that_is_under_way(store: Store) -> None:
    meter = Meter(store)
    saved_order(store, JANE)
    meter.before("hello")
    meter.turn("where is my order?")
    meter.costs(20, 2)  # two of them book the day that is told


def test_a_day_that_is_not_told_costs_nothing(store: Store) -> None:
    meter = Meter(store)
    saved_order(store, JANE, shipments=(msgspec.structs.replace(PARCEL, eta=None),), promised_by=None)
    meter.before("hello")
    meter.turn("where is my order?")
    meter.costs(18, 2)
    assert not any("promises" in each for each in meter.counted)


def test_an_answer_to_a_question(meter: Meter) -> None:
    meter.before("I want to cancel my order")
    meter.turn("changed my mind")
    meter.costs(14, 2)


def test_a_turn_that_asks_the_store(meter: Meter) -> None:
    meter.before("I want to cancel my order", "changed my mind")
    meter.turn("yes")
    assert [row.type for row in meter.house.rows(outgoing)] == ["doorstep.order.cancel"]
    meter.costs(11, 1)


def test_the_store_answers(meter: Meter) -> None:
    meter.before("I want to cancel my order", "changed my mind", "yes")
    house = meter.house
    lease = shards.renew(house.hub, "house")
    meter.said.clear()
    assert asyncio.run(OutgoingSender(house.hub).look()) == 1
    LANES.drain(house.hub, lease)
    meter.counted = [*meter.said]
    assert house.boarded
    meter.costs(18, 3)


def test_a_turn_that_begins_a_wait(store: Store, waiting_flows: FlowSet) -> None:
    meter = Meter(store, flows=waiting_flows)
    meter.before("hello")
    meter.turn("where is my order?")
    assert len(meter.house.rows(waits)) == 1
    meter.costs(16, 2)


def test_a_turn_that_begins_a_reminder(store: Store, waiting_flows: FlowSet) -> None:
    meter = Meter(store, flows=waiting_flows)
    meter.before("hello")
    meter.turn("i want to return my boots")
    assert len(meter.house.rows(waits)) == 1
    meter.costs(16, 2)


def test_a_turn_that_sends_a_code(meter: Meter) -> None:
    meter.before("hello")
    meter.turn("change the delivery address")
    assert len(meter.house.rows(one_time_codes)) == 1
    meter.costs(35, 3)


def test_a_case_that_opens(store: Store) -> None:
    meter = Meter(store)
    meter.before("hello")
    meter.turn("agent")
    meter.costs(36, 3)  # one starts the clocks of the case; the card, drawn at once, reads a dozen


def test_words_to_an_agent(store: Store) -> None:
    meter = Meter(store)
    meter.before("agent", "are you there or not?")
    meter.turn("are you there?")
    meter.costs(8, 2)  # one of them reads the case's clocks
    meter.house.send()
    meter.house.writes("Hello")
    meter.house.send()
    meter.turn("a question")
    meter.costs(10, 2)  # one more starts that of the next answer, and one has the card show it
    meter.turn("and another one")
    meter.costs(8, 2)


def test_three_messages_in_a_row_cost_as_one(meter: Meter) -> None:
    meter.before("hello")
    for text in ("hi", "quick question", "how long do I have to send something back?"):
        meter.house.say(text)
    meter.turn("thanks")
    meter.costs(24, 3)
