"""What a store is asked for is done once, whatever it answers; the customer hears what became of it."""

import asyncio
import dataclasses
from datetime import timedelta

import msgspec
import pytest

from core.errors import Outcome, SendError
from core.people.conversations import Proof
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus
from core.shop.store_events import OrderEvent
from flows.engine.effects import ShopRequest
from hub.outgoing.sender import LEASE, OutgoingSender, take_due
from storage.desk.tables import cases
from storage.people.tables import conversations
from storage.queues.tables import inbox
from tests.hub.house import House
from tests.hub.outgoing.asking import CANCEL, PENDING, Asking
from tests.storage.orders_sample import order

REFUSED = ShopAnswer(ShopStatus.REFUSED, "it is packed already")
AWAY = SendError(Outcome.RETRY, "http_503")
LOST = SendError(Outcome.AMBIGUOUS, "timeout")
UNREADABLE = SendError(Outcome.CONTENT_REJECTED, "http_422")
PHOTOS = {"return": {"id": "R1001-1", "photos": ["m1"], "lines": [{"line_id": "l1", "quantity": 1}]}}


@pytest.fixture
def asking(house: House) -> Asking:
    """Makes a house that knows a customer, and a store that can be asked."""
    house.hear("hello")
    house.texts()
    return Asking(house)


def test_request_says_everything_that_the_store_needs(asking: Asking) -> None:
    asking.ask(CANCEL)
    assert asking.call() == 1
    (event,) = asking.shop.asked
    document = event.document()
    assert document == {
        "specversion": "1.0",
        "id": event.id,
        "source": "doorstep",
        "type": "doorstep.order.cancel",
        "subject": "order/1001",
        "time": "2026-12-02T15:00:00Z",
        "data": {
            "id": "act-1",
            "expires_at": "2026-12-02T15:15:00Z",
            "order_number": "1001",
            "requested_by": "customer",
            "proof": "contact",
            "reason": "changed_mind",
        },
    }


def test_the_stores_system_is_told_its_own_name_of_the_order(asking: Asking) -> None:
    whole = msgspec.structs.replace(order(shipments=()), store_id="5001")
    asking.house.told(OrderEvent(external_id="o1", source="shop", at=asking.house.clock(), kind="updated", order=whole))
    asking.ask(CANCEL)
    asking.call()
    (event,) = asking.shop.asked
    assert event.order_id == "5001"
    assert "5001" not in str(event.document())


def test_return_is_named_by_its_own_id_and_photos_are_links(asking: Asking) -> None:
    house = asking.house
    house.hub = dataclasses.replace(house.hub, file_link=lambda media_id: f"https://desk.example/media/{media_id}")
    asking.ask(ShopRequest("act-2", "return.create", "1001", PHOTOS), proof=Proof.ORDER)
    asking.call()
    (event,) = asking.shop.asked
    assert event.subject == "return/R1001-1"
    assert event.data["proof"] == "order"
    assert event.data["return"]["photos"] == ["https://desk.example/media/m1"]


def test_done_is_told_once(asking: Asking) -> None:
    asking.ask(CANCEL)
    asking.call()
    assert asking.states() == [("act-1", "done", 1)]
    assert asking.house.texts() == ["Order 1001 is cancelled. If you've paid, the money goes back the way it came."]
    asking.call()
    assert len(asking.shop.asked) == 1
    assert asking.house.texts() == []


def test_customer_hears_it_in_their_language(house: House) -> None:
    house.hear("你好，我想问一下")
    house.texts()
    asking = Asking(house)
    asking.shop.script.append(REFUSED)
    asking.ask(CANCEL)
    asking.call()
    (words,) = asking.house.texts()
    assert words.startswith("抱歉，订单 1001 无法取消：it is packed already。")


def test_refusal_is_told_with_the_stores_reason(asking: Asking) -> None:
    asking.shop.script.append(REFUSED)
    asking.ask(CANCEL)
    asking.call()
    assert asking.states() == [("act-1", "refused", 1)]
    (words,) = asking.house.texts()
    assert words.startswith("Sorry, order 1001 could not be cancelled: it is packed already.")


