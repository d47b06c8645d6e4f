"""An order at a shop on Shopify, from payment to refund: its customer hears each thing once, whatever happens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters.shops.shopify.admin.subscriptions import TOPICS
from storage import tables
from tests.adapters.shops.shopify.payloads import payload
from tests.journeys.actors import Json, until
from tests.journeys.conftest import QUICK
from tests.journeys.system import System, system
from tests.journeys.wording import said
from tests.sandbox.test_shopify import order

CARE = 3  # seconds between two looks after the shop
TOLD = ("is on its way", "is out for delivery", "has been delivered", "we have refunded")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose store is on Shopify."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        extra = made.make_sandbox().extra
        names = ("shop", "client_id", "client_secret", "api_url")
        shop = {f"SHOPIFY_{name.upper()}": extra[f"shopify_{name}"] for name in names}
        made.start({**QUICK, **shop, "PUBLIC_URL": made.product, "CARE_SECONDS": str(CARE)})
        assert made.command("shops", "setup").returncode == 0
        yield made


class Shop:
    """Tells of one order, as Shopify does; `hold`: until `release`."""

    def __init__(self, desk: System, phone: str, number: int) -> None:
        self.desk = desk
        self.order_id = 5_000_000_000_000 + number
        self.parcel_id = 4_000_000_000_000 + number
        self._began = datetime.now(UTC)
        self._count = 0
        own = "+" + desk.phone(phone)["number"].removeprefix("+")
        buyer = {**payload("order")["customer"], "id": 7_000_000_000_000 + number, "phone": own}
        buyer["email"] = f"shopify{number}@example.com"
        self.order = payload(
            "order", id=self.order_id, name=f"#{number}", phone=own, customer=buyer, created_at=self._began.isoformat()
        )
        self.order |= {"email": buyer["email"], "note_attributes": [], "financial_status": "pending"}

    def tells(self, topic: str, body: Json, **how: Any) -> None:
        """Delivers a webhook; each is a moment later than the one before."""
        self._count += 1
        at = (self._began + timedelta(milliseconds=self._count)).isoformat()
        self.desk.api("shopify/deliver", {"topic": topic, "payload": body, "triggered_at": at, **how})

    def fulfilled(self) -> Json:
        """Makes the one parcel of the order."""
        number = self.order["name"]
        lines = [{**line, "fulfillment_status": "fulfilled"} for line in self.order["line_items"]]
        ids = {"id": self.parcel_id, "order_id": self.order_id, "name": f"{number}.1"}
        return payload("fulfillment", **ids, line_items=lines)

    def scanned(self, status: str, **how: Any) -> None:
        """Tells what the carrier says now."""
        now = datetime.now(UTC).isoformat()
        ids = {"fulfillment_id": self.parcel_id, "order_id": self.order_id}
        body = payload("fulfillment_event", **ids, status=status, happened_at=now, estimated_delivery_at=None)
        self.tells("fulfillment_events/create", body, **how)


def greeted(desk: System) -> str:
    phone = desk.meet()
    desk.say(phone, "menu")
    desk.expect(phone, said("utter_ask_topic"))
    return phone


@pytest.mark.timeout(240)
def test_the_customer_hears_of_an_order_each_thing_once(desk: System) -> None:
    phone = greeted(desk)
    shop = Shop(desk, phone, 9101)
    shop.tells("orders/create", shop.order, times=2)
    shop.order["financial_status"] = "paid"
    shop.tells("orders/paid", shop.order, times=3)

    parcel = shop.fulfilled()
    shop.tells("fulfillments/create", parcel, hold=True)
    shop.order |= {"fulfillment_status": "fulfilled", "fulfillments": [parcel], "line_items": parcel["line_items"]}
    shop.tells("orders/updated", shop.order, hold=True)
    desk.api("shopify/release", {"turned": True})
    desk.kill("worker")
    desk.expect(phone, TOLD[0], 60)

    desk.kill("web:server")
    shop.scanned("out_for_delivery", times=2)
    desk.kill("worker")
    desk.expect(phone, TOLD[1], 60)
    shop.scanned("in_transit", triggered_at=(datetime.now(UTC) - timedelta(minutes=1)).isoformat())  # overtaken

    shop.scanned("delivered", times=2)
    desk.expect(phone, TOLD[2], 60)

    refund = payload("refund", id=shop.order_id + 1, order_id=shop.order_id)
    refund["created_at"] = refund["processed_at"] = datetime.now(UTC).isoformat()
    shop.tells("refunds/create", refund)
    shop.tells("orders/updated", {**shop.order, "financial_status": "partially_refunded", "refunds": [refund]}, times=2)
    desk.kill("worker")
    desk.expect(phone, TOLD[3], 60)

    desk.settled(90)
    heard = [bubble["text"] for bubble in desk.answers(phone)]
    assert [sum(words in text for text in heard) for words in TOLD] == [1, 1, 1, 1], desk.told(phone)
    assert len(heard) == 1 + len(TOLD), desk.told(phone)


@pytest.mark.timeout(120)
def test_what_shopify_could_not_tell_is_fetched(desk: System) -> None:
    phone = greeted(desk)
    own = "+" + desk.phone(phone)["number"].removeprefix("+")
    until(lambda: "shops" in [row.kind for row in desk.rows(select(tables.timers.c.kind))], "the timer of the shop")
    lost = order(9201, datetime.now(UTC), phone=own, refunds=[], displayFinancialStatus="PAID", customer=None)
    desk.api("shopify/orders", {"orders": [lost]})
    desk.expect(phone, TOLD[0], 60)
    desk.settled(90)
    assert len(desk.answers(phone)) == 2, desk.told(phone)


@pytest.mark.timeout(120)
def test_subscriptions_that_shopify_removed_are_made_again(desk: System) -> None:
    desk.api("shopify/unsubscribe", {})
    until(lambda: len(desk.api("shopify")["subscriptions"]) == len(TOPICS), "the subscriptions", 40)


def test_status_and_doctor_say_that_all_is_well(desk: System) -> None:
    status = desk.command("shops", "status")
    assert status.returncode == 0, status.stdout + status.stderr
    assert f"{len(TOPICS)} of {len(TOPICS)} topics come here" in status.stdout
    assert "it tells us everything" in desk.command("doctor").stdout
