"""Gives tests a fresh database of each kind, and a Valkey."""

import ast
import gc
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from core import ids
from storage.engine import migrate
from storage.engine.schema import metadata
from storage.engine.store import Store
from tests.databases import NotInstalled, PostgresServer, postgres_server, valkey_server

pytest.register_assert_rewrite("tests.adapters.channels.contract", "tests.adapters.channels.provider")

BETWEEN = 8  # files of other tests after each journey: about as long as it waits


def pytest_sessionstart() -> None:
    """Lets nobody look for garbage while tests are collected: there are thousands, and they all stay."""
    gc.disable()
    _parse_one_at_a_time()


def _parse_one_at_a_time() -> None:
    """Has source read in one thread at a time.

    Python 3.11 counts how deep a syntax tree is for all threads together (cpython, gh-106905): a thread that logs a
    traceback while pytest writes one down would break off the whole run with a SystemError.
    """
    parse, lock = ast.parse, threading.RLock()

    @wraps(parse)
    def parsed(*args: Any, **options: Any) -> Any:
        with lock:
            return parse(*args, **options)

    ast.parse = parsed  # type: ignore[assignment]


def pytest_collection_finish() -> None:
    """Looks for garbage from here on, and never again among the tests themselves."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mixes the journeys, which mostly wait, with the rest, which computes, when several processes share the files.

    They are over first: no process is left alone with a long one.
    """
    if hasattr(config, "workerinput"):  # this is one of several (pytest-xdist)
        turns = {path: turn for turn, path in enumerate(_mixed(dict.fromkeys(item.path for item in items)))}
        items.sort(key=lambda item: turns[item.path])


def _mixed(files: Iterable[Path]) -> Iterator[Path]:
    journeys, rest = [], []
    for path in files:
        (journeys if "journeys" in path.parts else rest).append(path)
    others = iter(rest)
    for journey in journeys:
        yield journey
        yield from islice(others, BETWEEN)
    yield from others


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests have measured (`record_property`): told, never judged."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{report.nodeid}: {name}: {value}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Starts a private PostgreSQL; the tests that want it are skipped where it is not installed."""
    try:
        with postgres_server() as server:
            yield server
    except NotInstalled as reason:
        pytest.skip(str(reason))


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """Makes a fresh, empty database; its URL."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Makes a fresh, empty database of each kind; its URL."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'doorstep.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """Makes a store with every table and no row, in each kind of database."""
    opened: Store = request.getfixturevalue(f"_{request.param}_store")
    ids._last = 0  # ids of a process only grow: those of a test before, of a later time, would be no moments here
    # Emptied, not made anew: a database takes a third of a second, and an engine that is new has to learn every
    # statement again.
    emptied = [str(table.delete()) for table in metadata.tables.values()]
    with opened.write() as conn:
        if opened.is_sqlite:
            for statement in emptied:
                conn.exec_driver_sql(statement)
        else:  # in one call: forty would take longer than most tests
            conn.exec_driver_sql("; ".join([*emptied, "ALTER SEQUENCE cases_number_seq RESTART"]))
    return opened


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Makes an empty store of each kind, beside the one of `store`."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'other.db'}"
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres")
            url = stack.enter_context(server.database())
        yield from _migrated(url)


@pytest.fixture(scope="session")
def _sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    yield from _migrated(f"sqlite:///{tmp_path_factory.mktemp('store') / 'doorstep.db'}")


@pytest.fixture(scope="session")
def _postgresql_store(postgres: PostgresServer) -> Iterator[Store]:
    with postgres.database() as url:
        yield from _migrated(url)


def _migrated(url: str) -> Iterator[Store]:
    opened = Store(url)
    migrate.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """Starts the embedded Valkey as the product does; its URL."""
    with valkey_server() as url:
        yield url


@pytest.fixture
def valkey(valkey_url: str) -> Iterator[Redis]:
    """Connects to the embedded Valkey, empty."""
    with Redis.from_url(valkey_url) as redis:
        redis.flushall()
        yield redis
