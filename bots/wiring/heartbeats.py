"""Tells `/readyz` which processes live and what is loaded: a key in Redis for each, which ends soon after it."""

import logging
import os
import threading
import time

from redis import Redis, RedisError

log = logging.getLogger(__name__)

ALIVE = "doorstep:alive:"
UNLOADED = "doorstep:unloaded"
BEAT_SECONDS = 1.0
ALIVE_SECONDS = 5
UNLOADED_SECONDS = 120  # the supervisor's pauses between two starts grow to a minute and more


def beat(redis: Redis, role: str) -> None:
    """Notes that a process of this role lives. While Redis is away it is lost."""
    _tell(redis, f"{ALIVE}{role}:{os.getpid()}", "1", ALIVE_SECONDS)


def keep_beating(redis: Redis, role: str) -> None:
    """Beats every second from now on, in a thread of its own."""

    def run() -> None:
        while True:
            beat(redis, role)
            time.sleep(BEAT_SECONDS)

    threading.Thread(target=run, name="heartbeat", daemon=True).start()


def tell_unloaded(redis: Redis, part: str) -> None:
    """Notes that a worker could not start, because its `flows` or `policies` could not be loaded."""
    _tell(redis, UNLOADED, part, UNLOADED_SECONDS)


def alive(redis: Redis) -> set[str]:
    """Returns the roles of which a process lives. Raises RedisError."""
    keys = redis.scan_iter(f"{ALIVE}*", count=1000)
    return {key.decode().removeprefix(ALIVE).partition(":")[0] for key in keys}


def unloaded(redis: Redis) -> str:
    """Returns what the last process that tried could not load; empty when it could. Raises RedisError."""
    found = redis.get(UNLOADED)
    return found.decode() if isinstance(found, bytes) else ""


def _tell(redis: Redis, key: str, value: str, seconds: int) -> None:
    try:
        redis.set(key, value, ex=seconds)
    except RedisError:
        log.debug("Redis is away; a heartbeat is lost")
