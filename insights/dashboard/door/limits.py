"""Counts how often somebody does something, in Redis for all processes; while it is away each counts by itself."""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from redis import Redis, RedisError

log = logging.getLogger(__name__)


class Limit(NamedTuple):
    """Allows `most` in each window of so many seconds."""

    name: str
    most: int
    seconds: int


WRONG_BY_ADDRESS = Limit("login", 10, 600)
WRONG_BY_ALL = Limit("logins", 100, 600)  # so that nobody guesses from many addresses; higher: nor locks us all out
PAGES = Limit("pages", 600, 60)
ALL = "all"


class Counters:
    """Counts in fixed windows."""

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis
        self._own: dict[str, int] = {}
        self._window = ""
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
        if self._redis is not None:
            try:
                self._redis.delete(key)
            except RedisError:
                log.debug("Redis is away; the count ends with its window")

    def _count(self, key: str, seconds: int) -> int:
        if self._redis is not None:
            try:
                both = self._redis.pipeline()
                both.incr(key)
                both.expire(key, seconds)
                return int(both.execute()[0])
            except RedisError:
                log.debug("Redis is away; this process counts by itself")
        with self._lock:
            if len(self._own) > 10_000:  # of windows that are over, mostly
                self._own.clear()
            self._own[key] = self._own.get(key, 0) + 1
            return self._own[key]


class Slots:
    """Lets few pages be made at a time, and as many wait: webhooks come in by the same threads."""

    def __init__(self, most: int, patience: float = 5.0) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._room = threading.BoundedSemaphore(2 * most)
        self._patience = patience

    def take(self) -> bool:
        """Takes a slot; false where all are taken and enough wait."""
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


def address_of(environ: Mapping[str, Any]) -> str:
    """Names where a request comes from: our peer, with what a proxy said last, which is its own word."""
    told = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return f"{environ.get('REMOTE_ADDR', '')} {told}"[:100].strip()
