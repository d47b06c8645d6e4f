"""Lets the product act at the stand-in for Shopify: orders to act on, and a wire that can lose answers."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from adapters.shops.shopify.actions.port import ShopifyActions
from adapters.shops.shopify.connection import ShopifyConnection
from adapters.transport.http import Http, HttpReply
from core.errors import Outcome, SendError
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import ShopAnswer
from sandbox.platforms.shopify.operations import NAME
from tests.adapters.shops.shopify.answers import Checker
from tests.sandbox.playground import Playground, play
from tests.sandbox.test_shopify import money, order, settings_of

Json = dict[str, Any]
NUMBER = "#1001"
LINE, OTHER = "gid://shopify/LineItem/11", "gid://shopify/LineItem/12"
ADDRESS = {
    "address1": "12 Elm St",
    "address2": None,
    "company": None,
    "city": "New York",
    "zip": "10001",
    "provinceCode": "NY",
    "countryCodeV2": "US",
}


class Wire(Http):
    """Carries calls, checks each against Shopify's schema, and loses the answers of the operations in `lost`, once."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: list[str] = []
        self.called: list[str] = []
        self.sent: list[Json] = []
        self._checker = Checker()

    async def request(self, method: str, url: str, **how: Any) -> HttpReply:
        """Makes a call. Raises SendError for one whose answer is lost."""
        reply = await super().request(method, url, **how)
        asked = how.get("json")
        if asked is None:
            return reply
        name = NAME.match(asked["query"])
        assert name is not None
        self.called.append(name.group(1))
        self.sent.append(asked["variables"])
        self._checker.check(asked["query"], asked["variables"], reply.json())
        if name.group(1) in self.lost:
            self.lost.remove(name.group(1))
            raise SendError(Outcome.AMBIGUOUS, "timeout")
        return reply


class Acting:
    """Holds the stand-in with one order, and the product's port to it."""

    def __init__(self, place: Playground, wire: Wire) -> None:
        self.place = place
        self.wire = wire
        shop = settings_of(place)
        self.shop = ShopifyActions(wire, shop, lambda: datetime.now(UTC))
        self.connection = ShopifyConnection(wire, shop, lambda: datetime.now(UTC))

    async def ask(self, action: str, id_: str = "act-7f3a", remote_id: str = "", **data: Any) -> ShopAnswer:
        """Asks for an action on the order, as hub.outgoing does."""
        told = {"id": id_, "order_number": NUMBER, "requested_by": "customer", **data}
        event = OutgoingEvent("01E", f"doorstep.{action}", "order/1001", datetime.now(UTC), told, remote_id)
        return await self.shop.ask(event)

    async def order(self) -> Json:
        """Reads the order as the stand-in has it now."""
        (found,) = (await self.place.api("shopify"))["state"].values()
        return dict(found)

    async def have(self, **changes: Any) -> None:
        """Lets the shop have one order, which has not left unless `changes` say so."""
        await self.place.api("shopify/orders", {"orders": [paid(**changes)]})

    async def told(self, number: int) -> list[str]:
        """Lists the topics of webhooks that came, in order, once there are so many."""
        while len(self.place.product.on("/webhooks/shopify")) < number:
            await asyncio.sleep(0.02)
        return [
            {name.lower(): value for name, value in hook.headers.items()}["x-shopify-topic"]
            for hook in self.place.product.on("/webhooks/shopify")
        ]


def line(id_: str, variant: int, quantity: int = 1, sent: bool = False) -> Json:
    """Makes a line."""
    return {
        "id": id_,
        "title": "Boots",
        "sku": f"B-{variant}",
        "variantTitle": str(variant),
        "quantity": quantity,
        "currentQuantity": quantity,
        "unfulfilledQuantity": 0 if sent else quantity,
        "originalUnitPriceSet": money("60.00"),
        "product": {"id": "gid://shopify/Product/21"},
        "variant": {"id": f"gid://shopify/ProductVariant/{variant}"},
        "taxLines": [],
        "discountAllocations": [],
    }


def paid(**changes: Any) -> Json:
    """Makes an order of two lines that is paid and has not left."""
    own = {
        "name": NUMBER,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "fulfillments": [],
        "refunds": [],
        "shippingAddress": {**ADDRESS, "firstName": "Jane", "lastName": "Doe", "phone": "+12025550123"},
        "lineItems": {"nodes": [line(LINE, 31), line(OTHER, 32, 2)]},
    }
    return order(1001, datetime.now(UTC), **{**own, **changes})


def sent(**changes: Any) -> Json:
    """Makes what of `paid` is different once all of it has been sent."""
    pieces = [{"quantity": 1, "lineItem": {"id": LINE}}, {"quantity": 2, "lineItem": {"id": OTHER}}]
    parcel = {
        "id": "gid://shopify/Fulfillment/41",
        "status": "SUCCESS",
        "displayStatus": "DELIVERED",
        "updatedAt": datetime.now(UTC).isoformat(),
        "trackingInfo": [],
        "fulfillmentLineItems": {"nodes": pieces},
    }
    lines = {"nodes": [line(LINE, 31, sent=True), line(OTHER, 32, 2, sent=True)]}
    return {"displayFulfillmentStatus": "FULFILLED", "fulfillments": [parcel], "lineItems": lines, **changes}


def acting(scenario: Callable[[Acting], Awaitable[None]], *, subscribed: bool = False) -> None:
    """Runs a scenario; `subscribed`: the webhooks that follow come to the playground's product."""

    async def run(place: Playground) -> None:
        wire = Wire()
        act = Acting(place, wire)
        try:
            if subscribed:
                await act.connection.setup(place.config.product)
            await scenario(act)
        finally:
            await wire.close()

    play(run)
