"""Looks after the connections to shops: fetches what an outage made us miss, renews lost subscriptions.

One timer per shop. Its row knows up to when the shop was asked, so that a stop of any length is made up for. A shop
that is new is asked from now on: what was before is history (`doorstep orders import`).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

from core.errors import SendError
from core.ports.shop import ShopConnection
from core.shop.store_events import StoreEvent
from hub import arrivals
from hub.accounts import shop_incidents
from hub.hub import Hub
from storage.queues import timers
from storage.queues.inbox import Arrival

log = logging.getLogger(__name__)

SHOPS = "shops"
OVERLAP = timedelta(minutes=5)  # a change is listed a little after it happened
Step = Callable[[Hub, ShopConnection, datetime], Awaitable[None]]
Accept = Callable[[Sequence[Arrival]], list[bool]]


class ShopUpkeep:
    """Looks after shops. `accept` stores arrivals and says which were new; `base_url`: where shops reach us."""

    def __init__(self, connections: Sequence[ShopConnection], accept: Accept, base_url: str) -> None:
        self._connections = {each.name: each for each in connections}
        self._accept = accept
        self._base_url = base_url

    def subjects(self, _hub: Hub) -> Collection[str]:
        """Lists the subjects of the timer: "shopify:northwind.myshopify.com"."""
        return self._connections

    async def look_after(self, hub: Hub, subject: str, now: datetime) -> datetime | None:
        """Handles the timer of one shop; a step that it refuses does not stop the other."""
        shop = self._connections.get(subject)
        if shop is None:
            return None
        troubles = [
            error for step in (self._fetch_missed, self._renew) if (error := await _tried(step, hub, shop, now))
        ]
        for error in troubles:
            await asyncio.to_thread(shop_incidents.refused, hub, shop.name, error, hub.now())
        if not troubles:
            await asyncio.to_thread(shop_incidents.works, hub, shop.name, hub.now())
        return hub.now() + hub.timing.upkeep

    async def _fetch_missed(self, hub: Hub, shop: ShopConnection, now: datetime) -> None:
        """Fetches what we missed. The time is written only once that is kept: after a crash in between we ask again."""
        since = await asyncio.to_thread(_asked, hub, shop.name, now)
        missed = await shop.missed(since - OVERLAP)
        await asyncio.to_thread(self._keep, hub, shop.name, missed, now)

    async def _renew(self, _hub: Hub, shop: ShopConnection, _now: datetime) -> None:
        if changed := await shop.setup(self._base_url):
            renewed = sum(each.ok for each in changed)
            told = {"shop": shop.name, "renewed": renewed, "refused": len(changed) - renewed}
            log.warning("subscriptions had been lost", extra=told)

    def _keep(self, hub: Hub, name: str, missed: Sequence[StoreEvent], now: datetime) -> None:
        if missed:
            fresh = self._accept([arrivals.store_arrival(event, now, hub.shards) for event in missed])
            if any(fresh):
                log.info("orders were fetched", extra={"shop": name, "fetched": sum(fresh)})
        with hub.store.write() as conn:
            timers.mark_done(conn, SHOPS, name, now)


async def _tried(step: Step, hub: Hub, shop: ShopConnection, now: datetime) -> SendError | None:
    """Makes one step; returns why the shop refused it."""
    try:
        await step(hub, shop, now)
    except SendError as error:
        told = {"shop": shop.name, "what": step.__name__.strip("_"), "code": error.code}
        log.warning("a shop was not looked after", extra=told)
        return error
    return None


def _asked(hub: Hub, name: str, now: datetime) -> datetime:
    """Returns the time up to which the shop was asked; the first time now."""
    with hub.store.read() as conn:
        known = timers.done_until(conn, SHOPS, name)
    if known is None:
        with hub.store.write() as conn:
            timers.mark_done(conn, SHOPS, name, now)
    return known or now
