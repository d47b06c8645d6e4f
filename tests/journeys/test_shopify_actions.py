"""What a customer wants in the chat is done at the shop on Shopify, once, and told once, whatever dies in between."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import tables
from tests.adapters.shops.shopify.actions.acting import ADDRESS, line
from tests.journeys.actors import Json, until
from tests.journeys.conftest import QUICK
from tests.journeys.system import ROOT, System, system
from tests.journeys.wording import said
from tests.sandbox.test_shopify import money

outgoing = tables.outgoing.c
LEASE_SECONDS = 45.0  # a call whose worker died is made again after thirty


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose store is on Shopify; nothing is fetched in between, so that webhooks alone must do."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        extra = made.make_sandbox().extra
        names = ("shop", "client_id", "client_secret", "api_url")
        shop = {f"SHOPIFY_{name.upper()}": extra[f"shopify_{name}"] for name in names}
        own = {"PUBLIC_URL": made.product, "CARE_SECONDS": "600", "STORE_DIR": str(_approving(made.var))}
        made.start({**QUICK, **shop, **own})
        assert made.command("shops", "setup").returncode == 0
        yield made


def _approving(var: Path) -> Path:
    """Copies the shop's files, with returns that no person has to approve."""
    folder = var / "store"
    shutil.copytree(ROOT / "config" / "store", folder)
    policies = folder / "policies.yaml"
    known, mark, rest = policies.read_text().partition("  # auto_approve:")
    assert mark, "policies.yaml has another form"
    own = '  auto_approve: {up_to: "100.00", outcomes: [refund, exchange, store_credit]}\n'
    policies.write_text(f"{known}{own}{mark}{rest}")
    return folder


def bought(desk: System, number: int, *, delivered: bool) -> str:
    """Lets somebody write to the desk who has an order at the shop; returns their phone."""
    phone = desk.meet()
    own = "+" + desk.phone(phone)["number"].removeprefix("+")
    boots = line(f"gid://shopify/LineItem/{number}11", 31, sent=delivered)
    parcel = {
        "id": f"gid://shopify/Fulfillment/{number}41",
        "status": "SUCCESS",
        "displayStatus": "DELIVERED",
        "updatedAt": datetime.now(UTC).isoformat(),
        "trackingInfo": [{"company": "UPS", "number": f"1Z{number}", "url": "https://ups.example/1Z"}],
        "fulfillmentLineItems": {"nodes": [{"quantity": 1, "lineItem": {"id": boots["id"]}}]},
    }
    order: Json = {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "createdAt": datetime.now(UTC).isoformat(),
        "updatedAt": datetime.now(UTC).isoformat(),
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "FULFILLED" if delivered else "UNFULFILLED",
        "currencyCode": "USD",
        "presentmentCurrencyCode": "USD",
        "taxesIncluded": True,
        "email": f"shopify{number}@example.com",
        "phone": own,
        "customerLocale": "en",
        "currentTotalPriceSet": money("60.00"),
        "totalPriceSet": money("60.00"),
        "shippingAddress": {**ADDRESS, "firstName": f"Jane{number}", "lastName": "Doe"},
        "customer": {"id": f"gid://shopify/Customer/{number}", "firstName": f"Jane{number}", "lastName": "Doe"},
        "lineItems": {"nodes": [boots]},
        "fulfillments": [parcel] if delivered else [],
        "refunds": [],
    }
    desk.api("shopify/orders", {"orders": [order]})
    desk.api("shopify/people", {"order": f"#{number}", "do": "tell", "topic": "orders/create"})
    until(lambda: desk.count(tables.orders, tables.orders.c.number == f"#{number}"), "the order")
    desk.say(phone, "menu")
    desk.expect(phone, said("utter_ask_topic"))
    desk.settled(60)
    return phone


def state(desk: System, number: int) -> Any:
    return desk.api("shopify")["state"][f"gid://shopify/Order/{number}"]


def calls(desk: System, operation: str) -> int:
    return sum(f" {operation}(" in call["request"] for call in desk.sends("shopify", operation))


def heard(desk: System, phone: str, words: str) -> int:
    return sum(words in bubble["text"] for bubble in desk.answers(phone))


def chooses(desk: System, phone: str, title: str) -> None:
    """Presses a button as soon as it is there."""
    until(lambda: any(title in str(each) for each in desk.fresh(phone)), lambda: f"{title!r}; {desk.told(phone)}")
    desk.press(phone, title)


