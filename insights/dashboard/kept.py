"""Keeps what was counted until it is measured again: of a hundred who look at the same, one counts for all."""

import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

FRESH = timedelta(seconds=20)  # as often as it is measured
MOST = 300  # counts that are kept
T = TypeVar("T")


class _Count:
    """Holds what was counted, once it is, and when it was asked for first."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.made: list[Any] = []
        self.lock = threading.Lock()


class Kept:
    """Keeps counts by what they are of."""

    def __init__(self) -> None:
        self._counts: dict[Hashable, _Count] = {}
        self._lock = threading.Lock()

    def of(self, key: Hashable, now: datetime, make: Callable[[], T]) -> T:
        """Returns what is kept, or makes it; whoever asks for the same meanwhile waits for it."""
        count = self._named(key, now)
        with count.lock:
            if not count.made:
                count.made.append(make())
            made: T = count.made[0]
            return made

    def _named(self, key: Hashable, now: datetime) -> _Count:
        with self._lock:
            found = self._counts.get(key)
            if found is None or not timedelta() <= now - found.at < FRESH:
                self._counts.pop(key, None)  # the oldest are the first
                found = self._counts[key] = _Count(now)
                if len(self._counts) > MOST:
                    del self._counts[next(iter(self._counts))]
            return found
