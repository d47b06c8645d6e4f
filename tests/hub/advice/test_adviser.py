"""Tests that a message nobody here understood is asked about while its conversation rests, and what follows from each
answer, and from none."""

import asyncio
import dataclasses
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import Outcome, SendError
from core.people.addresses import Address
from core.shop.orders import Buyer, OrderStatus
from hub.advice.adviser import AT_ONCE, Adviser
from hub.breaker import FAILURES
from hub.hub import Timing
from hub.trace import trace
from storage.advice.tables import advice as advice_table
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.outgoing.tables import outgoing
from storage.queues.tables import inbox, leases
from tests.fakes import PHONE
from tests.hub.house import SMS, WHATSAPP, House
from tests.llm_server import meaning
from tests.storage.orders_sample import saved_order

ODD = "they pinch my toes, have them again please"  # means a return; our phrases do not say it so
ODDER = "mich drückt der schuh ganz arg"
BUY = Buyer(id="c1", name="Jane Doe", phone=PHONE, locale="en")
Answer = str | SendError | Callable[[], Awaitable[str]]


class Model:
    """Answers by its script: a text, an error, or what something waits for; keeps what it was asked."""

    def __init__(self, *script: Any) -> None:
        self.script: deque[Any] = deque(script)
        self.asked: list[dict[str, Any]] = []
        self.seconds: list[float] = []

    async def answer(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], seconds: float) -> str:
        self.asked.append(json.loads(messages[1]["content"]))
        self.seconds.append(seconds)
        found = self.script.popleft() if self.script else meaning()
        if isinstance(found, Exception):
            raise found
        if callable(found):
            found = await found()
        return found if isinstance(found, str) else json.dumps(found)

    async def check(self) -> str:
        return "is there"


class Desk(House):
    """Is an installation with a language model; `think` lets it answer everything that is asked."""

    def __init__(self, store: Store, model: Model, daily: int = 1000, **changes: Any) -> None:
        super().__init__(store, **{"timing": Timing(advice_seconds=3), **changes})
        self.model = model
        self.adviser = Adviser(self.hub, model, daily)
        self.hub = dataclasses.replace(self.hub, advisor=self.adviser)

    def think(self) -> None:
        """Runs the loop until nothing is asked any more."""

        async def main() -> None:
            running = asyncio.create_task(self.adviser.run())
            while self.adviser._wanted or self.adviser._tasks:
                await asyncio.sleep(0.01)
            self.adviser.stop()
            await running

        asyncio.run(main())
        self.adviser._rounds.__init__("again", 5.0)  # type: ignore[misc] # a loop is started once, and here anew

    def resting(self) -> list[str]:
        """Lists the keys that rest."""
        with self.store.read() as conn:
            return list(
                conn.scalars(select(leases.c.key).where(leases.c.owner == "rest", leases.c.until >= self.clock()))
            )


def error(outcome: Outcome, code: str = "x", **more: Any) -> SendError:
    return SendError(outcome, code, **more)


@pytest.fixture
def desk(store: Store) -> Desk:
    saved_order(store, BUY)
    return Desk(store, Model(meaning("return_item")))


def somebody(n: int) -> Address:
    """Makes the address of another customer."""
    return Address(WHATSAPP.channel, WHATSAPP.account, f"+1202555{n:04d}")


def local(store: Store, text: str) -> list[str]:
    """Says what a stranger is answered without any model."""
    house = House(store)
    house.hear(text, somebody(999), external_id="alone")
    return house.texts()


def results(desk: Desk) -> list[str]:
    return [row.result for row in desk.rows(advice_table)]


# --- the way of a question


