"""The product's own client against the stand-in for WooCommerce: keys, webhooks, what changed, parcels, refunds."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.shops.woocommerce.actions.actions import WooActions
from adapters.shops.woocommerce.connection import WooConnection
from adapters.shops.woocommerce.inbound.headers import is_ping, verify
from adapters.shops.woocommerce.rest.webhooks import PATH, TOPICS
from core.errors import Outcome, SendError
from core.ports.channel import Finding
from core.ports.webhooks import RawRequest
from core.shop.orders import OrderStatus, ShipmentStatus
from core.shop.store_events import OrderEvent, ProductEvent, RefundEvent, ShipmentEvent, StoreEvent
from sandbox.platforms.woocommerce.errors import SAID
from sandbox.platforms.woocommerce.routes import WooCommerce
from tests.adapters.shops.woocommerce.payloads import payload, read
from tests.sandbox.playground import Playground, play
from tests.sandbox.woocommerce import URL, against, has, now, settings_of, written

README = Path(__file__).parents[2] / "sandbox" / "README.md"


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {each.what: each for each in findings}


def of(kind: type, events: list[StoreEvent]) -> list[Any]:
    return [each for each in events if isinstance(each, kind)]


async def status_of(place: Playground, topic: str) -> str:
    known = (await place.api("woocommerce"))["webhooks"]
    return next(str(each["status"]) for each in known if each["topic"] == topic)


def test_setup_makes_each_webhook_once_and_mends_what_is_disabled_or_leads_elsewhere() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        base = place.config.product
        assert [each.what for each in await shop.setup(base) if each.ok] == list(TOPICS)
        assert await shop.setup(base) == []
        assert all(each.ok for each in await shop.status(base))
        await place.until(lambda: len(place.product.on(PATH)) == len(TOPICS))
        for hook in place.product.on(PATH):
            headers = {name.lower(): value for name, value in hook.headers.items()}
            assert is_ping(RawRequest("POST", hook.url, headers, hook.body))
        await place.api("woocommerce/webhook", {"topic": "order.updated", "status": "disabled"})
        assert "order.updated" in by_name(await shop.status(base))["webhooks"].cure
        (mended,) = await shop.setup(base)
        assert (mended.what, mended.said) == ("order.updated", "was disabled, is active again")
        moved = await shop.setup(URL)
        assert len(moved) == len(TOPICS)
        assert f"led to {base}" in moved[0].said
        known = (await place.api("woocommerce"))["webhooks"]
        assert {each["delivery_url"] for each in known} == {URL + PATH}
        assert len(known) == len(TOPICS)

    play(against(act))


def test_a_webhook_that_a_person_paused_stays_paused() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        await shop.setup(URL)
        await place.api("woocommerce/webhook", {"topic": "product.updated", "status": "paused"})
        assert await shop.setup(URL) == []
        found = by_name(await shop.status(URL))["webhooks"]
        assert (found.ok, found.said) == (False, f"{len(TOPICS) - 1} of {len(TOPICS)} topics come here")
        assert "product.updated: a person paused it" in found.cure

    play(against(act))


def test_a_key_that_may_only_read_is_said_before_anybody_misses_it() -> None:
    async def act(place: Playground, shop: WooConnection, actions: WooActions) -> None:
        await place.api("woocommerce/key", {"permissions": "read"})
        found = by_name(await shop.status(URL))
        assert not found["key"].ok
        assert "write permissions" in found["key"].cure
        made = await shop.setup(URL)
        assert not any(each.ok for each in made)
        with pytest.raises(SendError, match="write permissions"):
            await actions.check()

    play(against(act))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": "ck_guessed"}, "woocommerce_rest_authentication_error"),
        ({"secret": "cs_guessed"}, "woocommerce_rest_authentication_error"),
    ],
)
def test_who_is_not_let_in_hears_why(changes: dict[str, str], code: str) -> None:
    async def act(_place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        for asked in (shop.status(URL), shop.setup(URL), shop.missed(now())):
            with pytest.raises(SendError) as caught:
                await asked
            assert (caught.value.outcome, caught.value.code) == (Outcome.MISCONFIGURED, code)

    play(against(act, **changes))


def test_a_key_that_was_removed_is_said() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        await shop.status(URL)
        await place.api("woocommerce/key", {"revoked": True})
        with pytest.raises(SendError, match="Consumer key is invalid"):
            await shop.missed(now())

    play(against(act))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (500, Outcome.AMBIGUOUS),
        (503, Outcome.RETRY),
        (403, Outcome.MISCONFIGURED),
        (404, Outcome.MISCONFIGURED),
    ],
)
def test_a_page_of_the_host_is_no_crash(status: int, outcome: Outcome) -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        await place.api("faults", {"platform": "woocommerce", "kind": "status", "value": status})
        with pytest.raises(SendError) as caught:
            await shop.status(URL)
        assert (caught.value.outcome, caught.value.code) == (outcome, f"http_{status}")

    play(against(act))


def test_a_shop_that_puts_us_off_is_asked_again_as_it_says() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        value = {"status": 429, "retry_after": 0.05}
        await place.api("faults", {"platform": "woocommerce", "kind": "status", "value": value, "times": 2})
        assert by_name(await shop.status(URL))["connection"].ok
        await place.api("faults", {"platform": "woocommerce", "kind": "status", "value": {**value, "retry_after": 99}})
        with pytest.raises(SendError) as caught:
            await shop.missed(now())
        assert (caught.value.outcome, caught.value.retry_after) == (Outcome.PACE, 99)

    play(against(act))


def test_orders_that_changed_are_fetched_page_by_page() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        begin = now() - timedelta(hours=2)
        for number in range(130):
            age = timedelta(hours=1) - timedelta(seconds=number // 3)
            await has(place, 1000 + number, age=age)
        await has(place, 5000, age=timedelta(days=2))
        await has(place, 5001, status="checkout-draft")
        await has(place, 5002, total=None)
        told = of(OrderEvent, await shop.missed(begin))
        assert [each.order.number for each in told] == [str(1000 + number) for number in range(130)]
        assert all(each.kind == "updated" and each.source == shop.name for each in told)
        again = await shop.missed(begin)
        assert [each.external_id for each in of(OrderEvent, again)] == [each.external_id for each in told]

    play(against(act))


def test_an_order_that_changes_while_pages_are_read_hides_no_other() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        for number in range(120):
            await has(place, 1000 + number, age=timedelta(hours=1) - timedelta(seconds=number))
        original, seen = shop._rest.get, []

        async def get(path: str, **query: Any) -> Any:
            reply = await original(path, **query)
            if path == "orders" and query.get("orderby") == "modified" and len(seen) < 5:
                seen.append(reply.objects[0]["id"])  # it moves to the end of the list
                await place.api("woocommerce/orders", {"orders": [{"id": seen[-1]}], "quiet": True})
            return reply

        shop._rest.get = get  # type: ignore[method-assign]
        told = of(OrderEvent, await shop.missed(now() - timedelta(hours=2)))
        assert {each.order.number for each in told} == {str(1000 + number) for number in range(120)}

    play(against(act))


def test_refunds_are_told_with_the_order_they_belong_to() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        await has(place, number="GB-727")
        await place.api("woocommerce/refund", {"id": 727, "amount": "13.50", "quiet": True})
        (first,) = of(RefundEvent, await shop.missed(now() - timedelta(minutes=5)))
        assert (first.refund.order_number, str(first.refund.amount)) == ("GB-727", "13.50")
        await place.api("woocommerce/refund", {"id": 727, "amount": "1.00", "quiet": True})
        told = of(RefundEvent, await shop.missed(now() - timedelta(minutes=5)))
        assert {each.external_id for each in told} > {first.external_id}
        assert len(told) == 2

    play(against(act))


@pytest.mark.parametrize("plugin", ["shipment_tracking", "ast"])
@pytest.mark.parametrize("more", [[], ["hide_meta"]])
def test_a_parcel_that_changed_nothing_of_its_order_is_found(plugin: str, more: list[str]) -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        await place.api("woocommerce/plugins", {"plugins": [plugin, *more]})
        await has(place, age=timedelta(days=3))
        await has(place, 728, age=timedelta(days=3))
        since = now() - timedelta(minutes=10)
        assert await shop.missed(since) == []
        await place.api("woocommerce/track", {"id": 727})
        (parcel,) = await shop.missed(since)
        assert isinstance(parcel, ShipmentEvent)
        assert (parcel.order_number, parcel.shipment.tracking_number) == ("727", "1Z999AA10123456784")
        assert (parcel.shipment.carrier, parcel.shipment.status) == ("UPS", ShipmentStatus.IN_TRANSIT)
        assert now() - parcel.at < timedelta(minutes=1)
        (again,) = await shop.missed(since)
        assert again.external_id == parcel.external_id

    play(against(act))


def test_who_keeps_parcels_is_found_out_and_said() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        said = []
        for plugins in ([], ["shipment_tracking"], ["ast"], ["fulfillments", "ast"]):
            await place.api("woocommerce/plugins", {"plugins": plugins})
            said.append(by_name(await shop.status(URL))["tracking"])
        assert "do not hear that a parcel left" in said[0].todo
        assert [each.said for each in said[1:]] == [
            "Shipment Tracking",
            "Advanced Shipment Tracking",
            "fulfillments of WooCommerce, Advanced Shipment Tracking",
        ]

    play(against(act))


def test_fulfilments_of_the_core_are_asked_for() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        await place.api("woocommerce/plugins", {"plugins": ["fulfillments"]})
        await has(place)
        lines = [{"item_id": 315, "qty": 1}]
        told = {"id": 727, "meta": {"_items": lines}, "order_status": "partially_fulfilled", "quiet": True}
        await place.api("woocommerce/fulfil", told)
        (parcel,) = of(ShipmentEvent, await shop.missed(now() - timedelta(minutes=5)))
        assert [(each.line_id, each.quantity) for each in parcel.shipment.lines] == [("315", 1)]

    play(against(act))


def test_a_product_is_fetched_with_its_variations() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        at = {"date_modified_gmt": written(now())}
        products = [payload("product_variable", **at), payload("product", **at)]
        await place.api("woocommerce/products", {"products": products, "variations": {"93": read("variations")}})
        told = of(ProductEvent, await shop.missed(now() - timedelta(minutes=5)))
        found = {each.product.id: each.product for each in told}
        assert set(found) == {"22", "93"}
        boots = found["93"]
        assert boots.options == ("Color", "Size")
        assert [(each.id, each.options, each.stock) for each in boots.variants] == [
            ("112", {"Color": "Black", "Size": "42"}, 3),
            ("113", {"Color": "Green", "Size": "43"}, 0),
        ]

    play(against(act))


def test_a_webhook_is_signed_repeated_held_turned_round_and_lost_on_command() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        await shop.setup(place.config.product)
        await place.until(lambda: len(place.product.on(PATH)) == len(TOPICS))
        place.product.hooks.clear()
        sent = {"topic": "order.created", "payload": payload("order"), "delivery_id": "same"}
        assert await place.api("woocommerce/deliver", {**sent, "lose": True}) == {"lost": 1}
        await place.api("woocommerce/deliver", {**sent, "times": 2})
        for id_ in ("one", "two"):
            await place.api("woocommerce/deliver", {**sent, "delivery_id": id_, "hold": True})
        await place.api("woocommerce/release", {"turned": True})
        hooks = place.product.on(PATH)
        told = [{name.lower(): value for name, value in hook.headers.items()} for hook in hooks]
        assert [each["x-wc-webhook-delivery-id"] for each in told] == ["same", "same", "two", "one"]
        for headers, hook in zip(told, hooks, strict=True):
            verify(RawRequest("POST", hook.url, headers, hook.body), settings_of(place).secrets)

    play(against(act))


def test_nothing_is_repeated_and_a_webhook_is_disabled_after_more_than_five_failures() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        await shop.setup(place.config.product)
        await place.until(lambda: len(place.product.on(PATH)) == len(TOPICS))
        place.product.hooks.clear()
        await place.api("webhooks", {"platform": "woocommerce", "deliver": False})
        for number in range(7):
            await place.api("woocommerce/orders", {"orders": [payload("order", id=number + 1)]})
        async with asyncio.timeout(5):
            while await status_of(place, "order.created") != "disabled":
                await asyncio.sleep(0.02)
        await place.api("webhooks", {"platform": "woocommerce", "deliver": True})
        await place.api("woocommerce/orders", {"orders": [payload("order", id=9)]})
        await asyncio.sleep(0.1)
        assert place.product.on(PATH) == []
        assert [each.what for each in await shop.setup(place.config.product)] == ["order.created"]
        await place.api("woocommerce/orders", {"orders": [payload("order", id=10)]})
        await place.until(lambda: place.product.on(PATH))

    play(against(act))


def test_an_order_is_placed_and_paid_and_an_eastern_name_is_written_as_it_is() -> None:
    async def act(place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        since = now() - timedelta(minutes=1)
        told = {
            "phone": "+12025550102",
            "customer": "小明 王",
            "items": [{"title": "茶杯", "price": "18.00", "quantity": 2}],
        }
        made = await place.api("woocommerce/place", told)
        (event,) = of(OrderEvent, await shop.missed(since))
        assert (event.order.number, event.order.status) == (made["number"], OrderStatus.PENDING_PAYMENT)
        assert (event.order.buyer.name, str(event.order.total)) == ("王小明", "36.00")
        await place.api("woocommerce/pay", {"id": made["id"]})
        (event,) = of(OrderEvent, await shop.missed(since))
        assert event.order.status is OrderStatus.PAID

    play(against(act))


@pytest.mark.parametrize("changes", [{"key": "ck_other"}, {"secret": "cs_other"}])
def test_a_key_that_is_not_taken_is_said_with_what_to_set(changes: dict[str, str]) -> None:
    async def act(_place: Playground, shop: WooConnection, _actions: WooActions) -> None:
        with pytest.raises(SendError, match="woocommerce_rest_authentication_error") as caught:
            await shop.status(URL)
        assert "set WOOCOMMERCE_KEY and WOOCOMMERCE_SECRET" in caught.value.detail

    play(against(act, **changes))


def test_the_readme_names_each_command_plugin_and_limit() -> None:
    said = README.read_text()
    commands = [name for name in vars(WooCommerce) if name.startswith("_") and not name.startswith(("__", "_guarded"))]
    for name in commands:
        word = name.removeprefix("_")
        assert word == "shown" or f"`{word}`" in said, word
    for name in ("fulfillments", "ast", "shipment_tracking", "hide_meta", *SAID):
        assert f"`{name}`" in said, name
