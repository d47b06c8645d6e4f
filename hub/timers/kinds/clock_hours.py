"""Counts the times of open cases anew when the store's files say other hours, holidays or policies."""

from datetime import datetime, timedelta

from hub.clocks.recounting import recount_all
from hub.hub import Hub
from hub.timers.kind import Kind, installation

EVERY = timedelta(minutes=1)


class _Review:
    """Holds which version of the store's files the clocks go by, as far as this process knows: each counts once."""

    def __init__(self) -> None:
        self._seen: str | None = None

    def handle(self, hub: Hub, _subject: str, now: datetime) -> datetime:
        """Counts all clocks anew where the files are others than before."""
        version = hub.shelf.now.version
        if version != self._seen:
            recount_all(hub, now)
            self._seen = version
        return now + EVERY


KIND = Kind(_Review().handle, installation)
