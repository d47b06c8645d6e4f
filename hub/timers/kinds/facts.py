"""Writes the facts that the store is told, every few seconds, out of what changed."""

from datetime import datetime, timedelta

from hub.hub import Hub
from hub.outgoing import facts
from hub.timers.kind import Kind, installation

EVERY = timedelta(seconds=10)
NOBODY = timedelta(minutes=10)  # where nobody hears them
AT_ONCE = timedelta(seconds=0)


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    more = facts.tell(hub, now)
    if hub.outlets.listener is None:
        return now + NOBODY
    return now + (AT_ONCE if more else EVERY)


KIND = Kind(_handle, installation)
