"""What many tests share: a fresh database of each kind, and a Valkey."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from storage import migrate
from storage.engine import Store
from storage.tables import metadata
from tests.databases import NotInstalled, PostgresServer, postgres_server, valkey_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A private PostgreSQL; the tests that want it are skipped where it is not installed."""
    try:
        with postgres_server() as server:
            yield server
    except NotInstalled as reason:
        pytest.skip(str(reason))


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a fresh, empty database."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh, empty database of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'doorstep.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with every table and no row, in each kind of database."""
    opened = Store(str(request.getfixturevalue(f"_{request.param}_copy")))
    yield opened
    opened.close()


@pytest.fixture
def _sqlite_copy(_sqlite_migrated: Path, tmp_path: Path) -> str:
    path = tmp_path / "doorstep.db"
    shutil.copy(_sqlite_migrated, path)
    return f"sqlite:///{path}"


@pytest.fixture
def _postgresql_copy(_postgresql_migrated: str) -> str:
    # Emptied, not made anew: CREATE DATABASE takes a third of a second, this a millisecond.
    emptied = "; ".join(str(table.delete()) for table in metadata.sorted_tables)
    with psycopg.connect(_postgresql_migrated, autocommit=True) as conn:
        conn.execute(f"{emptied}; ALTER SEQUENCE cases_number_seq RESTART".encode())
    return _postgresql_migrated


@pytest.fixture(scope="session")
def _sqlite_migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "doorstep.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgresql_migrated(postgres: PostgresServer) -> str:
    url = postgres.url(postgres.create())
    _migrate(url)
    return url


def _migrate(url: str) -> None:
    opened = Store(url)
    migrate.upgrade(opened)
    opened.close()


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """The embedded Valkey, started as the product starts it."""
    with valkey_server() as url:
        yield url


@pytest.fixture
def valkey(valkey_url: str) -> Iterator[Redis]:
    """A connection to the embedded Valkey, empty."""
    with Redis.from_url(valkey_url) as redis:
        redis.flushall()
        yield redis