@pytest.mark.parametrize("text", [ODD, "鞋子顶着脚趾头怎么整"])
def test_the_conversation_rests_and_goes_on_once_the_answer_is_there(desk: Desk, text: str) -> None:
    desk.hear(text)
    assert desk.texts() == []
    assert desk.resting() == [WHATSAPP.key]
    desk.think()
    assert desk.resting() == []
    desk.drain()
    (answer,) = desk.texts()
    assert "#1001" in answer  # which order, or which of its items, is sent back
    assert ("订单" in answer) == (text != ODD)
    desk.drain()
    desk.later(seconds=10)
    desk.drain()
    assert desk.texts() == []
    assert results(desk) == ["answered"]


def test_others_are_answered_meanwhile(desk: Desk) -> None:
    desk.hear(ODD)
    desk.hear("menu", SMS)
    assert len(desk.texts("sms")) == 1
    assert desk.texts() == []


@pytest.mark.parametrize("text", ["where is my order?", "agent", "menu", "STOP", "thanks!", "my lawyer will call", "?"])
def test_what_is_understood_here_is_never_asked(desk: Desk, text: str) -> None:
    desk.hear(text)
    desk.think()
    assert desk.model.asked == []
    assert desk.rows(advice_table) == []
    assert len(desk.texts()) == 1


def test_the_question_holds_what_was_said_before_without_whose_it_is(desk: Desk) -> None:
    desk.hear("where is my order 1001? I am Jane Doe, jane@example.com")
    desk.texts()
    desk.hear(f"{ODD}, Jane Doe")
    desk.think()
    (asked,) = desk.model.asked
    said = json.dumps([asked["message"], asked["conversation"]], ensure_ascii=False)
    for secret in ("Jane", "Doe", "1001", "example.com", PHONE, PHONE[-4:]):
        assert secret not in said
    assert [line["by"] for line in asked["conversation"]][:1] == ["customer"]
    assert len(asked["conversation"]) <= 6
    assert asked["message"] == f"{ODD}, [name]"


def test_two_messages_in_one_breath_are_each_asked_with_what_was_before(desk: Desk) -> None:
    desk.model.script = deque([meaning(), meaning("return_item")])
    desk.say(ODDER)
    desk.say(ODD)
    desk.drain()
    desk.think()
    desk.drain()
    desk.think()
    desk.drain()
    assert [each["message"] for each in desk.model.asked] == [ODDER, ODD]
    assert desk.model.asked[1]["conversation"][0] == {"by": "customer", "text": ODDER}
    assert len(desk.texts()) == 2


def test_equal_questions_are_asked_once(desk: Desk, store: Store) -> None:
    desk.hear(ODD)
    desk.hear(ODD, SMS)
    desk.think()
    desk.drain()
    assert len(desk.model.asked) == 1
    assert desk.resting() == []
    assert len(desk.texts()) == 1
    assert len(desk.texts("sms")) == 1


