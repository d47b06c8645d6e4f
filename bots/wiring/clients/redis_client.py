"""Connects to Redis, or to the embedded Valkey, as the settings say."""

from redis import Redis

from bots.wiring.clients import valkey
from config.settings import Settings
from core.errors import ConfigurationError


def connect_redis(settings: Settings, timeout: float | None = 2) -> Redis:
    """Returns a client; a call that takes longer than `timeout` seconds is a failure.

    Raises ConfigurationError for an address that is none.
    """
    url = settings.redis_url or valkey.redis_url(settings.var_dir)
    try:
        redis = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=timeout)
        redis.connection_pool.make_connection()  # reads what the address asks for; nothing connects yet
    except (TypeError, ValueError):  # what it holds may be a password
        raise ConfigurationError("REDIS_URL: expected redis://:PASSWORD@HOST:PORT/NUMBER") from None
    return redis
