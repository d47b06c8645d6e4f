"""Reminds customers who are waited for, once."""

from datetime import datetime

from hub.desk.casework import chasing
from hub.hub import Hub
from hub.timers.kind import Kind


def _handle(hub: Hub, subject: str, now: datetime) -> None:
    chasing.nudge(hub, subject, now)


KIND = Kind(_handle)