@pytest.mark.parametrize("trouble", [AWAY, LOST, SendError(Outcome.MISCONFIGURED, "http_401")])
def test_what_may_pass_is_asked_again_with_the_same_ids(asking: Asking, trouble: SendError) -> None:
    asking.shop.script.append(trouble)
    asking.ask(CANCEL)
    asking.call()
    assert asking.states() == [("act-1", "pending", 1)]
    assert asking.call() == 0
    assert asking.house.texts() == []
    asking.house.later(seconds=5)
    asking.call()
    first, again = asking.shop.asked
    assert (first.id, first.data) == (again.id, again.data)
    assert asking.states() == [("act-1", "done", 2)]


def test_unanswered_request_becomes_a_filled_in_case_and_is_not_asked_again(asking: Asking) -> None:
    asking.shop.script.extend([AWAY] * 20)
    asking.ask(CANCEL)
    for _ in range(20):
        asking.call()
        asking.house.later(minutes=1)
    tried = len(asking.shop.asked)
    assert tried == 3  # at once, after five seconds and after five minutes; the next would be too late
    assert asking.states() == [("act-1", "failed", 3)]
    case = asking.house.row(cases)
    assert (case.reason, case.order_number) == ("shop_request", "1001")
    assert case.summary == (
        "Cancel order 1001. The store did not say that it did (expired). reason: changed_mind; proof: contact; "
        "request act-1"
    )
    assert asking.house.row(conversations).owner == "agent"
    (words,) = asking.house.texts()
    assert words.startswith("Cancelling order 1001 takes longer")


def test_request_that_the_store_cannot_read_is_peoples_at_once(asking: Asking) -> None:
    asking.shop.script.append(UNREADABLE)
    asking.ask(CANCEL)
    asking.call()
    assert asking.states() == [("act-1", "failed", 1)]
    assert "(http_422)" in asking.house.row(cases).summary


def test_pending_says_nothing_and_is_not_asked_again_until_a_day_has_passed(asking: Asking) -> None:
    asking.shop.script.append(PENDING)
    asking.ask(CANCEL)
    asking.call()
    assert asking.states() == [("act-1", "asked", 1)]
    asking.house.later(hours=23)
    asking.call()
    assert asking.house.texts() == []
    assert asking.house.rows(cases) == []
    asking.house.later(hours=2)
    asking.call()
    assert len(asking.shop.asked) == 1
    assert asking.states() == [("act-1", "failed", 1)]
    assert "(silent)" in asking.house.row(cases).summary


def test_call_whose_worker_died_is_made_again_when_its_lease_ends(asking: Asking) -> None:
    asking.ask(CANCEL)
    taken, _ = take_due(asking.house.hub, {"request": 5, "fact": 5})  # and then the worker is killed
    assert [each.key for each in taken] == ["act-1"]
    assert asking.call() == 0
    asking.house.later(seconds=LEASE.total_seconds())
    asking.call()
    (event,) = asking.shop.asked
    assert event.data["id"] == "act-1"
    assert asking.states() == [("act-1", "done", 2)]


def test_answer_of_a_call_that_lost_its_lease_changes_nothing(asking: Asking) -> None:
    asking.ask(CANCEL)
    slow, _ = take_due(asking.house.hub, {"request": 5, "fact": 5})
    asking.house.later(seconds=LEASE.total_seconds())
    asking.call()
    asking.house.texts()
    sender = OutgoingSender(asking.house.hub)
    asyncio.run(sender._write(slow[0], REFUSED))
    asking.house.drain()
    assert asking.states() == [("act-1", "done", 2)]
    assert asking.house.texts() == []


def test_two_workers_do_not_take_the_same(asking: Asking) -> None:
    asking.ask(CANCEL)
    room = {"request": 5, "fact": 5}
    assert len(take_due(asking.house.hub, room)[0]) == 1
    assert take_due(asking.house.hub, room)[0] == []


def test_same_request_written_twice_is_one(asking: Asking) -> None:
    asking.ask(CANCEL)
    asking.ask(CANCEL)
    asking.call()
    assert len(asking.shop.asked) == 1


def test_agent_in_the_thread_sees_the_outcome_and_the_customer_hears_it(asking: Asking) -> None:
    house = asking.house
    house.hear("I want to talk to a human")
    house.texts(), house.posts()
    asking.ask(CANCEL)
    asking.call()
    posts = [getattr(each, "text", "") for each in house.posts()]
    assert "Cancel order 1001: done, says the store. The customer was told." in posts
    assert [row.state for row in house.rows(cases)] == ["open"]


