"""Tells the page and the tests what has changed in the sandbox."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BACKLOG = 500


class Subscriber:
    """Collects the newest version of each changed thing for one listener, until it is taken."""

    def __init__(self) -> None:
        self._changed: dict[tuple[str, str], Any] = {}
        self._wake = asyncio.Event()
        self._overrun = False

    def put(self, topic: str, key: str, value: Any) -> None:
        """Keeps the newest value of (topic, key); more than BACKLOG things become one "reload"."""
        if len(self._changed) >= BACKLOG:
            self._changed.clear()
            self._overrun = True
        if not self._overrun:
            self._changed[(topic, key)] = value
        self._wake.set()

    async def take(self, timeout: float) -> list[tuple[str, Any]]:
        """Waits for changes; returns [(topic, value)], [("reload", None)] after an overrun, or [] when nothing came."""
        try:
            await asyncio.wait_for(self._wake.wait(), timeout)
        except TimeoutError:
            return []
        self._wake.clear()
        changed, self._changed = self._changed, {}
        overrun, self._overrun = self._overrun, False
        return [("reload", None)] if overrun else [(topic, value) for (topic, _), value in changed.items()]


class Feed:
    """Numbers every change and tells all subscribers."""

    def __init__(self) -> None:
        self.revision = 0  # grows over restarts too: who asks for what is newer than a revision misses nothing
        self._subscribers: set[Subscriber] = set()

    def publish(self, topic: str, key: str, value: Any) -> int:
        """Announces the new value of (topic, key); returns the revision of this change."""
        self.revision += 1
        for subscriber in self._subscribers:
            subscriber.put(topic, key, value)
        return self.revision

    def next_revision(self) -> int:
        """Returns the number that the next `publish` will give."""
        return self.revision + 1

    @contextmanager
    def subscription(self) -> Iterator[Subscriber]:
        """Subscribes for the length of a with-block."""
        subscriber = Subscriber()
        self._subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)
