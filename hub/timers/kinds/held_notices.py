"""Plans notices again that waited for their time: due by their own rows."""

from datetime import datetime

from hub.hub import Hub
from hub.notices import lifecycle
from hub.timers.kind import Kind


def _handle(hub: Hub, _subject: str, _now: datetime) -> None:
    lifecycle.release(hub)


KIND = Kind(_handle)
