"""Builds the desk's read-only side, for the web and socket processes."""

import logging
from pathlib import Path

import msgspec
from redis import Redis, RedisError

from bots.wiring.intake import Intake
from config.agents import load_agents
from core.cases.desk import DeskUser
from core.cases.forms import DeskReader
from core.cases.permissions import Agents
from core.errors import ConfigurationError
from hub.desk.reader import RowReader

log = logging.getLogger(__name__)

REMEMBER_SECONDS = 600


class KnownUsers:
    """Keeps who desk users are, as the desk told a worker; all processes know it for ten minutes."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def remember(self, user: DeskUser) -> None:
        """Keeps what the desk said of a user. Without Redis it is lost, and asked again."""
        try:
            self._redis.set(_key(user.id), msgspec.json.encode(user), ex=REMEMBER_SECONDS)
        except RedisError as error:
            log.warning("a desk user is not remembered", extra={"error_type": type(error).__name__})

    def find(self, user_id: str) -> DeskUser | None:
        """Returns the user; None when nobody asked lately."""
        try:
            kept = self._redis.get(_key(user_id))
            return msgspec.json.decode(kept, type=DeskUser) if isinstance(kept, bytes) else None
        except (RedisError, msgspec.DecodeError):  # away, or written by another version
            return None


class AgentsFile:
    """Knows what `agents.yaml` says: reads it again when it has changed; a mistake in it leaves what was."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._stamp()
        self._agents = load_agents(path)

    def __call__(self) -> Agents:
        """Returns who may do what, as the file has it."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._agents = load_agents(self._path)
            except ConfigurationError as error:
                log.warning("the desk's list is not taken; what was stays", extra={"mistake": str(error)})
        return self._agents

    def _stamp(self) -> tuple[int, int]:
        try:
            stat = self._path.stat()
        except OSError:
            return 0, 0
        return stat.st_mtime_ns, stat.st_size


def build_reader(intake: Intake) -> DeskReader:
    """Builds what answers the desk at once. Raises ConfigurationError for a list of agents that is wrong."""
    agents = AgentsFile(intake.settings.store_dir / "agents.yaml")
    return RowReader(intake.store, KnownUsers(intake.redis).find, agents, intake.now)


def _key(user_id: str) -> str:
    return f"doorstep:desk_user:{user_id}"
