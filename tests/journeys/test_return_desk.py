"""A return from the customer's photo in the chat to the money on their account, through three teams in Slack, while the
worker is killed in between."""

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from storage import tables
from tests.journeys.actors import until
from tests.journeys.conftest import QUICK
from tests.journeys.system import ROOT, System, system
from tests.journeys.test_returns import delivered, picture, request_of, shows
from tests.journeys.wording import said

PHONE, ORDER = "xiaoming-whatsapp", "1004"
LEASE_SECONDS = 60.0  # a call whose worker died is made again after thirty
returns, outgoing = tables.returns.c, tables.outgoing.c


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose warehouse and finance have channels, and where finance approves more than ten dollars."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        extra, folder = made.make_sandbox().extra, made.var / "store"
        shutil.copytree(ROOT / "config" / "store", folder)
        change(folder / "policies.yaml", 'finance_above: "200.00"', 'finance_above: "10.00"')
        for team in ("warehouse", "finance"):
            channel = extra[f"slack_{team}_channel"]
            change(folder / "routing.yaml", f"  {team}: {{}}", f"  {team}: {{channel: {channel}}}")
        made.run({**QUICK, "STORE_DIR": str(folder)})
        yield made


def change(path: Any, old: str, new: str) -> None:
    known = path.read_text(encoding="utf-8")
    assert old in known
    path.write_text(known.replace(old, new, 1), encoding="utf-8")


def team_post(shop: System, channel: str) -> Any:
    """Waits for the message that a team has of the return."""

    def found() -> Any:
        known = next(each for each in shop.api("state")["slack"]["channels"] if each["name"] == channel)
        return next((message for message in known["messages"] if "R1004-1" in message["text"]), None)

    return until(found, lambda: f"the return in #{channel}; {shop.slack_told()}")


def stands(shop: System, column: Any) -> Any:
    return shop.rows(select(column).where(returns.order_number == ORDER))[0][0]


def state_is(state: str, shop: System) -> Callable[[], bool]:
    return lambda: stands(shop, returns.state) == state


def dies_in_the_call(shop: System, kind: str, press: Callable[[], None]) -> None:
    """Presses, and kills the worker while the shop takes its time to answer."""
    shop.fault("store", "delay", times=1, value=3)
    press()
    called = (outgoing.order_number == ORDER, outgoing.type == f"doorstep.{kind}", outgoing.attempts == 1)
    until(lambda: shop.count(tables.outgoing, *called), lambda: f"the call; {shop.output()}")
    time.sleep(0.7)
    assert shop.kill("worker")
    done = (outgoing.type == f"doorstep.{kind}", outgoing.state == "done")
    until(lambda: shop.count(tables.outgoing, *done), lambda: f"the second call; {shop.output()}", LEASE_SECONDS)


def asked(shop: System, kind: str) -> list[str]:
    """Lists the states of what the shop was asked for, as it keeps them."""
    order = next(each for each in shop.api("state")["orders"] if each["number"] == ORDER)
    return [each["state"] for each in order.get("asked", []) if each["type"] == f"doorstep.{kind}"]


def times_told(shop: System, words: str) -> int:
    return len([each for each in shop.answers(PHONE) if words in each["text"]])


@pytest.mark.timeout(300)
def test_a_return_from_the_photo_to_the_money(shop: System) -> None:
    delivered(shop, ORDER)
    shop.say(PHONE, "收到的茶杯是坏的")
    shop.expect(PHONE, "有问题的是几件")
    shop.say(PHONE, "一件")
    shop.expect(PHONE, said("utter_ask_claim_photos", "zh"))
    for red in (200, 20, 110):
        shows(shop, PHONE, picture(red))
    shop.say(PHONE, "退款")
    shop.expect(PHONE, "商品损坏")
    shop.say(PHONE, "提交")
    shop.expect(PHONE, "R1004-1")
    assert request_of(shop, ORDER)
    assert asked(shop, "return.create") == []  # nothing is made before somebody approves

    root = shop.slack_root("王小明")
    shop.slack_expect(root, "Our mistake is claimed: look at the photos.")
    dies_in_the_call(shop, "return.create", lambda: shop.slack_press(root, "return_approve"))
    assert asked(shop, "return.create") == ["done"]
    shop.expect(PHONE, "您的退货 R1004-1（订单 1004）已通过", 60)

    shop.shop(ORDER, "return_label_sent")
    shop.expect(PHONE, "标签已准备好", 60)

    post = team_post(shop, "warehouse")
    shop.slack_press(post["ts"], "return_received", "sam", ok_0="", damaged_0="1")
    until(state_is("inspected", shop), lambda: f"inspected; {shop.output()}")

    money = team_post(shop, "finance")
    shop.slack_press(money["ts"], "return_pay", "bea")  # who approved the return
    until(lambda: "somebody else has to approve it" in str(shop.api("state")["slack"]), "a refusal")
    assert asked(shop, "refund.issue") == []
    dies_in_the_call(shop, "refund.issue", lambda: shop.slack_press(money["ts"], "return_pay", "sam"))
    assert asked(shop, "refund.issue") == ["done"]
    until(state_is("completed", shop), lambda: f"completed; {shop.output()}")
    shop.expect(PHONE, "已退款", 60)
    shop.slack_expect(root, "sent, approved by")
    shop.handled()  # the shop told of both itself, too
    assert times_told(shop, "已退款") == 1
    assert times_told(shop, "已通过") == 1
