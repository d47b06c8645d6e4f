"""Connects the product's own adapters to the stand-in for WooCommerce, and makes orders there."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.shops.woocommerce.actions.actions import WooActions
from adapters.shops.woocommerce.connection import WooConnection
from adapters.shops.woocommerce.settings import WooSettings
from adapters.transport.http import Http
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import PREFIX
from tests.adapters.shops.woocommerce.payloads import payload
from tests.sandbox.playground import Playground

URL = "https://desk.example"
Act = Callable[[Playground, WooConnection, WooActions], Awaitable[None]]


def now() -> datetime:
    return datetime.now(UTC)


def settings_of(place: Playground, **changes: str) -> WooSettings:
    told = {name: place.config.of(f"woocommerce_{name}") for name in ("url", "key", "secret")} | changes
    return WooSettings(secrets=(place.config.of("woocommerce_webhook_secret"),), **told)


def against(act: Act, **changes: str) -> Callable[[Playground], Awaitable[None]]:
    """Makes a scenario with the product's connection to the stand-in, and its port for wishes."""

    async def scenario(place: Playground) -> None:
        http, shop = Http(), settings_of(place, **changes)
        try:
            await act(place, WooConnection(http, shop, now), WooActions(http, shop, now))
        finally:
            await http.close()

    return scenario


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


async def has(place: Playground, id_: int = 727, *, age: timedelta = timedelta(0), **changes: Any) -> None:
    """Puts an order into the shop, which tells nobody."""
    at = written(now() - age)
    told = {"number": str(id_), "date_created_gmt": at, "date_modified_gmt": at, **changes}
    order = payload("order", id=id_, **told)
    await place.api("woocommerce/orders", {"orders": [order], "touch": False, "quiet": True})


async def order(place: Playground, id_: int = 727) -> dict[str, Any]:
    listed = (await place.api("woocommerce"))["orders"]
    found: dict[str, Any] = next(each for each in listed if each["id"] == id_)
    return found


def request(action: str, number: str = "727", id_: str = "act-1", **data: Any) -> OutgoingEvent:
    told = {"id": id_, "order_number": number, "requested_by": "customer", "proof": "contact", **data}
    return OutgoingEvent("ev-1", PREFIX + action, f"order/{number}", now(), told)
