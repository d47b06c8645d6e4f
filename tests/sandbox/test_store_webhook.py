"""The demo store takes the desk's webhooks: by a true signature only, once each, with its own rules and moods."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from tests.sandbox.playground import Playground, play

ADDRESS = {"line1": "5 Elm St", "city": "Boston", "postcode": "02101"}
RETURN = {
    "id": "R1003-1",
    "resolution": "exchange",
    "lines": [{"line_id": "l1", "quantity": 1, "reason": "size_small"}],
}


async def ask(place: Playground, kind: str, number: str, id_: str = "act-1", status: int = 200, **data: Any) -> Any:
    """Posts a request as the product does; returns the answer."""
    told = {"id": id_, "order_number": number, **data}
    return await post(place, {"type": f"doorstep.{kind}", "data": told}, status=status)


async def post(place: Playground, event: Any, status: int = 200, secret: str = "", **headers: str) -> Any:
    """Posts a signed event; `headers` replace those of the signature."""
    now = datetime.fromtimestamp(place.parts.world.clock(), UTC)
    body = json.dumps({"specversion": "1.0", "id": "e1", "source": "doorstep", **event})
    signature = Webhook(secret or place.settings["OUTGOING_WEBHOOK_SECRET"]).sign("e1", now, body)
    signed = {"webhook-id": "e1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
    url = place.settings["OUTGOING_WEBHOOK_URL"]
    async with place.session.post(url, data=body, headers={**signed, **headers}) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json() if answer.content_type == "application/json" else await answer.text()


async def told(place: Playground) -> list[str]:
    """Waits for what the store tells next; returns the types."""
    hooks = await place.until(lambda: place.product.on("/api/v1/events"))
    found = [event["type"] for hook in hooks for event in hook.json]
    place.product.hooks.clear()
    return found


def order_of(place: Playground, number: str) -> Any:
    return place.parts.store.records[number]["order"]


def test_cancel_is_done_once_and_told() -> None:
    async def scenario(place: Playground) -> None:
        assert await ask(place, "order.cancel", "1002") == {"status": "done", "reason": None, "id": None}
        assert await told(place) == ["order.cancelled"]
        assert order_of(place, "1002")["status"] == "cancelled"
        assert (await ask(place, "order.cancel", "1002"))["status"] == "done"
        again = await ask(place, "order.cancel", "1002", "act-2")
        assert again == {"status": "refused", "reason": "it is cancelled", "id": None}
        assert place.product.hooks == []

    play(scenario)


@pytest.mark.parametrize(
    ("kind", "number", "data", "reason"),
    [
        ("order.cancel", "1001", {}, "it has been shipped"),
        ("order.cancel", "4711", {}, "there is no such order"),
        ("order.change_address", "1001", {"address": ADDRESS}, "it has been shipped"),
        ("order.change_address", "1002", {"address": {"line1": "5 Elm St"}}, "the new address has no city"),
        ("order.change_items", "1002", {"items": [{"line_id": "l9"}]}, "it is not in the order"),
        ("order.change_items", "1002", {"items": [{"line_id": "l1", "variant_id": "?"}]}, "there is no such variant"),
        (
            "order.change_items",
            "1002",
            {"items": [{"line_id": "l1", "quantity": 0}, {"line_id": "l2", "quantity": 0}]},
            "nothing would be left of the order; cancel it instead",
        ),
        ("return.create", "1002", {"return": RETURN}, "order 1002 has no delivered parcel to send back"),
        (
            "return.create",
            "1003",
            {"return": {"lines": [{"line_id": "l1", "quantity": 2}]}},
            "that is not in the order",
        ),
        ("refund.issue", "1003", {"refund": {"amount": "48.01"}}, "that is more than was paid"),
        ("refund.issue", "1005", {}, "it is not paid yet"),
    ],
)
def test_rules_of_the_store(kind: str, number: str, data: Any, reason: str) -> None:
    async def scenario(place: Playground) -> None:
        before = json.dumps(place.parts.store.records.get(number, {}).get("order"))
        assert await ask(place, kind, number, **data) == {"status": "refused", "reason": reason, "id": None}
        assert json.dumps(place.parts.store.records.get(number, {}).get("order")) == before
        assert place.product.hooks == []

    play(scenario)


def test_changes_are_made() -> None:
    async def scenario(place: Playground) -> None:
        assert (await ask(place, "order.change_address", "1002", address=ADDRESS))["status"] == "done"
        assert await told(place) == ["order.updated"]
        assert order_of(place, "1002")["shipping_address"] == {"country": "US", **ADDRESS}
        items = [{"line_id": "l1", "quantity": 2}, {"line_id": "l2", "quantity": 0}]
        assert (await ask(place, "order.change_items", "1002", "act-2", items=items))["status"] == "done"
        assert await told(place) == ["order.updated"]
        order = order_of(place, "1002")
        assert ([line["quantity"] for line in order["lines"]], order["total"]) == ([2], "68.00")

    play(scenario)


def test_variant_of_the_catalogue_takes_the_place_of_another() -> None:
    async def scenario(place: Playground) -> None:
        place.parts.store.variants["v43"] = {
            "sku": "SCARF-BLUE",
            "options": {"colour": "Blue"},
            "price": "35.00",
            "stock": 1,
        }
        items = [{"line_id": "l1", "variant_id": "v43"}]
        assert (await ask(place, "order.change_items", "1002", items=items))["status"] == "done"
        line = order_of(place, "1002")["lines"][0]
        assert (line["sku"], line["variant"], line["unit_price"]) == ("SCARF-BLUE", "Blue", "35.00")
        more = [{"line_id": "l2", "variant_id": "v43", "quantity": 5}]
        place.parts.store.variants["v43"]["stock"] = 0
        answer = await ask(place, "order.change_items", "1002", "act-2", items=more)
        assert answer["reason"] == "it is out of stock"

    play(scenario)


def test_something_of_the_catalogue_is_added() -> None:
    async def scenario(place: Playground) -> None:
        place.parts.store.variants["h1"] = {"sku": "HAT", "title": "Wool hat", "price": "25.00", "stock": 2}
        items = [{"variant_id": "h1", "quantity": 2}]
        assert (await ask(place, "order.change_items", "1002", items=items))["status"] == "done"
        order = order_of(place, "1002")
        line = order["lines"][-1]
        assert (line["title"], line["variant_id"], line["quantity"], line["unit_price"]) == (
            "Wool hat",
            "h1",
            2,
            "25.00",
        )
        assert len({each["id"] for each in order["lines"]}) == len(order["lines"])
        answer = await ask(place, "order.change_items", "1002", "act-2", items=[{"variant_id": "h1", "quantity": 3}])
        assert answer["reason"] == "it is out of stock"
        answer = await ask(place, "order.change_items", "1002", "act-3", items=[{"variant_id": "nothing"}])
        assert answer["reason"] == "there is no such variant"

    play(scenario)


def test_return_is_made_and_named() -> None:
    async def scenario(place: Playground) -> None:
        answer = await ask(place, "return.create", "1003", **{"return": RETURN})
        assert answer == {"status": "done", "reason": None, "id": "r1003-1"}
        assert await told(place) == ["return.updated"]
        made = place.parts.store.records["1003"]["return"]
        assert (made["state"], made["resolution"], made["lines"]) == ("approved", "exchange", RETURN["lines"])

    play(scenario)


def test_refund_is_given_up_to_what_was_paid() -> None:
    async def scenario(place: Playground) -> None:
        assert (await ask(place, "refund.issue", "1003", refund={"amount": "20.00"}))["status"] == "done"
        assert await told(place) == ["refund.issued"]
        assert (await ask(place, "refund.issue", "1003", "act-2", refund={"amount": "28.00"}))["status"] == "done"
        assert await told(place) == ["refund.issued", "order.updated"]
        assert order_of(place, "1003")["status"] == "refunded"

    play(scenario)


def test_signature_is_checked() -> None:
    async def scenario(place: Playground) -> None:
        event = {"type": "doorstep.order.cancel", "data": {"id": "act-1", "order_number": "1002"}}
        other = "whsec_" + "A" * 32
        await post(place, event, status=401, secret=other)
        await post(place, event, status=401, **{"webhook-signature": ""})
        await post(place, event, status=401, **{"webhook-timestamp": "1000000000"})
        await post(place, event, status=401, **{"webhook-id": "e2"})
        assert order_of(place, "1002")["status"] == "paid"
        for wrong in ({}, {"type": "doorstep.order.cancel"}, {"type": "doorstep.order.cancel", "data": {}}):
            await post(place, wrong, status=400)

    play(scenario)


def test_facts_are_taken_and_kept_quiet() -> None:
    async def scenario(place: Playground) -> None:
        assert await post(place, {"type": "doorstep.case.opened", "data": {}}, status=204) == ""
        assert [entry.check for entry in place.parts.world.log.last(1)] == [True]

    play(scenario)


def test_store_refuses_and_waits_on_command() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("faults", {"platform": "store", "kind": "refuse", "times": 1, "value": "it is packed"})
        assert (await ask(place, "order.cancel", "1002", "a"))["reason"] == "it is packed"
        await place.api("faults", {"platform": "store", "kind": "later", "times": 1})
        assert (await ask(place, "order.cancel", "1002", "b"))["status"] == "pending"
        await place.api("faults", {"platform": "store", "kind": "later", "times": 1, "value": 202})
        assert await ask(place, "order.cancel", "1014", "c", status=202) == ""
        assert place.product.hooks == []
        await place.api("store/requests/b/do", {})
        assert await told(place) == ["order.cancelled"]
        assert (await ask(place, "order.cancel", "1002", "b"))["status"] == "done"
        await place.api("store/requests/c/refuse", {"reason": "no"})
        assert (await ask(place, "order.cancel", "1014", "c"))["reason"] == "no"
        await place.api("store/requests/c/do", {}, status=400)
        await place.api("store/requests/d/do", {}, status=404)

    play(scenario)


@pytest.mark.parametrize("value", [500, 503, 429, 401, 422])
def test_store_fails_on_command(value: int) -> None:
    async def scenario(place: Playground) -> None:
        kind = "error" if value in (401, 422) else "status"
        await place.api("faults", {"platform": "store", "kind": kind, "times": 1, "value": value})
        await post(place, {"type": "doorstep.case.opened", "data": {}}, status=204)  # facts meet no fault of requests
        await ask(place, "order.cancel", "1002", status=value)
        assert order_of(place, "1002")["status"] == "paid"
        assert (await ask(place, "order.cancel", "1002"))["status"] == "done"

    play(scenario)


def test_what_was_done_before_the_answer_was_lost_is_done_once() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("faults", {"platform": "store", "kind": "drop_after_accept", "times": 1})
        with pytest.raises(Exception, match=r"."):
            await ask(place, "refund.issue", "1003", refund={"amount": "20.00"})
        assert (await ask(place, "refund.issue", "1003", refund={"amount": "20.00"}))["status"] == "done"
        assert place.parts.store.records["1003"]["refunded"] == "20.00"
        assert await told(place) == ["refund.issued"]

    play(scenario)


def test_answers_outlive_a_restart(tmp_path: Path) -> None:
    async def first(place: Playground) -> None:
        await ask(place, "order.cancel", "1002")

    async def second(place: Playground) -> None:
        assert (await ask(place, "order.cancel", "1002"))["status"] == "done"
        assert [one["id"] for one in place.parts.store.records["1002"]["asked"]] == ["act-1"]

    play(first, folder=tmp_path)
    play(second, folder=tmp_path)
