"""What a customer wants done at the store is done once, and told when it is known, also when the worker is killed."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from storage import tables
from tests.journeys.actors import until
from tests.journeys.conftest import QUICK
from tests.journeys.system import System, system

outgoing = tables.outgoing.c
LEASE_SECONDS = 45.0  # a call whose worker died is made again after thirty


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system of its own: the demo orders are changed here."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        made.run(QUICK)
        until(lambda: made.api("state")["product"]["seeded"], "the demo orders")
        made.handled()
        yield made


def order(shop: System, number: str) -> Any:
    return next(each for each in shop.api("state")["orders"] if each["number"] == number)


def requests(shop: System, kind: str, number: str) -> list[Any]:
    """Lists the requests of this kind about this order that reached the store, as they came."""
    calls = [json.loads(call["request"]) for call in shop.sends("store", f"doorstep.{kind}")]
    return [call for call in calls if call["data"]["order_number"] == number]


def wishes_to_cancel(shop: System, phone: str, words: str, no_reason: str, title: str) -> None:
    """Asks for it, gives no reason, and says yes."""
    shop.say(phone, words)
    until(lambda: shop.fresh(phone), lambda: f"the question why; {shop.told(phone)}")
    shop.say(phone, no_reason)
    until(lambda: any(title in str(each) for each in shop.fresh(phone)), lambda: f"a summary; {shop.told(phone)}")
    shop.press(phone, title)


@pytest.mark.timeout(200)
def test_order_is_cancelled_at_the_store_and_the_customer_hears_it(shop: System) -> None:
    wishes_to_cancel(shop, "jane-whatsapp", "please cancel order 1002", "skip", "Yes, cancel it")
    until(lambda: order(shop, "1002")["order"]["status"] == "cancelled", lambda: f"cancelled; {shop.output()}")
    shop.expect("jane-whatsapp", "cancelled")
    (asked,) = requests(shop, "order.cancel", "1002")
    assert asked["subject"] == "order/1002"
    assert (asked["data"]["proof"], asked["data"]["requested_by"]) == ("contact", "customer")
    assert [each["state"] for each in order(shop, "1002")["asked"]] == ["done"]
    found = json.loads(shop.command("outgoing", "list", "--requests", "--json").stdout)
    assert [(each["type"], each["state"]) for each in found] == [("doorstep.order.cancel", "done")]


@pytest.mark.timeout(200)
def test_killed_worker_asks_again_and_the_store_does_it_once(shop: System) -> None:
    phone = "xiaoming-whatsapp"
    shop.api("webhooks", {"platform": "store", "deliver": False})  # no event of the store tells us what it did
    shop.fault("store", "delay", times=1, value=2)
    wishes_to_cancel(shop, phone, "我想取消订单 1005", "跳过", "取消")
    until(lambda: shop.count(tables.outgoing, outgoing.order_number == "1005", outgoing.attempts == 1), "the call")
    time.sleep(0.7)  # the call is there, and its answer two seconds away
    assert shop.kill("worker")
    done = (outgoing.order_number == "1005", outgoing.state == "done")
    until(lambda: shop.count(tables.outgoing, *done), lambda: f"the second call; {shop.output()}", LEASE_SECONDS)
    shop.api("webhooks", {"platform": "store", "deliver": True})
    first, again = requests(shop, "order.cancel", "1005")
    assert first == again
    assert [each["state"] for each in order(shop, "1005")["asked"]] == ["done"]
    shop.settled()
    shop.expect(phone, "订单 1005 已取消")
    assert len([each for each in shop.answers(phone) if "订单 1005 已取消" in each["text"]]) == 1
