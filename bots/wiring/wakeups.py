"""Wake-ups by RQ: hints that there is work. One is enqueued only when none is waiting."""

import logging
import time
from collections.abc import Collection

from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

QUEUE = "doorstep"
FLAG_SECONDS = 15  # a flag left by a crash is forgotten; the clock sweeps what it hid
REST_SECONDS = 1.0  # after a failure Redis is left alone for so long: a webhook must not wait for it
INBOX, OUTBOX, SWEEP = "inbox", "outbox", "sweep"


class RqWaker:
    """Enqueues drains. A failure is swallowed: the row is the truth, and the clock looks after it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer, default_timeout=-1)
        self._rest_until = 0.0

    def shards(self, shards: Collection[int], delay: float = 0.0) -> None:
        """See hub.Waker. What is ready only later is left to the clock."""
        # One wake-up for all: a job of RQ costs more than a look into every shard.
        if shards and not delay:
            self._wake(INBOX)

    def outbox(self) -> None:
        """See hub.Waker."""
        self._wake(OUTBOX)

    def sweep(self) -> None:
        """A timer has come due."""
        self._wake(SWEEP)

    def _wake(self, what: str) -> None:
        if time.monotonic() < self._rest_until:
            return
        try:
            if self._redis.set(flag(what), "1", nx=True, ex=FLAG_SECONDS):
                self._queue.enqueue_call(
                    "bots.worker.drain", args=[what], result_ttl=0, failure_ttl=3600, description=f"drain {what}"
                )
        except RedisError as error:
            self._rest_until = time.monotonic() + REST_SECONDS
            log.warning("wake-up not delivered; the clock will", extra={"error_type": type(error).__name__})


def flag(what: str) -> str:
    """The key that says: a wake-up for this is waiting."""
    return f"doorstep:waiting:{what}"
