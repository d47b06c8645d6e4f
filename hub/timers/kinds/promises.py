"""Ends promises whose time is over: what nobody kept is broken."""

from datetime import datetime, timedelta

from hub.hub import Hub
from hub.timers.kind import Kind, installation
from storage.promises import ledger

EVERY = timedelta(minutes=5)


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    with hub.store.write() as conn:
        ledger.end_due(conn, now)
    return now + EVERY


KIND = Kind(_handle, installation)
