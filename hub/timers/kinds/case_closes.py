"""Closes cases whose customers did not answer a reminder."""

from datetime import datetime

from hub.desk.casework import chasing
from hub.hub import Hub
from hub.timers.kind import Kind


def _handle(hub: Hub, subject: str, now: datetime) -> None:
    chasing.close(hub, subject, now)


KIND = Kind(_handle)
