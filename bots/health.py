"""Able to work? Webhooks are kept as long as the database is there; everything else only delays answers."""

from typing import Any

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bots.wakeups import ALIVE
from bots.wiring import Parts
from storage import migrate


def readiness(parts: Parts) -> tuple[int, dict[str, Any]]:
    """(HTTP status, body) of `/readyz`."""
    try:
        version = migrate.version(parts.store)
    except SQLAlchemyError:
        return 503, {"status": "unavailable", "missing": ["database"]}
    if version != migrate.HEAD:
        return 503, {"status": "unavailable", "missing": ["migrations"]}
    missing = _missing(parts)
    if missing:
        return 200, {"status": "degraded", "missing": missing}
    return 200, {"status": "ready"}


def _missing(parts: Parts) -> list[str]:
    try:
        alive = next(iter(parts.redis.scan_iter(f"{ALIVE}*", count=1000)), None)
    except RedisError:
        return ["redis", "worker"]
    return [] if alive else ["worker"]
