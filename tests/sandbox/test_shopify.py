"""The product's own client against the stand-in for Shopify: tokens, cost, scopes, subscriptions, orders, webhooks."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.shops.shopify.admin.client import Admin
from adapters.shops.shopify.admin.subscriptions import PATH, TOPICS
from adapters.shops.shopify.connection import ShopifyConnection
from adapters.shops.shopify.inbound.headers import verify
from adapters.shops.shopify.inbound.parse import parse
from adapters.shops.shopify.settings import ShopifySettings
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from core.ports.webhooks import RawRequest
from core.shop.orders import OrderStatus, ShipmentStatus
from core.shop.returns import ReturnState
from core.shop.store_events import ConnectionEvent, OrderEvent, RefundEvent, ReturnEvent, ShipmentEvent
from sandbox.platforms.shopify.operations import OPERATIONS
from sandbox.platforms.shopify.steering import COMMANDS
from tests.adapters.shops.shopify.payloads import payload
from tests.sandbox.playground import Hook, Playground, play

URL = "https://desk.example"
README = Path(__file__).parents[2] / "sandbox" / "README.md"


def settings_of(place: Playground, **changes: str) -> ShopifySettings:
    told = {name: place.config.of(f"shopify_{name}") for name in ("shop", "client_id", "client_secret", "api_url")}
    told |= changes
    return ShopifySettings(secrets=(told["client_secret"],), **told)


def against(
    act: Callable[[Playground, ShopifyConnection], Awaitable[None]], **changes: str
) -> Callable[[Playground], Awaitable[None]]:
    """Makes a scenario with a connection of the product's to the stand-in."""

    async def scenario(place: Playground) -> None:
        http = Http()
        try:
            await act(place, ShopifyConnection(http, settings_of(place, **changes), lambda: datetime.now(UTC)))
        finally:
            await http.close()

    return scenario


def money(amount: str) -> dict[str, Any]:
    both = {"amount": amount, "currencyCode": "USD"}
    return {"shopMoney": both, "presentmentMoney": both}


def order(number: int, changed: datetime, **changes: Any) -> dict[str, Any]:
    """Makes an order as GraphQL tells it."""
    line = {
        "id": "gid://shopify/LineItem/11",
        "title": "Boots",
        "sku": "B-42",
        "variantTitle": "42 / Black",
        "quantity": 1,
        "currentQuantity": 1,
        "unfulfilledQuantity": 0,
        "originalUnitPriceSet": money("129.80"),
        "product": {"id": "gid://shopify/Product/21"},
        "variant": {"id": "gid://shopify/ProductVariant/31"},
        "taxLines": [],
        "discountAllocations": [{"allocatedAmountSet": money("9.80"), "discountApplication": {"index": 0}}],
    }
    parcel = {
        "id": "gid://shopify/Fulfillment/41",
        "status": "SUCCESS",
        "displayStatus": "IN_TRANSIT",
        "updatedAt": changed.isoformat(),
        "trackingInfo": [{"company": "UPS", "number": "1Z999AA10123456784", "url": "https://ups.example/1Z"}],
        "fulfillmentLineItems": {"nodes": [{"quantity": 1, "lineItem": {"id": line["id"]}}]},
    }
    refund = {
        "id": "gid://shopify/Refund/51",
        "createdAt": changed.isoformat(),
        "transactions": {
            "nodes": [{"kind": "REFUND", "status": "SUCCESS", "gateway": "bogus", "amountSet": money("20.00")}]
        },
        "refundLineItems": {"nodes": []},
    }
    return {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "createdAt": "2026-11-01T10:00:00Z",
        "updatedAt": changed.isoformat(),
        "cancelledAt": None,
        "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "displayFulfillmentStatus": "FULFILLED",
        "currencyCode": "USD",
        "presentmentCurrencyCode": "USD",
        "taxesIncluded": False,
        "email": "jane@example.com",
        "phone": "+12025550123",
        "customerLocale": "en",
        "currentTotalPriceSet": money("120.00"),
        "totalPriceSet": money("120.00"),
        "customAttributes": [{"key": "order_updates", "value": "sms"}],
        "shippingAddress": {"name": "Jane Doe", "zip": "10001", "countryCodeV2": "US", "provinceCode": "NY"},
        "customer": {"id": "gid://shopify/Customer/61", "firstName": "Jane", "lastName": "Doe"},
        "lineItems": {"nodes": [line]},
        "shippingLines": {"nodes": []},
        "discountApplications": {"nodes": [{"index": 0, "code": "WELCOME"}]},
        "fulfillments": [parcel],
        "refunds": [refund],
        **changes,
    }


