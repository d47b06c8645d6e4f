"""Builds the desk's read-only side, for the web and socket processes."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from redis import Redis, RedisError

from adapters.channels.registry import labels
from bots.wiring.insight.glances import told_of
from bots.wiring.intake import Intake
from config.agents import load_agents
from config.settings import SHIPPED_STORE
from core.desk.events import DeskUser
from core.desk.forms import DeskReader
from core.desk.permissions import Agents
from core.desk.ready_texts import Answer
from core.desk.saved_replies import FILE as SAVED_FILE
from core.desk.saved_replies import load_saved_replies
from core.errors import ConfigurationError
from core.files.documents import Document, found_in, listed_in
from hub.desk.form import Words
from hub.desk.reader import RowReader

if TYPE_CHECKING:
    from notifications.store.shop import Shop

log = logging.getLogger(__name__)

REMEMBER_SECONDS = 600
READ_BY_ANSWERS = ("policies.yaml", "shop.yaml", "shipping.yaml", "cutoffs.yaml")
FAQ = "faq.yaml"

T = TypeVar("T")


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


class Reread(Generic[T]):
    """Knows what files say: reads them when somebody first wants it, and again when one changes.

    A mistake leaves what was; workers refuse it by file and line.
    """

    def __init__(self, paths: Callable[[], Sequence[Path]], read: Callable[[], T], nothing: T) -> None:
        self._paths, self._read = paths, read
        self._seen: object = None
        self._kept = nothing

    def __call__(self) -> T:
        """Returns it, as the files have it."""
        paths = self._paths()
        seen = [(path, *_stamp(path)) for path in paths]
        if seen != self._seen:
            self._seen = seen
            try:
                self._kept = self._read()
            except (ConfigurationError, AttributeError, ZoneInfoNotFoundError) as error:
                words = "%s is not taken; what was stays"
                log.warning(words, paths[-1].name, extra={"mistake": str(error)})
        return self._kept


def words_of(store: Path, *, translates: bool = False) -> Reread[Words]:
    """Returns what knows what forms show of the store's files; `translates` where there is a translation hook."""
    answers = Reread[Sequence[Answer]](lambda: _answer_files(store), lambda: _answers(store), ())

    def read() -> Words:
        shop = Document(_shop(store)).data
        saved = load_saved_replies(listed_in(SAVED_FILE, SHIPPED_STORE, store))
        zone = ZoneInfo(str(shop.get("timezone", "UTC")))
        return Words(saved, str(shop.get("name", "")), zone, answers, translates, tuple(labels().items()))

    return Reread(
        lambda: (_shop(store), *listed_in(SAVED_FILE, SHIPPED_STORE, store)), read, Words(translates=translates)
    )


def _shop(store: Path) -> Path:
    return found_in("shop.yaml", store, SHIPPED_STORE)


def _answer_files(store: Path) -> Sequence[Path]:
    read = (found_in(name, store, SHIPPED_STORE) for name in READ_BY_ANSWERS)
    return (*read, *listed_in(FAQ, SHIPPED_STORE, store))


def _answers(store: Path) -> tuple[Answer, ...]:
    """Reads the answers with all that they read: what else does without them, this process never loads."""
    from bots.wiring.store.answers import load_answers, ready_answers  # noqa: PLC0415 - only who searches them
    from bots.wiring.store.policies import load_for_notices  # noqa: PLC0415

    decided = load_for_notices(store)
    return ready_answers(load_answers(store, decided.policies, decided.notices))


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
    words = words_of(intake.settings.store_dir, translates=bool(intake.settings.translate_url))
    return RowReader(intake.store, KnownUsers(intake.redis).find, agents, intake.now, words, _numbers(intake))


def _numbers(intake: Intake) -> Callable[[datetime], str]:
    """Returns what tells how today and this week are; what it takes loads when somebody first asks."""

    def shop() -> "Shop":
        from bots.wiring.store.policies import load_shop_of  # noqa: PLC0415 - the web process stays small

        return load_shop_of(intake.settings.store_dir)

    return told_of(intake.store, shop, intake.settings.public_url)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


def _key(user_id: str) -> str:
    return f"doorstep:desk_user:{user_id}"
