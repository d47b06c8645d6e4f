"""Brings back a case that was put off, or is on hold, when its time has come."""

from datetime import datetime

from hub.clocks import waking
from hub.hub import Hub
from hub.timers.kind import Kind


def _handle(hub: Hub, subject: str, now: datetime) -> datetime | None:
    return waking.wake(hub, subject, now)


KIND = Kind(_handle)