def test_setup_makes_every_subscription_once_and_mends_what_leads_elsewhere() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        made = await shop.setup(URL)
        assert [each.what for each in made if each.ok] == list(TOPICS)
        assert await shop.setup(URL) == []
        assert all(each.ok for each in await shop.status(URL))
        moved = await shop.setup("https://desk.other.example")
        assert len(moved) == len(TOPICS)
        assert "led to https://desk.example" in moved[0].said
        await place.api("shopify/unsubscribe", {"topic": "orders/paid"})
        assert [each.what for each in await shop.setup("https://desk.other.example")] == ["orders/paid"]
        known = (await place.api("shopify"))["subscriptions"]
        assert {each["uri"] for each in known} == {f"https://desk.other.example{PATH}"}
        assert len(known) == len(TOPICS)

    play(against(act))


def test_status_names_the_scope_and_the_topics_that_are_missing() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        await place.api("shopify/scopes", {"scopes": ["write_orders", "read_fulfillments", "read_customers"]})
        made = {each.what: each for each in await shop.setup(URL)}
        assert "read_returns" in made["returns/request"].said
        assert made["orders/create"].ok  # who may write may read
        found = {each.what: each for each in await shop.status(URL)}
        assert not found["scopes"].ok
        assert "read_returns, read_customer_merge, read_products" in found["scopes"].cure
        assert "returns/request" in found["webhooks"].cure

    play(against(act))


def test_disputes_are_told_of_where_the_shop_lets_us_see_them() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        held = (await place.api("shopify"))["scopes"]
        await place.api("shopify/scopes", {"scopes": [*held, "read_shopify_payments_disputes"]})
        made = [each.what for each in await shop.setup(URL) if each.ok]
        assert made == [*TOPICS, "disputes/create", "disputes/update"]

    play(against(act))


def test_status_names_what_the_bot_may_not_do_and_the_scope_for_it() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        held = set((await place.api("shopify"))["scopes"]) - {"write_returns", "write_order_edits"}
        await place.api("shopify/scopes", {"scopes": sorted({*held, "read_returns"})})
        found = {each.what: each for each in await shop.status(URL)}["actions"]
        assert found.ok  # it is for the store to decide
        assert "order.cancel, order.change_address, refund.issue" in found.said
        assert "for order.change_items, return.create add write_order_edits, write_returns" in found.todo

    play(against(act))


def test_an_address_that_shopify_does_not_take_is_its_own_sentence() -> None:
    async def act(_place: Playground, shop: ShopifyConnection) -> None:
        made = await shop.setup("http://desk.example")
        assert not any(each.ok for each in made)
        assert "webhookSubscription.uri: Address protocol http:// is not supported" in made[0].said

    play(against(act))


def test_a_token_that_was_taken_back_is_fetched_anew() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        await shop.status(URL)
        assert (await place.api("shopify"))["tokens"] == 1
        await place.api("shopify/revoke", {})
        assert (await shop.status(URL))[0].ok
        assert (await place.api("shopify"))["tokens"] == 1

    play(against(act))


@pytest.mark.parametrize(
    ("changes", "code", "cure"),
    [
        ({"client_secret": "wrong"}, "no_token", "set SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET"),
        ({"access_token": "shpat_gone"}, "revoked", "SHOPIFY_ACCESS_TOKEN"),
    ],
)
def test_who_is_not_let_in_hears_why_and_what_to_set(changes: dict[str, str], code: str, cure: str) -> None:
    async def act(_place: Playground, shop: ShopifyConnection) -> None:
        with pytest.raises(SendError) as caught:
            await shop.status(URL)
        assert (caught.value.outcome, caught.value.code) == (Outcome.MISCONFIGURED, code)
        assert cure in caught.value.detail

    play(against(act, **changes))


def test_status_says_that_the_shop_has_another_name_than_the_setting() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        found = (await shop.status(URL))[0]
        assert not found.ok
        assert f"set SHOPIFY_SHOP to {place.config.of('shopify_shop')}" in found.cure

    play(against(act, shop="renamed.myshopify.com"))


