"""Lets the next way follow where no receipt came by the deadline: due by the notices' own rows."""

from datetime import datetime

from hub.hub import Hub
from hub.notices import deadlines
from hub.timers.kind import Kind


def _handle(hub: Hub, _subject: str, _now: datetime) -> None:
    deadlines.look(hub)


KIND = Kind(_handle)