@pytest.mark.timeout(300)
def test_from_an_order_to_a_return_in_the_chat_and_its_refund(desk: System) -> None:
    phone = bought(desk, 9301, delivered=True)
    desk.api("shopify/follow", {"times": 2, "turned": True})  # what follows comes twice, the last news first
    desk.say(phone, "I want to return order 9301")
    for title in ("Too small", "Refund"):
        chooses(desk, phone, title)
    desk.fault("shopify", "delay", times=8, value=0.7, method="graphql")
    chooses(desk, phone, "Send it")
    until(lambda: state(desk, 9301).get("returns", {}).get("nodes"), lambda: f"a return; {desk.told(phone)}")
    assert desk.kill("worker")
    done = (outgoing.order_number == "#9301", outgoing.state == "done")
    until(lambda: desk.count(tables.outgoing, *done), lambda: f"done; {desk.output()}", LEASE_SECONDS)

    (returned,) = state(desk, 9301)["returns"]["nodes"]
    (piece,) = returned["returnLineItems"]["nodes"]
    assert (returned["status"], piece["returnReason"]) == ("OPEN", "SIZE_TOO_SMALL")
    assert calls(desk, "CreateReturn") == 1

    desk.api("shopify/people", {"order": "#9301", "do": "refund", "amount": "60.00"})
    desk.kill("worker")
    desk.expect(phone, "we have refunded $60.00", 60)
    desk.api("shopify/people", {"order": "#9301", "do": "close_return"})
    desk.kill("worker")
    desk.expect(phone, "is completed", 100)  # it rests for a minute, as more may come
    desk.settled(90)
    once = ("Please check", "is approved", "we have refunded $60.00", "is completed")
    assert [heard(desk, phone, words) for words in once] == [1, 1, 1, 1], desk.told(phone)


@pytest.mark.timeout(300)
def test_order_is_cancelled_by_a_job_and_the_customer_hears_it_once(desk: System) -> None:
    phone = bought(desk, 9401, delivered=False)
    desk.api("shopify/jobs", {"seconds": 9})  # longer than the chat waits
    wishes_to_cancel(desk, phone, 9401)
    desk.expect(phone, said("utter_shop_pending"), 30)
    desk.kill("worker")
    desk.expect(phone, "Order 9401 is cancelled", 60)
    desk.settled(90)
    assert heard(desk, phone, "is cancelled") == 1, desk.told(phone)
    assert heard(desk, phone, "has been cancelled") == 0, desk.told(phone)
    assert (len(state(desk, 9401)["refunds"]), calls(desk, "CancelOrder")) == (1, 1)


@pytest.mark.timeout(300)
def test_job_that_comes_to_nothing_is_found_out_by_looking_again(desk: System) -> None:
    phone = bought(desk, 9402, delivered=False)
    desk.api("shopify/jobs", {"seconds": 9, "error": "INVALID"})
    wishes_to_cancel(desk, phone, 9402)
    desk.expect(phone, said("utter_shop_pending"), 30)
    desk.expect(phone, "A colleague sees to it", 60)
    desk.api("shopify/jobs", {"seconds": 0.5, "error": ""})
    assert not state(desk, 9402).get("cancelledAt")
    found = json.loads(desk.command("outgoing", "list", "--requests", "--json").stdout)
    assert [(each["state"], each["reason"]) for each in found if each["order_number"] == "#9402"] == [
        ("failed", "Shopify: The order could not be cancelled")
    ]


@pytest.mark.timeout(300)
def test_app_without_the_scope_hands_it_to_people_who_read_which(desk: System) -> None:
    phone = bought(desk, 9403, delivered=False)
    held = [each for each in desk.api("shopify")["scopes"] if each != "write_orders"]
    desk.api("shopify/scopes", {"scopes": [*held, "read_orders"]})
    wishes_to_cancel(desk, phone, 9403)
    desk.slack_expect(desk.slack_root("Jane9403", 60), "write_orders")
    told = desk.command("shops", "status").stdout
    assert "for order.cancel" in told
    assert "add write_orders" in told
    desk.api("shopify/scopes", {"scopes": [*held, "write_orders"]})


def wishes_to_cancel(desk: System, phone: str, number: int) -> None:
    desk.say(phone, f"please cancel order {number}")
    until(lambda: desk.fresh(phone), lambda: f"the question why; {desk.told(phone)}")
    desk.say(phone, "skip")
    chooses(desk, phone, "Yes, cancel it")
