"""Removes leases that ran out and parked receipts whose message never came."""

from datetime import datetime, timedelta

from hub.hub import Hub
from hub.timers.kind import Kind, installation
from storage.queues import leases, parked_receipts

EVERY = timedelta(minutes=10)
KEEP_PARKED = timedelta(days=3)


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    with hub.store.write() as conn:
        leases.sweep(conn, now - EVERY)
        parked_receipts.forget(conn, now - KEEP_PARKED)
    return now + EVERY


KIND = Kind(_handle, installation)
