"""Builds the desk's read-only side, for the web and socket processes."""

import logging
from dataclasses import replace
from pathlib import Path

import msgspec
from redis import Redis, RedisError

from bots.wiring.intake import Intake
from config.agents import load_agents
from config.settings import SHIPPED_STORE
from core.desk.events import DeskUser
from core.desk.forms import DeskReader
from core.desk.permissions import Agents
from core.desk.saved_replies import FILE as SAVED_FILE
from core.desk.saved_replies import load_saved_replies
from core.errors import ConfigurationError
from core.files.documents import Document, found_in, listed_in
from hub.desk.form import Words
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


class WordsFiles:
    """Knows what forms show of the store's files: reads them when a form first wants them, and again when one changes.

    A mistake leaves what was; workers refuse it by file and line.
    """

    def __init__(self, store: Path, *, translates: bool = False) -> None:
        self._store = store
        self._seen: object = None
        self._words = Words(translates=translates)

    def __call__(self) -> Words:
        """Returns them, as the files have them."""
        saved = listed_in(SAVED_FILE, SHIPPED_STORE, self._store)
        shop = found_in("shop.yaml", self._store, SHIPPED_STORE)
        seen = [(path, *_stamp(path)) for path in (*saved, shop)]
        if seen != self._seen:
            self._seen = seen
            try:
                said, name = load_saved_replies(saved), str(Document(shop).data.get("name", ""))
                self._words = replace(self._words, saved=said, shop=name)
            except (ConfigurationError, AttributeError) as error:
                log.warning("the saved replies are not taken; what was stays", extra={"mistake": str(error)})
        return self._words


class AgentsFile:
    """Knows what `agents.yaml` says: reads it again when it has changed; a mistake in it leaves what was."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = _stamp(path)
        self._agents = load_agents(path)

    def __call__(self) -> Agents:
        """Returns who may do what, as the file has it."""
        stamp = _stamp(self._path)
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._agents = load_agents(self._path)
            except ConfigurationError as error:
                log.warning("the desk's list is not taken; what was stays", extra={"mistake": str(error)})
        return self._agents


def build_reader(intake: Intake) -> DeskReader:
    """Builds what answers the desk at once. Raises ConfigurationError for a list of agents that is wrong."""
    agents = AgentsFile(intake.settings.store_dir / "agents.yaml")
    words = WordsFiles(intake.settings.store_dir, translates=bool(intake.settings.translate_url))
    return RowReader(intake.store, KnownUsers(intake.redis).find, agents, intake.now, words)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


def _key(user_id: str) -> str:
    return f"doorstep:desk_user:{user_id}"
