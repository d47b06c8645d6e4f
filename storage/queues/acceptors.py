"""Stores what came in: on the disk and once, before the provider is answered with 2xx."""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from storage.engine.store import SQLITE_PRAGMAS, Store
from storage.engine.writer_lock import WriterLock
from storage.queues.inbox import PENDING, Arrival

log = logging.getLogger(__name__)

Row = tuple[Any, ...]
OnNew = Callable[[frozenset[int]], None]

_COLUMNS = "id, source, account, external_id, lane, key, shard, payload, sent_at, sequence, received_at, state, error"
_INSERT = f"INSERT INTO inbox ({_COLUMNS}) VALUES {{rows}} ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
_COLUMN_COUNT = 13
_MOST = 1000  # rows of one statement; PostgreSQL counts parameters in 16 bits


def _ignored(_shards: frozenset[int]) -> None:
    """Does nothing: for stores whose new work nobody waits for."""


class Acceptor(Protocol):
    """Stores arrivals."""

    def accept(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Returns after the commit, with True for each that is new. Raises when nothing was stored."""
        ...

    def close(self) -> None:
        """Stops taking."""
        ...


def acceptor(store: Store, on_new: OnNew = _ignored) -> Acceptor:
    """Makes the acceptor of this store's database; after each commit `on_new` gets the shards that have new work."""
    return GroupCommitter(SqliteWriter(store) if store.is_sqlite else PostgresWriter(store), on_new)


class Writer(Protocol):
    """Commits rows of the inbox in one transaction, on a connection of its own that it makes anew when it is lost."""

    def write(self, rows: Sequence[Row]) -> Collection[str]:
        """Returns the ids that are new."""
        ...

    def is_away(self, error: Exception) -> bool:
        """Tells whether the database failed, and not on account of what it was given."""
        ...

    def close(self) -> None:
        """Gives the connection back."""
        ...


class SqliteWriter:
    """Writes all rows in one statement: each statement gives up the interpreter's lock, for which threads then wait."""

    def __init__(self, store: Store) -> None:
        self._path = store.path
        self._lock = WriterLock(store.path.with_name(store.path.name + ".lock"))
        self._conn: sqlite3.Connection | None = None

    def write(self, rows: Sequence[Row]) -> Collection[str]:
        """Writes under the lock that all processes share; returns the ids that are new."""
        if self._conn is None:
            self._conn = _connect(str(self._path))
        try:
            with self._lock:
                return self._write(self._conn, rows)
        except sqlite3.Error:
            self._conn = None
            raise

    def is_away(self, error: Exception) -> bool:
        """Tells whether SQLite or its file failed."""
        return isinstance(error, sqlite3.OperationalError | OSError)

    def close(self) -> None:
        """Closes the connection and the lock."""
        if self._conn is not None:
            self._conn.close()
        self._lock.close()

    def _write(self, conn: sqlite3.Connection, rows: Sequence[Row]) -> Collection[str]:
        conn.execute("BEGIN IMMEDIATE")
        try:
            inserted = sum(conn.execute(_statement(some, "?"), _flat(some)).rowcount for some in _chunks(rows))
            ids = {row[0] for row in rows}
            # Asked only when some did not go in: a repeat, or the same item twice.
            new = ids if inserted == len(rows) else {id_ for id_ in ids if self._is_there(conn, id_)}
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise
        return new

    def _is_there(self, conn: sqlite3.Connection, id_: str) -> bool:
        return conn.execute("SELECT 1 FROM inbox WHERE id = ?", (id_,)).fetchone() is not None


class PostgresWriter:
    """Writes all rows in one round trip, by the driver alone: SQLAlchemy costs as much CPU as the statement does."""

    def __init__(self, store: Store) -> None:
        self._dialect = store.engine.dialect
        self._address = self._dialect.create_connect_args(store.engine.url)
        self._conn: Any = None

    def write(self, rows: Sequence[Row]) -> Collection[str]:
        """Writes, once more on a new connection where the old one is lost; returns the ids that are new."""
        # All processes in the same order: with the same items in different orders they would lock each other out.
        ordered = sorted(rows, key=lambda row: (row[1], row[3]))
        used = self._conn is not None and not self._conn.closed
        if not used:
            self._conn = self._connect()
        try:
            return self._write(ordered)
        except Exception as error:
            if not (used and self.is_away(error) and self._conn.closed):
                raise
        # The connection was lost while nobody used it. What the first try may have committed is ours too.
        self._conn = self._connect()
        self._write(ordered)
        ids = [row[0] for row in rows]
        return {row[0] for row in self._conn.execute("SELECT id FROM inbox WHERE id = ANY(%s)", [ids])}

    def is_away(self, error: Exception) -> bool:
        """Tells whether the server or the connection failed."""
        return isinstance(error, self._dialect.loaded_dbapi.OperationalError)

    def close(self) -> None:
        """Closes the connection."""
        if self._conn is not None:
            self._conn.close()

    def _connect(self) -> Any:
        places, options = self._address
        return self._dialect.connect(*places, **options, autocommit=True)

    def _write(self, rows: Sequence[Row]) -> Collection[str]:
        chunks = _chunks(rows)
        if len(chunks) == 1:  # a single statement commits itself
            return self._insert(rows)
        with self._conn.transaction():
            return {id_ for some in chunks for id_ in self._insert(some)}

    def _insert(self, rows: Sequence[Row]) -> set[str]:
        return {row[0] for row in self._conn.execute(f"{_statement(rows, '%s')} RETURNING id", _flat(rows))}


def _chunks(rows: Sequence[Row]) -> list[Sequence[Row]]:
    return [rows[n : n + _MOST] for n in range(0, len(rows), _MOST)]


def _statement(rows: Sequence[Row], mark: str) -> str:
    row = f"({', '.join([mark] * _COLUMN_COUNT)})"
    return _INSERT.format(rows=", ".join([row] * len(rows)))


def _flat(rows: Sequence[Row]) -> list[Any]:
    return [value for row in rows for value in row]


class GroupCommitter:
    """Writes what all request threads bring, many in one transaction, from one thread per process."""

    GROUP = 256  # requests of one transaction

    def __init__(self, writer: Writer, on_new: OnNew = _ignored) -> None:
        self._writer = writer
        self._on_new = on_new
        self._waiting: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="inbox-committer", daemon=True)
        self._thread.start()

    def accept(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Waits for the commit of its group; returns True for each that is new."""
        request = _Request(arrivals)
        self._waiting.put(request)
        request.done.acquire()
        if request.error is not None:
            raise request.error
        return request.fresh

    def close(self) -> None:
        """Commits what waits, and ends the thread."""
        self._waiting.put(None)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group = [first, *self._more()]
            self._commit(group)
            for request in group:
                request.done.release()
            # Once for the whole group, and after its requests are answered: they need not wait for it.
            self._announce(group)
        self._writer.close()

    def _more(self) -> "list[_Request]":
        """Takes what waits besides, without waiting for it; the end stays where it is."""
        found: list[_Request] = []
        while len(found) < self.GROUP - 1 and not self._waiting.empty():
            more = self._waiting.get()
            if more is None:
                self._waiting.put(None)
                break
            found.append(more)
        return found

    def _commit(self, group: "list[_Request]") -> None:
        try:
            new = self._writer.write([row for request in group for row in request.rows])
        except Exception as error:  # noqa: BLE001 - each waiting request gets it; the thread must live on
            if len(group) > 1 and not self._writer.is_away(error):
                for request in group:  # one of them cannot be written; the others can
                    self._commit([request])
                return
            for request in group:
                request.error = error
        else:
            for request in group:
                request.fresh = [row[0] in new for row in request.rows]

    def _announce(self, group: "list[_Request]") -> None:
        try:
            self._on_new(frozenset().union(*(request.shards() for request in group)))
        except Exception:  # the rows are there; the clock finds them, and this thread must live on
            log.exception("nobody was woken")


class _Request:
    __slots__ = ("arrivals", "done", "error", "fresh", "rows")

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        self.arrivals = arrivals
        self.rows = [arrival.values() for arrival in arrivals]
        self.fresh: list[bool] = []
        self.error: Exception | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def shards(self) -> frozenset[int]:
        """Lists the shards in which there is new work."""
        kept = zip(self.arrivals, self.fresh, strict=True) if self.error is None else ()
        return frozenset(arrival.shard for arrival, new in kept if new and arrival.state == PENDING)


def _connect(path: str) -> sqlite3.Connection:
    conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    for pragma in SQLITE_PRAGMAS:
        conn.execute(pragma)
    return conn