def test_an_order_is_placed_paid_sent_and_scanned_and_each_is_told() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        await shop.setup(place.config.product)
        made = await place.api("shopify/people", {"do": "place", "phone": "+12025550101", "order_updates": "whatsapp"})
        for deed in ({"do": "pay"}, {"do": "ship"}, {"do": "scan", "status": "delivered"}, {"do": "take_back"}):
            await place.api("shopify/people", {"order": made["order"].removeprefix("#"), **deed})
        await place.until(lambda: len(place.product.on("/webhooks/shopify")) >= 9)
        hooks = place.product.on("/webhooks/shopify")
        told = [event for hook in hooks for event in parse(_request(hook), datetime.now(UTC))]
        states = [event.order.status for event in told if isinstance(event, OrderEvent)]
        assert states[0] is OrderStatus.PENDING_PAYMENT
        assert {OrderStatus.PAID, OrderStatus.FULFILLED} < set(states)
        parcels = [event.shipment.status for event in told if isinstance(event, ShipmentEvent)]
        assert parcels == [ShipmentStatus.INFO_RECEIVED, ShipmentStatus.DELIVERED, ShipmentStatus.DELIVERED]
        assert any(isinstance(event, ReturnEvent) for event in told)

    play(against(act))


def _request(hook: Hook) -> RawRequest:
    headers = {name.lower(): value for name, value in hook.headers.items()}
    return RawRequest("POST", hook.url, headers, hook.body)


def test_a_deed_that_cannot_be_done_says_why() -> None:
    async def act(place: Playground, _shop: ShopifyConnection) -> None:
        made = await place.api("shopify/people", {"do": "place", "phone": "+12025550101"})
        told = await place.api(
            "shopify/people", {"do": "scan", "order": made["order"], "status": "delivered"}, status=400
        )
        assert "has left" in told["error"]
        assert "one of place, pay" in (await place.api("shopify/people", {"do": "dance"}, status=400))["error"]
        assert made["order"] in (await place.api("shopify/people", {"do": "pay", "order": "7"}, status=404))["error"]

    play(against(act))


def test_a_token_is_renewed_before_its_day_is_over() -> None:
    async def scenario(place: Playground) -> None:
        http, time = Http(), [datetime.now(UTC)]
        shop = ShopifyConnection(http, settings_of(place), lambda: time[0])
        await shop.status(URL)
        time[0] += timedelta(hours=23)
        await shop.status(URL)
        assert (await place.api("shopify"))["tokens"] == 1
        time[0] += timedelta(minutes=45)
        await shop.status(URL)
        assert (await place.api("shopify"))["tokens"] == 2
        await http.close()

    play(scenario)


def test_what_costs_too_much_now_waits_as_long_as_the_shop_says() -> None:
    async def scenario(place: Playground) -> None:
        http, waits = Http(), []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)
            await asyncio.sleep(seconds)

        admin = Admin(http, settings_of(place), lambda: datetime.now(UTC), sleep)
        await place.api("shopify/drain", {"restore": 400})
        said = await admin.ask("query Subscriptions { webhookSubscriptions(first: 100) { nodes { id } } }")
        assert said["webhookSubscriptions"]["nodes"] == []
        assert len(waits) == 1
        assert 0.1 <= waits[0] <= 102 / 400
        await http.close()

    play(scenario)


def test_a_shop_that_is_too_slow_is_left_for_later() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        await place.api("shopify/drain", {"restore": 0.5})
        with pytest.raises(SendError) as caught:
            await shop.setup(URL)
        assert caught.value.outcome is Outcome.PACE
        assert (caught.value.retry_after or 0) > 30

    play(against(act))


@pytest.mark.parametrize(("status", "outcome"), [(500, Outcome.RETRY), (402, Outcome.MISCONFIGURED)])
def test_a_shop_that_is_down_is_no_crash(status: int, outcome: Outcome) -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        await place.api("faults", {"platform": "shopify", "kind": "status", "value": status, "method": "graphql"})
        with pytest.raises(SendError) as caught:
            await shop.status(URL)
        assert caught.value.outcome is outcome

    play(against(act))


