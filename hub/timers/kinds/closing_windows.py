"""Warns agents each minute of reply windows that are about to close on a customer who waits."""

from datetime import datetime, timedelta

from hub.desk.undelivered import closing
from hub.hub import Hub
from hub.timers.kind import Kind, installation


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    if hub.has_desk and closing.warn(hub, now):
        hub.waker.outbox()
    return now + timedelta(minutes=1)


KIND = Kind(_handle, installation)