def test_the_trace_tells_what_was_chosen_and_no_words(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = [{"name": "reason", "value": "size_small", "words": "pinch my toes"}]
    desk.model.script = deque([meaning("return_item", slots=told)])
    name = desk.hear(ODD)
    desk.think()
    desk.drain()
    with desk.store.read() as conn:
        steps = trace(conn, name)
    (step,) = [each for each in steps if each["what"] == "language model asked"]
    assert (step["result"], step["chose"], step["calls"]) == ("answered", "return_item reason", 1)
    logged = next(record for record in caplog.records if record.message == "a language model was asked")
    assert (logged.__dict__["result"], logged.__dict__["chosen"]) == ("answered", "return_item reason")
    for text in (str(steps), *(str(record.__dict__) for record in caplog.records)):
        assert "pinch" not in text


# --- beside what the customer still writes


BURSTS = Timing(burst_seconds=1.5, advice_seconds=3)


def test_advice_is_answered_at_once_though_more_might_have_come(store: Store) -> None:
    desk = Desk(store, Model(meaning("shipping_time")), timing=BURSTS)
    desk.hear(ODD)
    desk.later(seconds=0.4)
    desk.think()
    desk.drain()
    assert len(desk.texts()) == 1


def test_without_advice_what_the_customer_still_writes_is_waited_for(store: Store) -> None:
    desk = Desk(store, Model(meaning()), timing=BURSTS)
    desk.hear(ODD)
    desk.later(seconds=0.4)
    desk.think()
    desk.drain()
    assert desk.texts() == []
    desk.later(seconds=1.2)
    desk.drain()
    assert len(desk.texts()) == 1
    assert len(desk.model.asked) == 1


def test_what_follows_meanwhile_is_read_with_it(store: Store) -> None:
    saved_order(store, BUY)
    desk = Desk(store, Model(meaning("price")), timing=BURSTS)
    desk.hear("well so um")
    desk.later(seconds=0.8)
    desk.hear("where is my order?")
    desk.think()
    desk.drain()
    (answer,) = desk.texts()
    assert "#1001" in answer
    assert results(desk) == ["answered"]  # of the fragment alone, which nobody waits for any more


def test_nobody_waits_longer_than_since_their_first_words(store: Store) -> None:
    """Each further message may be asked about, but the answer to the first does not wait for that."""
    desk = Desk(store, Model(), timing=Timing(advice_seconds=3))
    for n in range(3):
        desk.hear(f"{ODD} {'again ' * n}")
        desk.later(seconds=1.2)
    assert desk.texts() == []
    desk.drain()
    assert len(desk.texts()) == 3


# --- what can go wrong


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (meaning(), "nothing"),
        ("I'd say that is a return!", "unreadable"),
        (meaning("give_refund"), "unreadable"),
        (meaning("return_item", choice="7"), "unreadable"),
        ({"reply": "Hello, your refund is on its way"}, "unreadable"),
        (error(Outcome.PACE, "http_429", retry_after=60), "refused"),
        (error(Outcome.MISCONFIGURED, "http_401"), "refused"),
        (error(Outcome.AMBIGUOUS, "timeout"), "timeout"),
        (error(Outcome.CONTENT_REJECTED, "unreadable_answer"), "unreadable"),
        (RuntimeError("a bug"), "failed"),
    ],
)
def test_every_other_answer_leads_to_our_own_reading(store: Store, answer: Any, result: str) -> None:
    desk = Desk(store, Model(answer))
    desk.hear(ODD)
    desk.think()
    desk.drain()
    assert desk.texts() == local(store, ODD)
    assert results(desk) == [result]
    assert len(desk.model.asked) == 1


@pytest.mark.parametrize("code", ["http_500", "connect", "connection_lost"])
def test_it_is_asked_once_more_where_that_may_help(desk: Desk, code: str) -> None:
    outcome = Outcome.AMBIGUOUS if code == "connection_lost" else Outcome.RETRY
    desk.model.script = deque([error(outcome, code), meaning("return_item")])
    desk.hear(ODD)
    desk.think()
    desk.drain()
    assert "#1001" in desk.texts()[0]
    (row,) = desk.rows(advice_table)
    assert (row.calls, row.result) == (2, "answered")


def test_and_no_third_time(store: Store) -> None:
    desk = Desk(store, Model(*[error(Outcome.RETRY, "http_503")] * 3))
    desk.hear(ODD)
    desk.think()
    desk.drain()
    assert len(desk.model.asked) == 2
    assert desk.texts() == local(store, ODD)
    assert results(desk) == ["failed"]


def test_an_answer_that_does_not_come_is_waited_for_three_seconds_and_no_longer(store: Store) -> None:
    async def never() -> str:
        await asyncio.sleep(60)
        return ""

    desk = Desk(store, Model(never), timing=Timing(advice_seconds=0.3))
    desk.hear(ODD)
    started = time.monotonic()
    desk.think()
    assert time.monotonic() - started < 2
    desk.drain()
    assert results(desk) == ["timeout"]
    assert len(desk.texts()) == 1
    assert Timing().advice_seconds == 3


def test_the_customer_is_answered_in_time_also_if_the_loop_is_dead(desk: Desk) -> None:
    desk.hear(ODD)
    desk.later(seconds=2.9)
    desk.drain()
    assert desk.texts() == []
    desk.later(seconds=0.2)
    desk.drain()
    assert len(desk.texts()) == 1


