"""Sends the replies that agents put off, each at its time, if nothing happened that its author should know first."""

from datetime import datetime

from hub.desk.replying import later
from hub.hub import Hub
from hub.timers.kind import Kind


def _handle(hub: Hub, subject: str, now: datetime) -> datetime | None:
    return later.look(hub, subject, now)


KIND = Kind(_handle)
