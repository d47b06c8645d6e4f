"""Able to work? Webhooks are kept as long as the database is there; everything else only delays answers."""

from typing import Any

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bots.wiring.intake import Intake
from bots.wiring.wakeups import ALIVE
from storage.engine import migrate


def readiness(intake: Intake) -> tuple[int, dict[str, Any]]:
    """(HTTP status, body) of `/readyz`."""
    try:
        version = migrate.version(intake.store)
    except SQLAlchemyError:
        return 503, {"status": "unavailable", "missing": ["database"]}
    if version != migrate.HEAD:
        return 503, {"status": "unavailable", "missing": ["migrations"]}
    missing = _missing(intake)
    if missing:
        return 200, {"status": "degraded", "missing": missing}
    return 200, {"status": "ready"}


def _missing(intake: Intake) -> list[str]:
    try:
        alive = next(iter(intake.redis.scan_iter(f"{ALIVE}*", count=1000)), None)
    except RedisError:
        return ["redis", "worker"]
    return [] if alive else ["worker"]
