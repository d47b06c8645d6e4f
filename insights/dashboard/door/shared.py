"""Asks Redis what all processes of the web know together; while it is away, nothing waits for it."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from redis import Redis, RedisError

log = logging.getLogger(__name__)

REST_SECONDS = 5.0  # after a failure it is left alone for so long: a page must not wait for it
T = TypeVar("T")


class Shared:
    """Calls Redis, where there is one."""

    def __init__(self, redis: Redis | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._rest_until = float("-inf")

    def ask(self, what: Callable[[Redis], T]) -> T | None:
        """Returns what a call returns; None where nobody answers."""
        if self._redis is None or self._clock() < self._rest_until:
            return None
        try:
            return what(self._redis)
        except RedisError as error:
            self._rest_until = self._clock() + REST_SECONDS
            log.debug("Redis is away; the dashboard does without it", extra={"error_type": type(error).__name__})
            return None
