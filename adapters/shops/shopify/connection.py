"""Looks after the connection to a shop (core.ports.shop.ShopConnection): subscriptions, and what we missed."""

from collections.abc import Callable
from datetime import datetime

from adapters.shops.shopify.admin import subscriptions
from adapters.shops.shopify.admin.client import Admin
from adapters.shops.shopify.catchup.changed import changed
from adapters.shops.shopify.settings import ShopifySettings
from adapters.transport.http import Http
from core.ports.channel import Finding
from core.shop.store_events import StoreEvent


class ShopifyConnection:
    """Asks one shop. Lives in one event loop."""

    def __init__(self, http: Http, shop: ShopifySettings, clock: Callable[[], datetime]) -> None:
        self._admin = Admin(http, shop, clock)
        self._shop = shop.shop

    @property
    def name(self) -> str:
        """Names the shop: `shopify:northwind.myshopify.com`, as its events do."""
        return f"shopify:{self._shop}"

    async def status(self, base_url: str) -> list[Finding]:
        """Looks whether the shop tells us everything. Raises SendError."""
        return await subscriptions.status(self._admin, self._shop, base_url)

    async def setup(self, base_url: str) -> list[Finding]:
        """Makes and mends subscriptions; lists what changed. Raises SendError."""
        return await subscriptions.setup(self._admin, base_url)

    async def missed(self, since: datetime) -> list[StoreEvent]:
        """Fetches what changed since then, oldest first. Raises SendError."""
        return await changed(self._admin, self._shop, since)
