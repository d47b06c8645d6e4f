"""Wake-ups by RQ: hints that there is work. A wake-up for a shard is enqueued only when none is waiting."""

import logging
import time
from collections.abc import Collection, Sequence

from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

QUEUE = "doorstep"
FLAG_SECONDS = 15  # a flag left by a crash is forgotten; the clock sweeps what it hid
REST_SECONDS = 1.0  # after a failure Redis is left alone for so long: a webhook must not wait for it
OUTBOX, SWEEP = "outbox", "sweep"
ALIVE = "doorstep:alive:"
ALIVE_SECONDS = 5


class RqWaker:
    """Enqueues drains. A failure is swallowed: the row is the truth, and the clock looks after it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer, default_timeout=-1)
        self._rest_until = 0.0

    def shards(self, shards: Collection[int]) -> None:
        """See hub.Waker."""
        self._wake([str(shard) for shard in shards])

    def outbox(self) -> None:
        """See hub.Waker."""
        self._wake([OUTBOX])

    def sweep(self) -> None:
        """Sends in doubt or notices held have come due."""
        self._wake([SWEEP])

    def _wake(self, what: Sequence[str]) -> None:
        if not what or time.monotonic() < self._rest_until:
            return
        try:
            for each in self._unflagged(what):
                self._queue.enqueue_call(
                    "bots.worker.drain", args=[each], result_ttl=0, failure_ttl=3600, description=f"drain {each}"
                )
        except RedisError as error:
            self._rest_until = time.monotonic() + REST_SECONDS
            log.warning("wake-up not delivered; the clock will", extra={"error_type": type(error).__name__})

    def _unflagged(self, what: Sequence[str]) -> list[str]:
        """Those for which no wake-up was waiting; their flags are up from now on. One round trip for all."""
        if len(what) == 1:
            return list(what) if self._redis.set(flag(what[0]), "1", nx=True, ex=FLAG_SECONDS) else []
        with self._redis.pipeline(transaction=False) as pipe:
            for each in what:
                pipe.set(flag(each), "1", nx=True, ex=FLAG_SECONDS)
            return [each for each, fresh in zip(what, pipe.execute(), strict=True) if fresh]


def flag(what: str) -> str:
    """The key that says: a wake-up for this is waiting."""
    return f"doorstep:waiting:{what}"
