"""Tells of cases that are late or soon to be, and gives away what nobody has taken: due by their clocks' rows."""

from datetime import datetime

from hub.clocks import telling
from hub.hub import Hub
from hub.timers.kind import Kind


def _handle(hub: Hub, _subject: str, now: datetime) -> None:
    telling.tell_due(hub, now)


KIND = Kind(_handle)
