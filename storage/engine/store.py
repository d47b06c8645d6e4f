"""Opens the one store of an installation in either database, and its transactions.

SQLite has one writer. Its own waiting is a sleep without fairness (p99 of a second under load), so every write
transaction of every process takes a file lock first: that gives turns, and p99 stays at milliseconds.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.schema import Table

from storage.engine.writer_lock import WriterLock

CONNECT_SECONDS = 5


class Kept:
    """Keeps one connection of an engine for each thread; a use within a use has one of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mine = threading.local()
        self._all: set[Connection] = set()

    @contextmanager
    def use(self) -> Iterator[Connection]:
        """Gives the thread's connection. One that was used in vain is not kept: it may be broken."""
        conn: Connection | None = getattr(self._mine, "free", None)
        self._mine.free = None
        if conn is None or conn.closed:
            conn = self._engine.connect()
            self._all.add(conn)
        try:
            yield conn
        except BaseException:
            self._close(conn)
            raise
        if self._mine.free is None:
            self._mine.free = conn
        else:
            self._close(conn)

    def close(self) -> None:
        """Closes those of all threads."""
        for conn in tuple(self._all):
            self._close(conn)

    def _close(self, conn: Connection) -> None:
        self._all.discard(conn)
        conn.close()


class Store:
    """The database of one installation. `read()` and `write()` are the only ways in.

    With `keeps`, each thread keeps its connections from one use to the next: for processes with a few busy threads,
    where taking one from the pool and giving it back costs as much as the statement.
    """

    def __init__(self, url: str, pool_size: int = 16, *, keeps: bool = False) -> None:
        self.url = _driver_url(url)
        self.pool_size = pool_size
        self.is_sqlite = make_url(self.url).get_backend_name() == "sqlite"
        self.engine = _engine(self.url, self.is_sqlite, pool_size)
        # An engine of its own: switching a connection to autocommit and back costs more than most reads.
        self._reader = _engine(self.url, self.is_sqlite, pool_size, reads=True)
        self._kept_reader = Kept(self._reader) if keeps else None
        self._kept_writer = Kept(self.engine) if keeps else None
        self._inserts: dict[Table, Insert] = {}
        self._upserts: dict[tuple[Table, tuple[str, ...], tuple[str, ...], bool], Insert] = {}
        self._lock = WriterLock(self.path.with_name(self.path.name + ".lock")) if self.is_sqlite else None

    @property
    def path(self) -> Path:
        """Returns the path of the SQLite file."""
        return Path(make_url(self.url).database or "")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Opens a connection for reading; each statement sees what is committed."""
        with self._reader.connect() if self._kept_reader is None else self._kept_reader.use() as conn:
            yield conn

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Opens a connection for reading whose statements all see one moment; nobody waits for it."""
        if self.is_sqlite:
            with self._reader.connect() as conn:
                conn.exec_driver_sql("BEGIN")
                try:
                    yield conn
                finally:
                    conn.exec_driver_sql("ROLLBACK")
        else:
            with self.engine.connect() as conn:
                yield conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Begins a transaction: committed at the end, rolled back by an exception."""
        with self._lock or nullcontext(), self._transaction() as conn:
            yield conn

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self._kept_writer is None:
            with self.engine.begin() as conn:
                yield conn
        else:
            with self._kept_writer.use() as conn, conn.begin():
                yield conn

    def insert(self, table: Table) -> Insert:
        """Makes `INSERT … ON CONFLICT DO NOTHING` in this database's dialect; `rowcount` tells whether a row is new."""
        if table not in self._inserts:
            self._inserts[table] = self._insert(table)
        return self._inserts[table]

    def _insert(self, table: Table) -> Insert:
        if self.is_sqlite:
            return sqlite.insert(table).on_conflict_do_nothing()
        # SQLAlchemy does not keep the count of an INSERT in PostgreSQL unless it is asked to.
        return postgresql.insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)

    def upsert(self, table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> Insert:
        """Makes `INSERT … ON CONFLICT (key) DO UPDATE` of `columns`."""
        return self._on_conflict(table, key, columns, adds=False)

    def addition(self, table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> Insert:
        """Makes `INSERT … ON CONFLICT (key) DO UPDATE` that adds to `columns` what is there."""
        return self._on_conflict(table, key, columns, adds=True)

    def _on_conflict(self, table: Table, key: tuple[str, ...], columns: tuple[str, ...], *, adds: bool) -> Insert:
        wanted = (table, key, columns, adds)
        if wanted not in self._upserts:
            one = sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)
            changed = {c: table.c[c] + one.excluded[c] if adds else one.excluded[c] for c in columns}
            self._upserts[wanted] = one.on_conflict_do_update(index_elements=list(key), set_=changed)
        return self._upserts[wanted]

    def close(self) -> None:
        """Closes every connection."""
        for kept in (self._kept_reader, self._kept_writer):
            if kept is not None:
                kept.close()
        self.engine.dispose()
        self._reader.dispose()
        if self._lock is not None:
            self._lock.close()


def _driver_url(url: str) -> str:
    """Names the driver in a URL: `postgresql://` and `postgres://` mean psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _engine(url: str, is_sqlite: bool, pool_size: int, *, reads: bool = False) -> Engine:
    options: dict[str, Any] = {"hide_parameters": True}  # an error must not carry what customers wrote into a log
    if reads:
        options |= {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    if not is_sqlite:
        if "connect_timeout" not in make_url(url).query:  # else the system's, of minutes
            options["connect_args"] = {"connect_timeout": CONNECT_SECONDS}
        # No overflow: a connection beyond the pool is closed after use, and PostgreSQL forks for each new one.
        return create_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=10, **options)
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 10},
        pool_size=pool_size,
        max_overflow=pool_size,
        **options,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    if not reads:
        event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_immediate(conn: Connection) -> None:
    # SQLAlchemy "begins" on a reader's connection too; it must not take the writer's place.
    if conn.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        conn.exec_driver_sql("BEGIN IMMEDIATE")


# FULL: a committed row survives the loss of power, which is what a 2xx to a provider promises.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA mmap_size=268435456",
    "PRAGMA cache_size=-16000",
)
