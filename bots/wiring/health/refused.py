"""Keeps, for the doctor, how many webhooks of a source were refused lately, and why: a hash in Redis that ends a day
after the last."""

from contextlib import suppress

from redis import Redis, RedisError

REFUSED = "doorstep:refused:"
SECONDS = 24 * 60 * 60


def note(redis: Redis, source: str, why: str) -> None:
    """Counts one; while Redis is away it is lost. `why` is one of our own sentences."""
    with suppress(RedisError):
        redis.hincrby(f"{REFUSED}{source}", why, 1)
        redis.expire(f"{REFUSED}{source}", SECONDS)


def listed(redis: Redis, source: str) -> dict[str, int]:
    """Returns how many there were, by why. Raises RedisError."""
    found = redis.hgetall(f"{REFUSED}{source}")
    told = found.items() if isinstance(found, dict) else ()
    return {why.decode(): int(number) for why, number in told if isinstance(why, bytes)}