def test_nothing_is_told_after_a_stop_and_people_see_to_what_failed(asking: Asking) -> None:
    asking.shop.script.append(PENDING)
    asking.ask(CANCEL)
    asking.call()
    asking.house.hear("STOP")
    asking.house.texts()
    asking.house.later(hours=25)
    asking.call()
    assert asking.house.texts() == []
    assert asking.house.row(cases).reason == "shop_request"


def test_wait_is_as_long_as_until_the_next_try(asking: Asking) -> None:
    asking.shop.script.append(AWAY)
    asking.ask(CANCEL)
    asking.call()
    ours, seconds = take_due(asking.house.hub, {"request": 5, "fact": 5})
    assert (ours, seconds) == ([], 5.0)


def test_longer_wait_that_the_store_asks_for_is_kept_within_the_requests_time(asking: Asking) -> None:
    asking.shop.script.append(SendError(Outcome.PACE, "http_429", retry_after=3600))
    asking.ask(CANCEL)
    asking.call()
    assert asking.row().not_before == asking.house.clock() + timedelta(minutes=15)


def test_answer_is_nobodys_message(asking: Asking) -> None:
    asking.ask(CANCEL)
    asking.call()
    told = [msgspec.json.decode(row.payload) for row in asking.house.rows(inbox) if row.source == "happened"]
    assert [(each["type"], each["name"], each["key"]) for each in told] == [("happened", "shop.answered", "act-1")]


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "could not be cancelled: it has left us"), ("zh", "无法取消：商品已发出或正在打包")]
)
def test_refusal_that_we_know_is_told_in_the_customers_language(house: House, locale: str, words: str) -> None:
    house.hear("hello" if locale == "en" else "你好，我想问一下")
    house.texts()
    asking = Asking(house)
    asking.shop.script.append(ShopAnswer(ShopStatus.REFUSED, why=Refusal.SENT))
    asking.ask(CANCEL)
    asking.call()
    assert words in house.texts()[0]
    assert asking.row().reason == "sent"


def test_every_refusal_has_its_words(asking: Asking) -> None:
    for why in Refusal:
        for locale in ("en", "zh"):
            assert asking.house.hub.say(f"shop_refusal_{why}", locale)


def test_what_was_taken_and_may_come_to_nothing_is_looked_at_less_and_less_often(asking: Asking) -> None:
    looking = ShopAnswer(ShopStatus.PENDING, id="job-7", again=20)
    asking.shop.script.extend([looking] * 60)
    asking.ask(CANCEL)
    calls = asking.call()
    gaps = []
    while asking.row().state == "asked" and calls < 60:
        gaps.append((asking.row().not_before - asking.house.hub.now()).total_seconds())
        asking.house.clock.advance(seconds=gaps[-1])
        calls += asking.call()
    assert gaps[0] == 20
    assert gaps == sorted(gaps[:-1]) + gaps[-1:]
    assert calls < 30
    assert {each.remote_id for each in asking.shop.asked[1:]} == {"job-7"}
    assert (asking.row().state, asking.row().code) == ("failed", "silent")


def test_what_was_taken_and_came_to_nothing_is_told_when_it_is_seen(asking: Asking) -> None:
    looking = ShopAnswer(ShopStatus.PENDING, id="job-7", again=20)
    asking.shop.script.extend([looking, AWAY, ShopAnswer(ShopStatus.REFUSED, why=Refusal.RETURN_OPEN)])
    asking.ask(CANCEL)
    asking.call()
    for _ in range(2):
        asking.house.clock.advance(minutes=20)  # past the time in which it is to be taken
        asking.call()
    assert asking.house.texts() == [
        'Sorry, order 1001 could not be cancelled: a return is under way for it. Write "agent" if you\'d like a person '
        "to look at it."
    ]


def test_people_read_why_nobody_carries_it_out(asking: Asking) -> None:
    asking.shop.script.append(ShopAnswer(ShopStatus.FAILED, "the app lacks the scope write_orders"))
    asking.ask(CANCEL)
    asking.call()
    with asking.house.store.read() as conn:
        (case,) = conn.execute(cases.select()).all()
    assert "the app lacks the scope write_orders" in case.summary
    assert "scope" not in asking.house.texts()[0]
