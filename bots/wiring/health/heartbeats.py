"""Tells `/readyz` which processes live and what is loaded: a key in Redis for each, which ends soon after it."""

import logging
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable

from redis import Redis, RedisError

log = logging.getLogger(__name__)

ALIVE = "doorstep:alive:"
UNLOADED = "doorstep:unloaded"
BEAT_SECONDS = 1.0
FIRST_SECONDS = 0.05  # until Redis has taken the first: it may be starting too
ALIVE_SECONDS = 5
UNLOADED_SECONDS = 120  # the supervisor's pauses between two starts grow to a minute and more


def beat(redis: Redis, role: str, version: str = "") -> bool:
    """Notes that a process of this role lives, with the version of the store's folder that it uses, if any.

    Returns False while Redis is away, when it is lost.
    """
    return _tell(redis, f"{ALIVE}{role}:{socket.gethostname()}:{os.getpid()}", version, ALIVE_SECONDS)


def keep_beating(redis: Redis, role: str, version: Callable[[], str] = str) -> None:
    """Beats every second from now on, in a thread of its own."""

    def run() -> None:
        pause = 0.0
        while True:
            pause = pause_after(beat(redis, role, version()), pause)
            time.sleep(pause)

    threading.Thread(target=run, name="heartbeat", daemon=True).start()


def pause_after(told: bool, pause: float) -> float:
    """Returns for how long to wait for the next beat: shortly, at first, while Redis takes none."""
    return BEAT_SECONDS if told else min(BEAT_SECONDS, 2 * pause or FIRST_SECONDS)


def tell_unloaded(redis: Redis, part: str) -> None:
    """Notes that a worker could not start, because its `flows` or `policies` could not be loaded."""
    _tell(redis, UNLOADED, part, UNLOADED_SECONDS)


def alive(redis: Redis) -> Counter[str]:
    """Counts the processes that live, by role. Raises RedisError."""
    keys = redis.scan_iter(f"{ALIVE}*", count=1000)
    return Counter(key.decode().removeprefix(ALIVE).rsplit(":", 2)[0] for key in keys)


def versions(redis: Redis) -> dict[str, str]:
    """Returns which version of the store's folder each process uses, of those that use one: `worker:417` -> version.

    Raises RedisError.
    """
    keys = list(redis.scan_iter(f"{ALIVE}*", count=1000))
    found = redis.mget(keys) if keys else []
    said = {key.decode().removeprefix(ALIVE): value for key, value in zip(keys, found, strict=True)}
    return {process: value.decode() for process, value in sorted(said.items()) if isinstance(value, bytes) and value}


def unloaded(redis: Redis) -> str:
    """Returns what the last process that tried could not load; empty when it could. Raises RedisError."""
    found = redis.get(UNLOADED)
    return found.decode() if isinstance(found, bytes) else ""


def _tell(redis: Redis, key: str, value: str, seconds: int) -> bool:
    try:
        redis.set(key, value, ex=seconds)
    except RedisError:
        log.debug("Redis is away; a heartbeat is lost")
        return False
    return True
