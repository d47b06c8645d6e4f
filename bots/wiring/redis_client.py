"""Connects to Redis, or to the embedded Valkey, as the settings say."""

from redis import Redis

from bots.wiring import valkey
from config.settings import Settings


def connect_redis(settings: Settings, timeout: float | None = 2) -> Redis:
    """Returns a client; a call that takes longer than `timeout` seconds is a failure."""
    url = settings.redis_url or valkey.redis_url(settings.var_dir)
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=timeout)
