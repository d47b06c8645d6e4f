"""What a customer wants is done at the stand-in for WooCommerce once, refused, or said to be people's."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from adapters.shops.woocommerce.actions.actions import WooActions
from adapters.shops.woocommerce.connection import WooConnection
from core.errors import Outcome, SendError
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus
from tests.adapters.shops.woocommerce.payloads import payload, read
from tests.sandbox.playground import Playground, play
from tests.sandbox.woocommerce import against, has, order, request

UNPAID = {"status": "pending", "date_paid_gmt": None}
ADDRESS = {"line1": "5 High Street", "city": "York", "postcode": "YO1 7HH"}
BOOTS = [{"line_id": "315", "quantity": 1}]


async def refunds(place: Playground) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await place.api("woocommerce"))["refunds"].get("727", [])
    return found


async def repeats(actions: WooActions, *asked: Any) -> list[ShopAnswer]:
    return [await actions.ask(each) for each in asked]


def test_a_paid_order_is_paid_back_and_cancelled_once() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        asked = request("order.cancel", reason="changed_mind")
        first, again = await repeats(actions, asked, asked)
        assert (first.status, again.status) == (ShopStatus.DONE, ShopStatus.DONE)
        assert (await order(place))["status"] == "cancelled"
        (made,) = await refunds(place)
        assert (made["amount"], made["refunded_payment"]) == ("170.40", True)
        assert "act-1" in made["reason"]
        assert [each["quantity"] for each in made["line_items"]] == [-1, -2]

    play(against(act))


def test_an_order_that_nobody_paid_is_only_cancelled() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place, **UNPAID)
        assert (await actions.ask(request("order.cancel"))).status is ShopStatus.DONE
        assert (await order(place))["status"] == "cancelled"
        assert await refunds(place) == []

    play(against(act))


def test_what_was_paid_back_in_part_is_not_paid_back_again() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        await place.api("woocommerce/refund", {"id": 727, "amount": "70.40", "quiet": True})
        assert (await actions.ask(request("order.cancel"))).status is ShopStatus.DONE
        assert [each["amount"] for each in await refunds(place)] == ["70.40", "100.00"]

    play(against(act))


@pytest.mark.parametrize("action", ["order.cancel", "order.change_address", "order.change_items"])
@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("completed", Refusal.SENT),
        ("engraving", Refusal.SENT),
        ("refunded", Refusal.CANCELLED),
    ],
)
def test_an_order_that_has_left_or_is_over_is_left_alone(action: str, status: str, why: Refusal) -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place, status=status)
        if status == "refunded" and action == "order.cancel":
            return  # its money is back: it may be cancelled
        answer = await actions.ask(request(action, address=ADDRESS, items=[{"line_id": "315", "quantity": 0}]))
        assert (answer.status, answer.why) == (ShopStatus.REFUSED, why)
        assert (await order(place))["status"] == status

    play(against(act))


def test_an_order_with_a_tracking_number_has_left() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        await place.api("woocommerce/track", {"id": 727})
        assert (await actions.ask(request("order.cancel"))).why is Refusal.SENT
        assert await refunds(place) == []

    play(against(act))


def test_a_gateway_that_does_not_pay_back_leaves_all_as_it_was_and_says_so() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        await place.api("woocommerce/gateway", {"refunds": False})
        for asked in (request("order.cancel"), request("refund.issue", refund={"amount": "5.00", "currency": "USD"})):
            answer = await actions.ask(asked)
            assert answer.status is ShopStatus.FAILED
            assert "does not support automatic refunds" in (answer.reason or "")
        assert (await order(place))["status"] == "processing"
        assert await refunds(place) == []
        await place.api("woocommerce/gateway", {"refunds": True})  # somebody mended it, and repeats the request
        assert (await actions.ask(request("order.cancel"))).status is ShopStatus.DONE

    play(against(act))


def test_a_refund_of_lines() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        money = {
            "amount": "13.50",
            "currency": "USD",
            "method": "original",
            "lines": [{"line_id": "316", "quantity": 1}],
        }
        first, again = await repeats(actions, *[request("refund.issue", refund=money)] * 2)
        assert first == again
        (made,) = await refunds(place)
        assert (str(made["id"]), made["amount"]) == (first.id, "13.50")
        (back,) = made["line_items"]
        assert (back["quantity"], back["total"]) == (-1, "-13.50")
        other = await actions.ask(request("refund.issue", id_="act-2", refund=money))
        assert other.id != first.id
        assert len(await refunds(place)) == 2

    play(against(act))


@pytest.mark.parametrize(
    ("refund", "status", "said"),
    [
        ({"amount": "999.00"}, ShopStatus.REFUSED, Refusal.TOO_MUCH),
        ({"amount": "5.00", "method": "store_credit"}, ShopStatus.FAILED, "on the way it was paid"),
        ({"amount": "5.00", "currency": "EUR"}, ShopStatus.FAILED, "another currency"),
        ({"amount": "0"}, ShopStatus.FAILED, "no amount"),
    ],
)
def test_a_refund_that_is_not_to_be(refund: dict[str, str], status: ShopStatus, said: str) -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        answer = await actions.ask(request("refund.issue", refund=refund))
        assert answer.status is status
        assert said in (answer.why or answer.reason or "")
        assert await refunds(place) == []

    play(against(act))


def before_it_is_made(place: Playground, actions: WooActions, kind: str, value: Any = None) -> None:
    """Lets the next call that makes something meet this fault; what is read before and after is left alone."""
    original = actions._rest.post

    async def late(path: str, body: dict[str, Any]) -> Any:
        actions._rest.post = original  # type: ignore[method-assign]
        fault = {"platform": "woocommerce", "kind": kind, "value": value, "method": path, "times": 1}
        await place.api("faults", fault)
        return await original(path, body)

    actions._rest.post = late  # type: ignore[method-assign]


def test_a_refund_whose_answer_was_lost_is_found_and_not_made_again() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        asked = request("refund.issue", refund={"amount": "13.50", "currency": "USD"})
        before_it_is_made(place, actions, "drop_after_accept")
        with pytest.raises(SendError) as caught:
            await actions.ask(asked)
        assert caught.value.outcome is Outcome.AMBIGUOUS
        answer = await actions.ask(asked)
        (made,) = await refunds(place)
        assert (answer.status, answer.id) == (ShopStatus.DONE, str(made["id"]))

    play(against(act))


def test_a_refund_that_nobody_knows_of_is_never_begun_again() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        asked = request("refund.issue", refund={"amount": "13.50", "currency": "USD"})
        before_it_is_made(place, actions, "status", 504)  # the bank behind the shop may still be at work
        for code in ("http_504", "refund_unknown", "refund_unknown"):
            with pytest.raises(SendError) as caught:
                await actions.ask(asked)
            assert (caught.value.outcome, caught.value.code) == (Outcome.AMBIGUOUS, code)
        assert await refunds(place) == []
        body = {"id": 727, "amount": "13.50", "reason": "Asked for by the customer (act-1)", "quiet": True}
        await place.api("woocommerce/refund", body)  # it was slow
        assert (await actions.ask(asked)).status is ShopStatus.DONE
        assert len(await refunds(place)) == 1

    play(against(act))


def test_a_refund_that_was_surely_not_made_is_made_later() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        asked = request("refund.issue", refund={"amount": "13.50", "currency": "USD"})
        await place.api("woocommerce/key", {"permissions": "read"})
        with pytest.raises(SendError) as caught:
            await actions.ask(asked)
        assert caught.value.outcome is Outcome.MISCONFIGURED
        await place.api("woocommerce/key", {"permissions": "read_write"})
        assert (await actions.ask(asked)).status is ShopStatus.DONE

    play(against(act))


def test_an_order_goes_elsewhere() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        first, again = await repeats(actions, *[request("order.change_address", address=ADDRESS)] * 2)
        assert first.status is again.status is ShopStatus.DONE
        there = (await order(place))["shipping"]
        assert (there["address_1"], there["city"], there["postcode"]) == ("5 High Street", "York", "YO1 7HH")
        assert (there["country"], there["first_name"]) == ("GB", "Jane")
        abroad = request("order.change_address", id_="act-2", address={**ADDRESS, "country": "FR"})
        answer = await actions.ask(abroad)
        assert (answer.status, answer.reason) == (ShopStatus.FAILED, "taxes and the price of the delivery change")

    play(against(act))


def test_items_of_an_unpaid_order_change_once() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place, **UNPAID)
        products = [payload("product_variable"), payload("product")]
        await place.api("woocommerce/products", {"products": products, "variations": {"93": read("variations")}})
        items = [
            {"line_id": "316", "quantity": 1},
            {"line_id": "315", "quantity": 0},
            {"variant_id": "112", "quantity": 2},
        ]
        asked = request("order.change_items", items=items)
        first, again = await repeats(actions, asked, asked)
        assert first.status is again.status is ShopStatus.DONE
        now_is = await order(place)
        assert [(each["product_id"], each["variation_id"], each["quantity"]) for each in now_is["line_items"]] == [
            (22, 0, 1),
            (93, 112, 2),
        ]
        assert Decimal(now_is["total"]) == Decimal("13.50") + 2 + Decimal("259.60") + Decimal("10.80")

    play(against(act))


@pytest.mark.parametrize(
    ("items", "status", "said"),
    [
        ([{"variant_id": "113"}], ShopStatus.REFUSED, Refusal.OUT_OF_STOCK),
        ([{"variant_id": "112", "quantity": 9}], ShopStatus.REFUSED, Refusal.OUT_OF_STOCK),
        ([{"variant_id": "99"}], ShopStatus.FAILED, "no such variant"),
        ([{"line_id": "9", "quantity": 1}], ShopStatus.FAILED, "not in the order"),
        (
            [{"line_id": "315", "quantity": 0}, {"line_id": "316", "quantity": 0}],
            ShopStatus.FAILED,
            "nothing would be left",
        ),
    ],
)
def test_items_that_cannot_change(items: list[dict[str, Any]], status: ShopStatus, said: str) -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place, **UNPAID)
        products = [payload("product_variable")]
        await place.api("woocommerce/products", {"products": products, "variations": {"93": read("variations")}})
        answer = await actions.ask(request("order.change_items", items=items))
        assert answer.status is status
        assert said in (answer.why or answer.reason or "")
        assert len((await order(place))["line_items"]) == 2

    play(against(act))


def test_items_of_a_paid_order_are_peoples_work() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        answer = await actions.ask(request("order.change_items", items=[{"line_id": "316", "quantity": 1}]))
        assert (answer.status, answer.reason) == (ShopStatus.FAILED, "the order is paid, and its price would change")

    play(against(act))


def test_a_return_is_written_down_once_also_after_a_lost_answer() -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place, status="completed")
        before_it_is_made(place, actions, "drop_before")
        asked = request("return.create", **{"return": {"id": "R727-1", "resolution": "exchange", "lines": BOOTS}})
        with pytest.raises(SendError):
            await actions.ask(asked)
        first, again = await repeats(actions, asked, asked)
        assert first == again == ShopAnswer(ShopStatus.DONE, id="R727-1")
        (note,) = (await place.api("woocommerce"))["notes"]["727"]
        assert "Return R727-1" in note["note"]
        assert "1 × Trail boots - Black, 42" in note["note"]
        assert note["customer_note"] is False
        kept = [each["value"] for each in (await order(place))["meta_data"] if each["key"] == "_doorstep_return_R727-1"]
        assert kept == [{"id": "R727-1", "resolution": "exchange", "lines": BOOTS}]

    play(against(act))


@pytest.mark.parametrize("number", ["GB-10727", "#GB-10727"])
def test_an_order_is_found_by_the_number_that_customers_know(number: str) -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place, number="GB-10727", **UNPAID)
        await has(place, 728, age=timedelta(days=1), number="727", **UNPAID)
        assert (await actions.ask(request("order.cancel", number))).id == "727"
        assert (await actions.ask(request("order.cancel", "727", id_="act-2"))).id == "728"
        told = msgspec.structs.replace(request("order.cancel", "GB-1", id_="act-3"), order_id="727")
        assert (await actions.ask(told)).reason == "the shop knows no order of this number"  # that id is another's
        nobody = await actions.ask(request("order.cancel", "99999"))
        assert (nobody.status, nobody.reason) == (ShopStatus.FAILED, "the shop knows no order of this number")

    play(against(act))


@pytest.mark.parametrize(
    ("kind", "value", "outcome"),
    [
        ("status", 429, Outcome.PACE),
        ("status", 503, Outcome.RETRY),
        ("status", 500, Outcome.AMBIGUOUS),
        ("error", "woocommerce_rest_cannot_view", Outcome.MISCONFIGURED),
        ("drop_before", None, Outcome.AMBIGUOUS),
    ],
)
def test_a_shop_that_is_away_is_asked_again_later(kind: str, value: Any, outcome: Outcome) -> None:
    async def act(place: Playground, _shop: WooConnection, actions: WooActions) -> None:
        await has(place)
        value_ = {"status": value, "retry_after": 30} if value == 429 else value
        await place.api("faults", {"platform": "woocommerce", "kind": kind, "value": value_})
        with pytest.raises(SendError) as caught:
            await actions.ask(request("order.cancel"))
        assert caught.value.outcome is outcome
        await place.api("faults", method="DELETE")
        assert (await actions.ask(request("order.cancel"))).status is ShopStatus.DONE
        assert len(await refunds(place)) == 1

    play(against(act))
