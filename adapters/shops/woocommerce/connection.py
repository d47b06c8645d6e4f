"""Looks after the connection to a shop (core.ports.shop.ShopConnection): webhooks, and what they do not tell."""

from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.shops.woocommerce.rest import changes, tracking, webhooks
from adapters.shops.woocommerce.rest.client import Rest
from adapters.shops.woocommerce.settings import WooSettings
from adapters.transport.http import Http
from core.errors import SendError
from core.ports.channel import Finding
from core.shop.store_events import StoreEvent

REMEMBERED = timedelta(hours=6)  # who keeps parcels changes when somebody installs a plugin


class WooConnection:
    """Asks one shop. Lives in one event loop."""

    def __init__(self, http: Http, shop: WooSettings, clock: Callable[[], datetime]) -> None:
        self._rest = Rest(http, shop, clock)
        self._shop = shop
        self._clock = clock
        self._keepers: tuple[tracking.Keeper, ...] = ()
        self._probed_at: datetime | None = None

    @property
    def name(self) -> str:
        """Names the shop: `woocommerce:shop.example`, as its events do."""
        return self._shop.name

    async def status(self, base_url: str) -> list[Finding]:
        """Looks whether the shop knows us, what we may do there, who keeps parcels. Raises SendError."""
        await self._rest.get("orders", per_page=1, _fields="id")
        found = [
            Finding("connection", True, self._shop.url),
            await self._may_write(),
            await webhooks.status(self._rest, base_url),
        ]
        self._probed_at = None
        return [*found, tracking.finding(await self._found_keepers())]

    async def setup(self, base_url: str) -> list[Finding]:
        """Makes and mends webhooks; lists what changed. Raises SendError."""
        return await webhooks.setup(self._rest, base_url, self._shop.secrets[0])

    async def missed(self, since: datetime) -> list[StoreEvent]:
        """Fetches what changed since then, oldest first, and parcels that changed nothing. Raises SendError."""
        now, keepers = self._clock(), await self._found_keepers()
        found = await changes.orders(self._rest, self.name, keepers, since, now)
        told = {event.external_id for event in found}
        more = await changes.under_way(self._rest, self.name, keepers, now)
        found += [event for event in more if event.external_id not in told]
        return [*found, *await changes.sold(self._rest, self.name, since, now)]

    async def _may_write(self) -> Finding:
        """Asks by a change of nothing."""
        try:
            await self._rest.post("webhooks/batch", {})
        except SendError as error:
            return Finding("key", False, error.code, error.detail)
        return Finding("key", True, "may read and write")

    async def _found_keepers(self) -> tuple[tracking.Keeper, ...]:
        """Returns who keeps parcels, as found lately."""
        now = self._clock()
        if self._probed_at is None or now - self._probed_at > REMEMBERED:
            self._keepers, self._probed_at = await tracking.probe(self._rest), now
        return self._keepers