def test_a_message_that_waited_elsewhere_is_not_asked_about_any_more(desk: Desk) -> None:
    desk.say(ODD)
    desk.later(seconds=4)
    desk.drain()
    assert len(desk.texts()) == 1
    assert desk.model.asked == []


def test_a_question_that_died_with_its_worker_is_asked_again(desk: Desk, store: Store) -> None:
    desk.hear(ODD)
    after = Desk(store, Model(meaning("return_item")), clock=desk.clock)
    after.clock = desk.clock
    desk.later(seconds=1)
    with store.write() as conn:  # the rest of a dead worker lasts; a shard's new owner looks once it is over
        conn.execute(leases.delete().where(leases.c.owner == "rest"))
    after.drain()
    after.think()
    after.drain()
    assert len(after.model.asked) == 1
    assert len(after.texts()) == 1
    assert desk.texts() == []
    assert all(row.handled_at for row in after.rows(inbox))


def test_an_answer_that_comes_too_late_answers_nobody_twice(desk: Desk) -> None:
    desk.hear(ODD)
    desk.later(seconds=3.1)
    desk.drain()
    assert len(desk.texts()) == 1
    desk.think()
    desk.drain()
    assert desk.texts() == []


def test_it_is_left_alone_after_failures(store: Store) -> None:
    desk = Desk(store, Model(*[error(Outcome.MISCONFIGURED, "http_401")] * (FAILURES + 1)))
    for n in range(FAILURES + 2):
        desk.hear(f"{ODD} {'again ' * n}", somebody(n))
        desk.think()
        desk.drain()
        assert len(desk.texts()) == 1
    assert len(desk.model.asked) == FAILURES
    assert desk.resting() == []


def test_no_more_is_asked_than_the_budget_allows_also_after_a_restart(store: Store) -> None:
    desk = Desk(store, Model(), daily=2)
    for n in range(4):
        desk.hear(f"{ODD} {'again ' * n}", somebody(n))
        desk.think()
        desk.drain()
        desk.later(seconds=100)
    after = Desk(store, Model(), daily=2, clock=desk.clock)
    after.clock = desk.clock
    after.hear(f"{ODDER} hm hm", somebody(7), external_id="after")
    after.think()
    after.drain()
    assert (len(desk.model.asked), len(after.model.asked)) == (2, 0)
    assert len([*desk.texts(), *after.texts()]) == 5
    after.later(hours=25)
    after.hear(f"{ODDER} hm hm hm", somebody(8), external_id="later")
    after.think()
    assert len(after.model.asked) == 1


def test_more_than_it_can_take_is_not_asked(store: Store) -> None:
    desk = Desk(store, Model())
    for n in range(AT_ONCE + 3):
        desk.say(ODD + " x" * n, somebody(n))
    desk.drain()
    desk.think()
    desk.drain()
    assert len(desk.model.asked) == AT_ONCE
    assert len(desk.texts()) == AT_ONCE + 3


def test_nothing_is_done_by_advice_without_the_flows_own_confirmation(desk: Desk, store: Store) -> None:
    saved_order(store, BUY, number="1002", status=OrderStatus.PAID, shipments=())
    script = [meaning("cancel_order"), *[meaning("cancel_order", choice="1")] * 5]
    desk.model.script = deque(script)
    for n in range(6):
        desk.hear(f"the quick fox says go ahead {'now ' * n}")
        desk.think()
        desk.drain()
    assert desk.rows(outgoing) == []
    assert all(case.reason in ("max_attempts", "no_match_3", "asked_human") for case in desk.rows(cases))


def test_without_a_model_nothing_rests(store: Store) -> None:
    house = House(store)
    house.hear(ODD)
    assert len(house.texts()) == 1
    assert timedelta(seconds=house.hub.timing.advice_seconds) == timedelta(seconds=3)
    assert house.hub.advisor is None
