"""Removes leases that ran out, parked receipts whose message never came, and what is left of e-mails and codes."""

from datetime import datetime, timedelta

from hub.hub import Hub
from hub.timers.kind import Kind, installation
from storage.people import one_time_codes
from storage.queues import leases, mails, parked_receipts

EVERY = timedelta(minutes=10)
KEEP_PARKED = timedelta(days=3)


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    with hub.store.write() as conn:
        leases.sweep(conn, now - EVERY)
        parked_receipts.forget(conn, now - KEEP_PARKED)
        mails.forget(conn, now)
        one_time_codes.forget(conn, now)
    return now + EVERY


KIND = Kind(_handle, installation)
