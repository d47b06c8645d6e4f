"""Looks after news of orders and parcels that are not known yet: some are by now, some never will be."""

from datetime import datetime, timedelta

from hub.hub import Hub
from hub.orders.completing import look_after
from hub.timers.kind import Kind, installation

EVERY = timedelta(minutes=10)


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    with hub.store.write() as conn:
        handed_on = look_after(hub, conn, now)
    if handed_on:
        hub.waker.shards(range(hub.shards))
    return now + EVERY


KIND = Kind(_handle, installation)
