"""Webhooks of Shopify that come twice, late, turned round or against each other end as they would in order."""

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest

from adapters.shops.shopify.inbound.parse import parse
from core.shop.orders import OrderStatus, ShipmentStatus
from core.shop.returns import ReturnState
from core.shop.store_events import Ignored
from storage.people import consents
from storage.shop import orders, returns
from tests.adapters.shops.shopify.payloads import payload, webhook
from tests.fakes import NOW, PHONE
from tests.hub.house import House

AT = NOW.astimezone(UTC)
Webhook = tuple[str, dict[str, Any], int]  # its topic, its body, and how many minutes after the order


def story(number: int) -> list[Webhook]:
    """Writes what a shop tells of an order that is paid, sent, delivered, returned and refunded, in order."""
    ids = {"id": 6_000_000 + number, "name": f"#{number}"}
    buyer = {**payload("order")["customer"], "phone": PHONE}
    order = payload("order", **ids, phone=PHONE, customer=buyer, created_at=AT.isoformat(), note_attributes=[])
    order |= {"financial_status": "pending"}
    parcel = payload("fulfillment", id=7_000_000 + number, order_id=ids["id"], name=f"#{number}.1")
    parcel |= {"tracking_number": f"1Z{number}0000000000", "tracking_numbers": [f"1Z{number}0000000000"]}
    sent = {**order, "financial_status": "paid", "fulfillment_status": "fulfilled", "fulfillments": [parcel]}
    scan = {"fulfillment_id": parcel["id"], "order_id": ids["id"], "estimated_delivery_at": None}
    back = payload("return", id=8_000_000 + number, name=f"#{number}-R1", order={"id": ids["id"]})
    money = payload(
        "refund", id=9_000_000 + number, order_id=ids["id"], created_at=AT.isoformat(), processed_at=AT.isoformat()
    )

    def scanned(status: str, minutes: int) -> Webhook:
        at = (AT + timedelta(minutes=minutes)).isoformat()
        own = {**scan, "id": number * 100 + minutes}
        return "fulfillment_events/create", payload("fulfillment_event", **own, status=status, happened_at=at), minutes

    return [
        ("orders/create", order, 0),
        ("orders/paid", {**order, "financial_status": "paid"}, 1),
        ("fulfillments/create", parcel, 2),
        ("orders/updated", sent, 3),
        scanned("out_for_delivery", 4),
        scanned("delivered", 5),
        ("returns/approve", {**back, "status": "open"}, 6),
        ("returns/close", {**back, "status": "closed"}, 7),
        ("refunds/create", money, 8),
        ("orders/updated", {**sent, "financial_status": "refunded", "refunds": [money]}, 9),
    ]


def hears(house: House, topic: str, body: dict[str, Any], minutes: int) -> None:
    """Takes a webhook as the web does: verified elsewhere, parsed, kept once by its id, handled."""
    at = AT + timedelta(minutes=minutes)
    request = webhook(topic, body, f"wh-{body['id']}-{topic}-{minutes}", at=at.isoformat())
    house.told(*(event for event in parse(request, AT + timedelta(minutes=20)) if not isinstance(event, Ignored)))


def _turned(told: list[Webhook]) -> list[Webhook]:
    return told[::-1]


def _twice(told: list[Webhook]) -> list[Webhook]:
    return [each for each in told for _ in range(2)] + told[:3]


def _late_first(told: list[Webhook]) -> list[Webhook]:
    return told[5:] + told[:5] + told[3:4]


def _every_third(told: list[Webhook]) -> list[Webhook]:
    return told[2::3] + told[::3] + told[1::3]


@pytest.mark.parametrize("how", [list, _turned, _twice, _late_first, _every_third])
def test_in_any_order_and_however_often(house: House, how: Callable[[list[Webhook]], list[Webhook]]) -> None:
    number = 3001
    house.hear("hello")
    for each in how(story(number)):
        hears(house, *each)
    with house.store.read() as conn:
        known = orders.by_number(conn, f"#{number}")
        assert known is not None
        assert known.status is OrderStatus.REFUNDED
        assert [each.status for each in known.shipments] == [ShipmentStatus.DELIVERED]
        assert [str(each.amount) for each in returns.refunds_of(conn, f"#{number}")] == ["128.22"]
        assert [each.state for each in returns.of_order(conn, f"#{number}")] == [ReturnState.COMPLETED]
    registered = [key for key, _, _ in house.notices()]
    assert len(registered) == len(set(registered))
    assert sum(key.startswith("refund_issued") for key in registered) == 1


@pytest.mark.parametrize("how", [list, _turned])
@pytest.mark.parametrize(("days", "told"), [(1, 1), (3, 0)])
def test_of_an_order_first_heard_of_as_refunded_a_fresh_refund_is_told_once(
    house: House, how: Callable[[list[Webhook]], list[Webhook]], days: int, told: int
) -> None:
    house.hear("hello")
    house.clock.advance(days=days)  # an outage; then what is fetched is the order as it stands
    for topic, body, minutes in how(story(3002)[-2:]):
        hears(house, topic, body, minutes + (house.clock() - NOW) // timedelta(minutes=1))
    assert sum(key.startswith("refund_issued") for key, _, _ in house.notices()) == told


@pytest.mark.parametrize("how", [list, _turned, _twice])
def test_a_consent_taken_back_at_the_shop_holds_in_any_order(
    house: House, how: Callable[[list[Webhook]], list[Webhook]]
) -> None:
    house.clock.advance(minutes=20)
    who = {"id": 77, "phone": PHONE}
    states = [("subscribed", 1), ("unsubscribed", 3), ("subscribed", 5), ("unsubscribed", 7)]
    for topic, body, minutes in how(
        [
            (
                "customers_marketing_consent/update",
                {
                    **who,
                    "sms_marketing_consent": {
                        "state": state,
                        "consent_updated_at": (AT + timedelta(minutes=minutes)).isoformat(),
                    },
                },
                minutes,
            )
            for state, minutes in states
        ]
    ):
        house.clock.advance(seconds=1)
        hears(house, topic, body, minutes)
    with house.store.read() as conn:
        assert not consents.state(conn, {("sms", PHONE)})[("sms", PHONE, "marketing")][0]
