"""Tells whether we can work: webhooks are kept while the database is there; all else only delays answers."""

from typing import Any

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bots.wiring.health import heartbeats
from bots.wiring.intake import Intake
from core.desk.workspaces import account_of
from storage.accounts import incidents
from storage.engine import migrate

DESK = "slack"


def readiness(intake: Intake) -> tuple[int, dict[str, Any]]:
    """Returns (HTTP status, body) of `/readyz`: 503 when nothing can be kept or decided, else 200 with what lags."""
    try:
        if migrate.version(intake.store) != migrate.HEAD:
            return _unavailable("migrations")
        providers = _providers(intake)
    except SQLAlchemyError:
        return _unavailable("database")
    try:
        alive, unloaded = heartbeats.alive(intake.redis), heartbeats.unloaded(intake.redis)
    except RedisError:
        return _degraded(["redis", *_expected(intake), *providers])  # nobody can be seen, and nobody be woken
    if unloaded and "worker" not in alive:
        return _unavailable(unloaded)
    return _degraded(list(dict.fromkeys([*(role for role in _expected(intake) if role not in alive), *providers])))


def _expected(intake: Intake) -> list[str]:
    """Lists the roles of which a process must live; Slack's is one where it reaches us by Socket Mode."""
    return ["worker", "clock", "jobs", *map(desk_name, (each.account for each in intake.slack if each.app_token))]


def _providers(intake: Intake) -> list[str]:
    """Lists our accounts that cannot send, as `channel:account`, and the workspaces of the desk."""
    ours = {(account.channel, account.account) for account in intake.kit.accounts}
    with intake.store.read() as conn:
        ill = [(row.channel, row.account) for row in incidents.open_now(conn) if not row.template]
    desk = list(dict.fromkeys(desk_name(account_of(place)) for channel, place in ill if channel == DESK))
    return desk + [f"{channel}:{account}" for channel, account in dict.fromkeys(ill) if (channel, account) in ours]


def desk_name(account: str) -> str:
    """Names a workspace of the desk: "slack" is the main one, "slack:eu" another."""
    return f"{DESK}:{account}" if account else DESK


def _degraded(missing: list[str]) -> tuple[int, dict[str, Any]]:
    return 200, {"status": "degraded", "missing": missing} if missing else {"status": "ready"}


def _unavailable(part: str) -> tuple[int, dict[str, Any]]:
    return 503, {"status": "unavailable", "missing": [part]}
