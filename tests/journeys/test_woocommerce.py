"""An order at a shop on WooCommerce, from its payment to a delivered parcel and a refund, whatever is lost on the way.

Its customer hears each thing once, and what they want is done there once.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters.shops.woocommerce.rest.webhooks import TOPICS
from storage import tables
from tests.adapters.shops.woocommerce.payloads import payload
from tests.journeys.actors import Json, until
from tests.journeys.conftest import QUICK
from tests.journeys.system import System, system
from tests.journeys.wording import said

CARE = 3  # seconds between two looks after the shop
TOLD = ("is on its way", "is out for delivery", "has been delivered", "we have refunded")
NUMBER = "1Z999AA10123456784"
outgoing = tables.outgoing.c


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose store is on WooCommerce, and whose customers' wishes are carried out there."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        extra = made.make_sandbox().extra
        names = ("url", "key", "secret", "webhook_secret")
        shop = {f"WOOCOMMERCE_{name.upper()}": extra[f"woocommerce_{name}"] for name in names}
        made.start({**QUICK, **shop, "PUBLIC_URL": made.product, "CARE_SECONDS": str(CARE)})
        assert made.command("shops", "setup").returncode == 0
        yield made


def greeted(desk: System) -> str:
    phone = desk.meet()
    desk.say(phone, "menu")
    desk.expect(phone, said("utter_ask_topic"))
    return phone


def sells(desk: System, phone: str, id_: int, **changes: Any) -> Json:
    """Makes an order of this phone's customer in the shop, which tells of it; returns it."""
    own = "+" + desk.phone(phone)["number"].removeprefix("+")
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    billing = {**payload("order")["billing"], "phone": own, "email": f"woo{id_}@example.com"}
    told = {
        "number": str(id_),
        "customer_id": id_,
        "billing": billing,
        "meta_data": [],
        "date_created_gmt": at,
        **changes,
    }
    made = payload("order", id=id_, **told)
    desk.api("woocommerce/orders", {"orders": [made]})
    return made


def changes(desk: System, id_: int, **told: Any) -> None:
    desk.api("woocommerce/orders", {"orders": [{"id": id_, **told}]})


def scanned(desk: System, number: str, status: str) -> None:
    """Tells what the carrier says, by the store's own events."""
    scan = {"time": datetime.now(UTC).isoformat(), "status": status, "location": "Leeds"}
    shipment = {"id": f"ups-{number}", "carrier": "UPS", "tracking_number": number, "status": status, "events": [scan]}
    if status == "delivered":
        shipment["delivered_at"] = scan["time"]
    desk.reports("shipment.updated", {"order_number": number.rpartition("-")[2], "shipment": shipment})


