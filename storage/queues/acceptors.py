"""Keeping what came in: on the disk and once, before the provider hears 2xx."""

import logging
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from storage.engine.store import SQLITE_PRAGMAS, Store
from storage.engine.writer_lock import WriterLock
from storage.queues.inbox import PENDING, Arrival

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_COLUMNS = "id, source, account, external_id, lane, key, shard, payload, sent_at, sequence, received_at, state, error"

OnNew = Callable[[frozenset[int]], None]


def _ignored(_shards: frozenset[int]) -> None:
    """Nobody wants to know."""


class Acceptor(Protocol):
    """Stores arrivals: two real ones, because SQLite needs a committer and PostgreSQL does not."""

    def accept(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Returns after the commit, with True for each that is new. Raises when nothing was stored."""
        ...

    def close(self) -> None:
        """Stops taking."""
        ...


def acceptor(store: Store, on_new: OnNew = _ignored) -> Acceptor:
    """The acceptor of this store's database; after each commit `on_new` hears in which shards there is new work."""
    return GroupCommitter(store, on_new) if store.is_sqlite else DirectAcceptor(store, on_new)


class DirectAcceptor:
    """PostgreSQL groups commits itself: a statement that commits itself per request, one round trip.

    The connections are the driver's own: SQLAlchemy's pool and cursor cost as much CPU as the statement does.
    """

    SQL = f"INSERT INTO inbox ({_COLUMNS}) VALUES {{rows}} ON CONFLICT DO NOTHING RETURNING id"  # noqa: S608 - constants
    ROW = f"({', '.join(['%s'] * 13)})"
    OURS = "SELECT id FROM inbox WHERE id = ANY(%s)"
    MOST = 1000  # rows of one statement; the protocol counts its parameters in 16 bits

    def __init__(self, store: Store, on_new: OnNew = _ignored) -> None:
        self._connections = _Connections(store)
        self._announcer = _Announcer(on_new)

    def accept(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """See Acceptor."""
        # In one order for everybody: requests with the same items in different orders would lock each other out.
        ordered = sorted(arrivals, key=lambda arrival: (arrival.source, arrival.external_id))
        rows = [arrival.values() for arrival in ordered]
        new = self._connections.use(partial(self._insert, rows), partial(self._insert_again, rows))
        fresh = [arrival.id in new for arrival in arrivals]
        self._announcer.tell(_shards(arrivals, fresh))
        return fresh

    def close(self) -> None:
        """See Acceptor."""
        self._announcer.close()
        self._connections.close()

    def _insert(self, rows: Sequence[tuple[Any, ...]], conn: Any) -> set[str]:
        """The ids that are new."""
        chunks = [rows[n : n + self.MOST] for n in range(0, len(rows), self.MOST)]
        if len(chunks) == 1:
            return self._insert_some(conn, rows)
        with conn.transaction():
            return {id_ for chunk in chunks for id_ in self._insert_some(conn, chunk)}

    def _insert_some(self, conn: Any, rows: Sequence[tuple[Any, ...]]) -> set[str]:
        statement = self.SQL.format(rows=", ".join([self.ROW] * len(rows)))
        return {row[0] for row in conn.execute(statement, [value for row in rows for value in row])}

    def _insert_again(self, rows: Sequence[tuple[Any, ...]], conn: Any) -> set[str]:
        """When the connection was lost: what the first try may have committed is ours too."""
        self._insert(rows, conn)
        return {row[0] for row in conn.execute(self.OURS, [[row[0] for row in rows]])}


class _Connections:
    """Connections of the driver that commit each statement, as many as threads use at once, at most a pool's size."""

    WAIT_SECONDS = 10

    def __init__(self, store: Store) -> None:
        self._dialect = store.engine.dialect
        self._address = self._dialect.create_connect_args(store.engine.url)
        self._idle: deque[Any] = deque()
        self._free = threading.Semaphore(store.pool_size)

    def use(self, act: Callable[[Any], set[str]], again: Callable[[Any], set[str]]) -> set[str]:
        """What `act` does with a connection; `again` with a new one, when an old one turned out to be dead."""
        if not self._free.acquire(timeout=self.WAIT_SECONDS):
            raise TimeoutError("every connection to the database is busy")
        try:
            old = self._idle.pop() if self._idle else None
            if old is None:
                return self._with(self._connect(), act)
            try:
                return self._with(old, act)
            except self._dialect.loaded_dbapi.OperationalError:
                if not old.closed:
                    raise
                return self._with(self._connect(), again)
        finally:
            self._free.release()

    def close(self) -> None:
        """Closes those that are idle."""
        while self._idle:
            self._idle.pop().close()

    def _with(self, conn: Any, act: Callable[[Any], set[str]]) -> set[str]:
        try:
            return act(conn)
        finally:
            if not conn.closed:
                self._idle.append(conn)

    def _connect(self) -> Any:
        places, options = self._address
        return self._dialect.connect(*places, **options, autocommit=True, prepare_threshold=0)


class _Announcer:
    """Says where there is new work, once for all that came meanwhile, in a thread of its own: no request waits."""

    def __init__(self, on_new: OnNew) -> None:
        self._on_new = on_new
        self._told: queue.SimpleQueue[frozenset[int] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="inbox-announcer", daemon=True)
        self._thread.start()

    def tell(self, shards: frozenset[int]) -> None:
        """There is new work in these."""
        if shards:
            self._told.put(shards)

    def close(self) -> None:
        """Says what is left."""
        self._told.put(None)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while (first := self._told.get()) is not None:
            _announce(self._on_new, first.union(*_waiting(self._told, self._told.qsize())))


class GroupCommitter:
    """One thread per process writes what all request threads bring, many in one transaction."""

    SQL = f"INSERT INTO inbox ({_COLUMNS}) VALUES {{rows}} ON CONFLICT DO NOTHING"  # noqa: S608 - constants only
    ROW = f"({', '.join(['?'] * 13)})"
    MOST = 1000  # rows of one statement
    GROUP = 256  # requests of one transaction

    def __init__(self, store: Store, on_new: OnNew = _ignored) -> None:
        self._on_new = on_new
        self._path = store.path
        self._lock = WriterLock(store.path.with_name(store.path.name + ".lock"))
        self._waiting: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="inbox-committer", daemon=True)
        self._thread.start()

    def accept(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """See Acceptor."""
        request = _Request(arrivals)
        self._waiting.put(request)
        request.done.acquire()
        if request.error is not None:
            raise request.error
        return request.fresh

    def close(self) -> None:
        """See Acceptor."""
        self._waiting.put(None)
        self._thread.join(timeout=5)
        self._lock.close()

    def _run(self) -> None:
        conn: sqlite3.Connection | None = None
        while (first := self._waiting.get()) is not None:
            group = [first, *_waiting(self._waiting, self.GROUP - 1)]
            try:
                conn = conn or _connect(str(self._path))
                self._commit(conn, group)
            except Exception as error:  # noqa: BLE001 - each waiting request gets it; the thread must live on
                for request in group:
                    request.error = error
                conn = None
            for request in group:
                request.done.release()
            # Once for the whole group, and after its requests were let go: they need not wait for it.
            known = (_shards(request.arrivals, request.fresh) for request in group if request.error is None)
            _announce(self._on_new, frozenset().union(*known))
        if conn is not None:
            conn.close()

    def _commit(self, conn: sqlite3.Connection, group: "list[_Request]") -> None:
        """One statement for all rows: each gives up the interpreter's lock, and every request thread wants it."""
        rows = [row for request in group for row in request.rows]
        with self._lock:
            conn.execute("BEGIN IMMEDIATE")
            try:
                inserted = sum(self._insert(conn, rows[n : n + self.MOST]) for n in range(0, len(rows), self.MOST))
                known = None if inserted == len(rows) else self._ours(conn, rows)
                conn.execute("COMMIT")
            except BaseException:
                if conn.in_transaction:
                    conn.execute("ROLLBACK")
                raise
        for request in group:
            request.fresh = [known is None or row[0] in known for row in request.rows]

    def _insert(self, conn: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        statement = self.SQL.format(rows=", ".join([self.ROW] * len(rows)))
        return conn.execute(statement, [value for row in rows for value in row]).rowcount

    def _ours(self, conn: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> set[str]:
        """The ids that went in, when some did not."""
        asked = "SELECT 1 FROM inbox WHERE id = ?"
        return {row[0] for row in rows if conn.execute(asked, (row[0],)).fetchone()}


def _waiting(told: "queue.SimpleQueue[_T | None]", most: int) -> list[_T]:
    """What waits besides, without waiting for it; the end stays where it is."""
    found: list[_T] = []
    while len(found) < most and not told.empty():
        more = told.get()
        if more is None:
            told.put(None)
            break
        found.append(more)
    return found


def _announce(on_new: OnNew, shards: frozenset[int]) -> None:
    try:
        on_new(shards)
    except Exception:  # the rows are there; the clock finds them, and this thread must live on
        log.exception("nobody was woken")


def _shards(arrivals: Sequence[Arrival], fresh: Sequence[bool]) -> frozenset[int]:
    """The shards in which there is new work."""
    return frozenset(a.shard for a, new in zip(arrivals, fresh, strict=True) if new and a.state == PENDING)


class _Request:
    __slots__ = ("arrivals", "done", "error", "fresh", "rows")

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        self.arrivals = arrivals
        self.rows = [arrival.values() for arrival in arrivals]  # here: what cannot be written fails its own request
        self.fresh: list[bool] = []
        self.error: Exception | None = None
        self.done = threading.Lock()
        self.done.acquire()


def _connect(path: str) -> sqlite3.Connection:
    conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    for pragma in SQLITE_PRAGMAS:
        conn.execute(pragma)
    return conn