def test_orders_that_changed_are_fetched_in_pages_with_parcels_and_refunds() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        begin = datetime(2026, 12, 1, 10, tzinfo=UTC)
        orders = [order(number, begin + timedelta(minutes=number - 1000)) for number in range(1000, 1007)]
        broken = order(1007, begin + timedelta(minutes=7), createdAt=None)
        await place.api("shopify/orders", {"orders": [*reversed(orders), broken]})
        found = await shop.missed(begin + timedelta(minutes=1))
        told = [each for each in found if isinstance(each, OrderEvent)]
        assert [each.order.number for each in told] == [f"#{number}" for number in range(1001, 1007)]
        first = told[0]
        assert (first.at, first.source) == (begin + timedelta(minutes=1), shop.name)
        assert (first.order.store_id, first.order.status) == ("1001", OrderStatus.FULFILLED)
        assert (first.order.buyer.id, first.order.buyer.notify) == ("61", ("sms",))
        (parcel,) = first.order.shipments
        assert (parcel.id, parcel.status, parcel.carrier) == ("41", ShipmentStatus.IN_TRANSIT, "UPS")
        assert [(each.code, str(each.amount)) for each in first.order.discounts] == [("WELCOME", "9.80")]
        assert {each.external_id for each in found if isinstance(each, RefundEvent)} == {"refund:51"}
        again = await shop.missed(begin + timedelta(minutes=1))
        assert [each.external_id for each in again] == [each.external_id for each in found]

    play(against(act))


def test_a_missing_scope_for_orders_is_named() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        await place.api("shopify/scopes", {"scopes": []})
        with pytest.raises(SendError, match="read_orders") as caught:
            await shop.missed(datetime.now(UTC))
        assert caught.value.outcome is Outcome.MISCONFIGURED

    play(against(act))


def _believed(place: Playground, hook: Any) -> None:
    headers = {name.lower(): value for name, value in hook.headers.items()}
    shop = settings_of(place)
    verify(RawRequest("POST", hook.url, headers, hook.body), shop.shop, shop.secrets)


def test_webhooks_are_signed_repeated_held_turned_round_and_lost_on_command() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        await shop.setup(place.config.product)
        sent = {"topic": "orders/create", "payload": payload("order"), "id": "same"}
        assert (await place.api("shopify/deliver", {**sent, "lose": True})) == {"lost": 1}
        await place.api("shopify/deliver", {**sent, "times": 2})
        await place.api("shopify/deliver", {**sent, "headers": "next", "id": "other"})
        for id_ in ("one", "two"):
            await place.api("shopify/deliver", {**sent, "id": id_, "hold": True})
        await place.api("shopify/release", {"turned": True})
        hooks = place.product.on(PATH)
        for hook in hooks:
            _believed(place, hook)
        assert len(hooks) == 5
        headers = [{name.lower(): value for name, value in hook.headers.items()} for hook in hooks]
        ids = [each.get("x-shopify-webhook-id") or each.get("shopify-webhook-id") for each in headers]
        assert ids == ["same", "same", "other", "two", "one"]

    play(against(act))


def test_nobody_who_did_not_subscribe_hears_anything() -> None:
    async def act(place: Playground, _shop: ShopifyConnection) -> None:
        sent = {"topic": "orders/create", "payload": payload("order")}
        assert (await place.api("shopify/deliver", sent)) == {"answers": []}
        assert place.product.on(PATH) == []

    play(against(act))


def test_the_readme_names_each_operation_and_command() -> None:
    said = README.read_text()
    for name in (*OPERATIONS, *COMMANDS, "revoke"):
        assert f"`{name}`" in said, name


def test_the_label_of_a_return_is_found_when_its_webhook_says_to_look() -> None:
    async def act(place: Playground, shop: ShopifyConnection) -> None:
        since = datetime.now(UTC) - timedelta(minutes=1)
        await shop.setup(place.config.product)
        made = await place.api("shopify/people", {"do": "place", "phone": "+12025550101"})
        for deed in ({"do": "pay"}, {"do": "ship"}, {"do": "take_back"}):
            await place.api("shopify/people", {"order": made["order"], **deed})
        before = [each for each in await shop.missed(since) if isinstance(each, ReturnEvent)]
        await place.api(
            "shopify/people", {"order": made["order"], "do": "label", "url": "https://labels.example/1.pdf"}
        )
        after = [each for each in await shop.missed(since) if isinstance(each, ReturnEvent)]
        states = [(each.returned.state, each.returned.label_url) for each in (*before, *after)]
        assert states == [(ReturnState.APPROVED, ""), (ReturnState.LABEL_SENT, "https://labels.example/1.pdf")]
        assert before[0].external_id != after[0].external_id

        def looks() -> list[ConnectionEvent]:
            heard = place.product.on("/webhooks/shopify")
            events = [event for hook in heard for event in parse(_request(hook), datetime.now(UTC))]
            return [each for each in events if isinstance(each, ConnectionEvent) and each.kind == "look"]

        assert len(await place.until(looks)) == 1

    play(against(act))