@pytest.mark.timeout(300)
def test_the_customer_hears_of_an_order_each_thing_once(desk: System) -> None:
    phone, number = greeted(desk), f"{NUMBER}-7101"
    sells(desk, phone, 7101, status="pending", date_paid_gmt=None)
    until(lambda: desk.count(tables.orders, tables.orders.c.number == "7101"), "the order")

    desk.api("webhooks", {"platform": "woocommerce", "deliver": False})  # the shop's host reaches nobody for a while
    changes(desk, 7101, status="processing", date_paid_gmt=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    paid = (tables.orders.c.number == "7101", tables.orders.c.status == "paid")
    until(lambda: desk.count(tables.orders, *paid), "the payment that no webhook told", 40)

    desk.api("woocommerce/track", {"id": 7101, "item": {"tracking_number": number}})  # changes nothing of the order
    until(lambda: desk.count(tables.shipments, tables.shipments.c.order_number == "7101"), "the parcel", 40)
    desk.kill("worker")
    desk.expect(phone, TOLD[0], 60)

    desk.api("webhooks", {"platform": "woocommerce", "deliver": True})
    changes(desk, 7101, status="completed")  # tells of the parcel once more
    scanned(desk, number, "out_for_delivery")
    desk.kill("worker")
    desk.expect(phone, TOLD[1], 60)
    scanned(desk, number, "in_transit")  # overtaken

    scanned(desk, number, "delivered")
    scanned(desk, number, "delivered")
    desk.expect(phone, TOLD[2], 60)

    desk.api("woocommerce/refund", {"id": 7101, "amount": "13.50"})
    changes(desk, 7101, customer_note="again")  # lists the refund once more
    desk.kill("worker")
    desk.expect(phone, TOLD[3], 60)

    desk.settled(90)
    heard = [bubble["text"] for bubble in desk.answers(phone)]
    assert [sum(words in text for text in heard) for words in TOLD] == [1, 1, 1, 1], desk.told(phone)
    assert len(heard) == 1 + len(TOLD), desk.told(phone)

    traced = desk.command("trace", "--order", "7101").stdout
    for kind in ("shipped", "out_for_delivery", "delivered", "refund_issued"):
        assert kind in traced


@pytest.mark.timeout(120)
def test_an_old_refund_of_an_order_that_is_seen_for_the_first_time_is_history(desk: System) -> None:
    phone = greeted(desk)
    old = (datetime.now(UTC) - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S")
    desk.api("webhooks", {"platform": "woocommerce", "deliver": False})
    sells(desk, phone, 7201, status="completed", date_created_gmt=old)
    desk.api("woocommerce/refund", {"id": 7201, "amount": "5.00", "date": old})
    desk.api("webhooks", {"platform": "woocommerce", "deliver": True})
    changes(desk, 7201, customer_note="filed")
    until(lambda: desk.count(tables.refunds, tables.refunds.c.order_number == "7201"), "the refund", 40)
    desk.settled(60)
    assert len(desk.answers(phone)) == 1, desk.told(phone)


@pytest.mark.timeout(120)
def test_webhooks_that_woocommerce_disabled_are_active_again(desk: System) -> None:
    desk.api("woocommerce/webhook", {"status": "disabled"})

    def active() -> bool:
        return [each["status"] for each in desk.api("woocommerce")["webhooks"]] == ["active"] * len(TOPICS)

    until(active, "the webhooks", 40)


def wishes_to_cancel(desk: System, phone: str, id_: int) -> None:
    """Asks for it, gives no reason, and says yes."""
    desk.say(phone, f"please cancel order {id_}")
    until(lambda: desk.fresh(phone), lambda: f"the question why; {desk.told(phone)}")
    desk.say(phone, "skip")
    title = "Yes, cancel it"
    until(lambda: any(title in str(each) for each in desk.fresh(phone)), lambda: f"a summary; {desk.told(phone)}")
    desk.press(phone, title)


@pytest.mark.timeout(240)
def test_what_the_bank_does_not_pay_back_by_itself_becomes_a_case(desk: System) -> None:
    phone = greeted(desk)
    desk.api("woocommerce/gateway", {"refunds": False})
    sells(desk, phone, 7401)
    until(lambda: desk.count(tables.orders, tables.orders.c.number == "7401"), "the order")
    wishes_to_cancel(desk, phone, 7401)
    desk.expect(phone, "colleague", 60)
    failed = (outgoing.order_number == "7401", outgoing.state == "failed")
    assert desk.count(tables.outgoing, *failed) == 1
    (reason,) = [row.reason for row in desk.rows(select(outgoing.reason).where(*failed))]
    assert "does not support automatic refunds" in reason
    desk.api("woocommerce/gateway", {"refunds": True})
    (order,) = [each for each in desk.api("woocommerce")["orders"] if each["id"] == 7401]
    assert order["status"] == "processing"
    assert "7401" not in desk.api("woocommerce")["refunds"]


@pytest.mark.timeout(240)
def test_an_order_is_cancelled_and_paid_back_there_once_also_when_the_worker_is_killed(desk: System) -> None:
    phone = greeted(desk)
    sells(desk, phone, 7301)
    until(lambda: desk.count(tables.orders, tables.orders.c.number == "7301"), "the order")
    desk.fault("woocommerce", "delay", times=1, value=2, method="7301/refunds")
    wishes_to_cancel(desk, phone, 7301)
    until(lambda: desk.count(tables.outgoing, outgoing.order_number == "7301", outgoing.attempts == 1), "the call")
    assert desk.kill("worker")

    def there() -> Json:
        return next(each for each in desk.api("woocommerce")["orders"] if each["id"] == 7301)

    until(lambda: there()["status"] == "cancelled", lambda: f"cancelled; {desk.output()}", 90)
    desk.expect(phone, "cancelled", 60)
    desk.settled(90)
    assert [each["amount"] for each in desk.api("woocommerce")["refunds"]["7301"]] == ["170.40"]
    done = (outgoing.order_number == "7301", outgoing.state == "done")
    assert desk.count(tables.outgoing, *done) == 1


def test_status_and_doctor_say_that_all_is_well(desk: System) -> None:
    status = desk.command("shops", "status")
    assert status.returncode == 0, status.stdout + status.stderr
    assert f"{len(TOPICS)} of {len(TOPICS)} topics come here" in status.stdout
    assert "Shipment Tracking" in status.stdout
    doctor = desk.command("doctor").stdout
    assert "it tells us everything" in doctor
    assert "WooCommerce takes our key" in doctor
