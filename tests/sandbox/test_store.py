"""The store's buttons: which may be pressed, what they tell, and what the product makes of it."""

from typing import Any

import pytest
from aiohttp import web

from sandbox.store import actions
from tests.sandbox.playground import Playground, play


async def press(place: Playground, number: str, action: str) -> Any:
    """Presses a button; returns the first event's data."""
    place.product.hooks.clear()
    answer = await place.api(f"store/orders/{number}/{action}", {})
    events = place.product.on("/api/v1/events")[0].json
    assert answer["sent"] == [event["type"] for event in events]
    return events[0]["data"]


async def can(place: Playground, number: str) -> set[str]:
    orders = (await place.api("state"))["orders"]
    return set(next(order["can"] for order in orders if order["number"] == number))


def test_only_what_may_be_pressed_is_offered() -> None:
    async def scenario(place: Playground) -> None:
        assert await can(place, "1005") == {"pay", "cancel"}
        assert await can(place, "1002") == {"ship", "delay", "cancel", "refund"}
        moving = {"delay", "out", "pickup", "fail", "deliver", "problem", "send_back", "refund"}
        assert await can(place, "1001") == moving
        assert await can(place, "1003") == {"refund", "return_requested"}
        assert await can(place, "1012") == set()
        for number, offered in [(one["number"], set(one["can"])) for one in (await place.api("state"))["orders"]]:
            for action in sorted(set(actions.ACTIONS) - offered):
                said = await place.api(f"store/orders/{number}/{action}", {}, status=400)
                assert said["error"].startswith(f"order {number} "), said

    play(scenario)


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("out", "out_for_delivery"),
        ("pickup", "available_for_pickup"),
        ("fail", "attempt_failed"),
        ("problem", "exception"),
        ("send_back", "returned"),
        ("deliver", "delivered"),
    ],
)
def test_a_carrier_scans_the_parcel(action: str, status: str) -> None:
    async def scenario(place: Playground) -> None:
        shipment = (await press(place, "1001", action))["shipment"]
        assert (shipment["status"], shipment["events"][-1]["status"]) == (status, status)
        offered = await can(place, "1001")
        assert ("deliver" in offered) is (status not in {"delivered", "returned"})

    play(scenario)


def test_a_return_goes_from_wish_to_money() -> None:
    async def scenario(place: Playground) -> None:
        made = (await press(place, "1003", "return_requested"))["return"]
        assert (made["id"], made["order_number"], made["state"]) == ("r1003-1", "1003", "requested")
        assert made["lines"] == [{"line_id": "l1", "quantity": 1, "reason": "changed_mind"}]
        assert await can(place, "1003") == {"refund", "return_approved", "return_refused", "return_cancelled"}
        for state in ("approved", "label_sent", "in_transit", "received", "inspected", "completed"):
            told = (await press(place, "1003", f"return_{state}"))["return"]
            assert (told["id"], told["state"]) == ("r1003-1", state)
        assert told["label_url"].endswith("r1003-1")
        assert told["refund"] == {"amount": "48.00", "currency": "USD"}
        assert (await press(place, "1003", "return_requested"))["return"]["id"] == "r1003-2"
        assert (await press(place, "1003", "return_refused"))["return"]["state"] == "refused"

    play(scenario)


def test_what_the_product_made_of_it_is_asked_for() -> None:
    async def scenario(place: Playground) -> None:
        assert await place.api("store/orders/1001/notices") == {"known": False, "notices": []}
        await place.api("store/orders/9999/notices", status=404)

    play(scenario)


def test_events_that_were_refused_are_sent_again() -> None:
    async def scenario(place: Playground) -> None:
        place.product.answer("/api/v1/events", web.Response(status=400, text='{"error": "no"}'))
        answer = await place.api("store/orders/1002/ship", {})
        assert answer["ok"]  # sent again
        assert answer["sent"] == ["shipment.created", "order.updated"]

    play(scenario)
