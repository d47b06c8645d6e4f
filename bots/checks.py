"""Checks everything that can be wrong before processes are started for it; opens the database of each."""

import os
import sys

from redis import RedisError

from bots.process import CHECKED, EXIT_MISCONFIGURED, in_words, warn
from bots.wiring.clients.database import PATIENCE_SECONDS, await_database, open_database
from bots.wiring.clients.redis_client import connect_redis
from bots.wiring.sources import event_sources
from config.secret_key import secret_key
from config.settings import Settings, check_webhook_secrets
from storage.engine.store import Store


def check(settings: Settings) -> None:
    """Finds what is wrong with settings, files, folder and database; a Redis that is away is a warning.

    What it read of the store's folder is kept for the processes that are forked off. Raises ConfigurationError.
    """
    from bots.wiring.installation import build  # noqa: PLC0415 - 60 MB that only the check needs
    from bots.wiring.store.kept_folder import keep  # noqa: PLC0415

    secret_key(settings)
    check_webhook_secrets(settings)
    event_sources(settings)
    parts = build(settings, speaks=False)
    keep(settings, parts.read())
    for sentence in parts.hub.shelf.now.warnings:
        warn(sentence)
    store = parts.intake.store
    open_database(store, PATIENCE_SECONDS, warn)
    store.close()
    if settings.redis_url:
        _look_for_redis(settings)


def check_apart(settings: Settings) -> None:
    """Runs `check` in a process of its own, so that this one, which only watches over others, stays small."""
    child = os.fork()
    if child == 0:
        code = EXIT_MISCONFIGURED
        try:
            with in_words():
                check(settings)
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise SystemExit(status)


def open_for_process(store: Store) -> None:
    """Opens the database of a process; what a supervisor started waits, however long, what started alone gives up.

    Raises ConfigurationError.
    """
    if CHECKED in os.environ:
        await_database(store)
    else:
        open_database(store, PATIENCE_SECONDS, warn)


def _look_for_redis(settings: Settings) -> None:
    try:
        redis = connect_redis(settings)
        redis.ping()
        redis.close()
    except RedisError as error:
        words = f"REDIS_URL: it does not answer ({type(error).__name__})"
        warn(f"{words}; messages are kept, and nothing is sent until it does")
