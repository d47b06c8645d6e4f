"""Sends and reads wake-ups by Redis: hints that there is work, in one stream that every worker reads, blocking.

A row is the truth and a wake-up only saves time: when Redis is away, workers look by themselves every second.
"""

import logging
import time
from collections.abc import Collection
from typing import Any

from redis import Redis, RedisError

from bots.wiring.health.outages import Outage

log = logging.getLogger(__name__)

STREAM = "doorstep:wake"
KEPT = 1000  # entries; a worker that missed more finds the rows at its next look
REST_SECONDS = 1.0  # after a failure Redis is left alone for so long: a webhook must not wait for it
INBOX, OUTBOX, FILES, OUTGOING, SWEEP = "inbox", "outbox", "files", "outgoing", "sweep"
EVERYTHING = frozenset((INBOX, OUTBOX, FILES, OUTGOING, SWEEP))


class RedisWaker:
    """Wakes all workers. A failure is only logged: the row is the truth, and the clock finds it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._rest_until = 0.0
        self._outage = Outage(log, "wake-ups are not delivered; workers look by themselves")

    def shards(self, shards: Collection[int], delay: float = 0.0) -> None:
        """Wakes workers for these shards. What is ready only later is left to the clock."""
        if shards and not delay:
            self._wake(INBOX)

    def outbox(self) -> None:
        """Says that something is to be sent."""
        self._wake(OUTBOX)

    def files(self) -> None:
        """Says that a file is to be fetched."""
        self._wake(FILES)

    def outgoing(self) -> None:
        """Says that the store is to be asked or told something."""
        self._wake(OUTGOING)

    def sweep(self) -> None:
        """Says that a timer has come due."""
        self._wake(SWEEP)

    def _wake(self, what: str) -> None:
        if time.monotonic() < self._rest_until:
            return
        try:
            self._redis.xadd(STREAM, {"what": what}, maxlen=KEPT, approximate=True)
            self._outage.is_over()
        except RedisError as error:
            self._rest_until = time.monotonic() + REST_SECONDS
            self._outage.lasts(error)


class Wakeups:
    """Reads wake-ups for a worker. Its connection waits as long as `wait` does, so its timeout must be longer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._last: Any = None  # the id of the newest entry read
        self._outage = Outage(log, "no wake-ups; looking without them")

    def wait(self, seconds: float) -> frozenset[str]:
        """Waits for wake-ups and returns what to look for; nothing after so many seconds.

        Without Redis it waits for the whole time, and returns everything.
        """
        started = time.monotonic()
        try:
            found = self._read(seconds)
        except RedisError as error:
            self._outage.lasts(error)
            self._last = None
            time.sleep(max(0.0, seconds - (time.monotonic() - started)))
            return EVERYTHING
        self._outage.is_over()
        return found

    def _read(self, seconds: float) -> frozenset[str]:
        if self._last is None:  # one look at everything covers earlier entries
            newest: Any = self._redis.xrevrange(STREAM, count=1)
            self._last = newest[0][0] if newest else "0-0"
            return EVERYTHING
        found: Any = self._redis.xread({STREAM: self._last}, count=KEPT, block=round(seconds * 1000))
        if not found:
            return frozenset()
        ((_, entries),) = found
        self._last = entries[-1][0]
        return frozenset(fields[b"what"].decode() for _, fields in entries)
