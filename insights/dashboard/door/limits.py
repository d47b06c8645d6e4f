"""Counts how often somebody does something, in Redis for all processes; while it is away each counts by itself."""

import threading
from datetime import datetime
from typing import NamedTuple

from redis import Redis

from insights.dashboard.door.shared import Shared


class Limit(NamedTuple):
    """Allows `most` in each window of so many seconds."""

    name: str
    most: int
    seconds: int


PAGES = Limit("pages", 600, 60)
MOST_OWN = 10_000  # counts that a process keeps by itself


class Counters:
    """Counts in fixed windows."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._own: dict[str, int] = {}
        self._lock = threading.Lock()

    def hit(self, limit: Limit, who: str, now: datetime) -> int:
        """Counts one more; returns the seconds to wait, 0 where it is allowed."""
        window, passed = divmod(int(now.timestamp()), limit.seconds)
        key = f"dashboard:{limit.name}:{window}:{who}"
        return limit.seconds - passed if self._count(key, limit.seconds) > limit.most else 0

    def forgive(self, limit: Limit, who: str, now: datetime) -> None:
        """Counts from zero again."""
        key = f"dashboard:{limit.name}:{int(now.timestamp()) // limit.seconds}:{who}"
        with self._lock:
            self._own.pop(key, None)
        self._shared.ask(lambda redis: redis.delete(key))

    def _count(self, key: str, seconds: int) -> int:
        together = self._shared.ask(lambda redis: _counted(redis, key, seconds))
        if together is not None:
            return together
        with self._lock:
            if len(self._own) > MOST_OWN:  # of windows that are over, mostly, or of addresses that are made up
                self._own = dict(sorted(self._own.items(), key=lambda each: each[1])[MOST_OWN // 2 :])
            self._own[key] = self._own.get(key, 0) + 1
            return self._own[key]


def _counted(redis: Redis, key: str, seconds: int) -> int:
    both = redis.pipeline()
    both.incr(key)
    both.expire(key, seconds)
    return int(both.execute()[0])


class Slots:
    """Lets `most` be at work at a time, and `waiting` more wait for so many seconds, who came first first."""

    def __init__(self, most: int, waiting: int = 0, patience: float = 0.0) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._room = threading.BoundedSemaphore(most + waiting)
        self._patience = patience

    def take(self) -> bool:
        """Takes a slot; false where all are taken and enough wait, or none was given back in time."""
        if not self._room.acquire(blocking=False):
            return False
        if self._free.acquire(timeout=self._patience):
            return True
        self._room.release()
        return False

    def give_back(self) -> None:
        """Gives a slot back."""
        self._free.release()
        self._room.release()
