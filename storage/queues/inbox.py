"""Accepting what came in, durably and once; handing it out for work in order."""

import hashlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from sqlalchemy import CompoundSelect, Connection, bindparam, exists, func, literal_column, select, union_all, update

from core.addresses import shard_of
from storage.engine.schema import micros
from storage.engine.store import SQLITE_PRAGMAS, Store
from storage.engine.writer_lock import WriterLock
from storage.queues import leases
from storage.queues.tables import inbox
from storage.queues.tables import leases as leases_table

log = logging.getLogger(__name__)

BIGGEST = 2**63 - 1

PENDING, HANDLED, DEAD = 0, 1, 2
CONVERSATION, RECEIPT, DESK, STORE_LANE, ACCOUNT = "conversation", "receipt", "desk", "store", "account"
MAX_ATTEMPTS = 5

_COLUMNS = "id, source, account, external_id, lane, key, shard, payload, sent_at, sequence, received_at, state, error"


class Arrival(msgspec.Struct, frozen=True):
    """A row to be: one item of a webhook. `state` HANDLED or DEAD keeps an item that needs no work."""

    id: str
    source: str
    account: str
    external_id: str
    lane: str
    key: str
    shard: int
    payload: str
    sent_at: datetime
    received_at: datetime
    sequence: int = 0
    state: int = PENDING
    error: str | None = None

    def values(self) -> tuple[Any, ...]:
        """The row, in the order of the INSERT, in a form that both databases take whatever a provider sent."""
        return (
            self.id,
            self.source,
            _fitting(self.account, 64),
            _fitting(self.external_id, 255),
            self.lane,
            _fitting(self.key, 255),
            self.shard,
            self.payload.replace("\0", ""),
            micros(self.sent_at),
            min(self.sequence, BIGGEST),
            micros(self.received_at),
            self.state,
            self.error.replace("\0", "") if self.error else None,
        )


def _fitting(text: str, limit: int) -> str:
    """Without NUL, which PostgreSQL keeps in no text; what is too long keeps its beginning and a digest of all."""
    text = text.replace("\0", "")
    if len(text) <= limit:
        return text
    return f"{text[: limit - 33]}~{hashlib.blake2b(text.encode(errors='replace'), digest_size=16).hexdigest()}"


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
    """PostgreSQL groups commits itself: a pooled connection per request."""

    SQL = f"INSERT INTO inbox ({_COLUMNS}) VALUES {{rows}} ON CONFLICT DO NOTHING RETURNING id"  # noqa: S608 - constants
    ROW = f"({', '.join(['%s'] * 13)})"
    MOST = 1000  # rows of one statement; the protocol counts its parameters in 16 bits

    def __init__(self, store: Store, on_new: OnNew = _ignored) -> None:
        self._store = store
        self._on_new = on_new

    def accept(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """See Acceptor."""
        # In one order for everybody: requests with the same items in different orders would lock each other out.
        ordered = sorted(arrivals, key=lambda arrival: (arrival.source, arrival.external_id))
        chunks = [ordered[n : n + self.MOST] for n in range(0, len(ordered), self.MOST)]
        # A single statement commits itself: one round trip instead of three.
        with self._store.read() if len(chunks) == 1 else self._store.write() as conn:
            new = {id_ for chunk in chunks for id_ in self._insert(conn, chunk)}
        fresh = [arrival.id in new for arrival in arrivals]
        self._on_new(_shards(arrivals, fresh))
        return fresh

    def _insert(self, conn: Connection, arrivals: Sequence[Arrival]) -> list[str]:
        statement = self.SQL.format(rows=", ".join([self.ROW] * len(arrivals)))
        values = [value for arrival in arrivals for value in arrival.values()]
        return [row[0] for row in conn.exec_driver_sql(statement, tuple(values))]

    def close(self) -> None:
        """See Acceptor."""


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
            group = [first]
            while len(group) < self.GROUP and not self._waiting.empty():
                more = self._waiting.get()
                if more is None:
                    self._waiting.put(None)
                    break
                group.append(more)
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
            self._announce(group)
        if conn is not None:
            conn.close()

    def _announce(self, group: "list[_Request]") -> None:
        try:
            self._on_new(frozenset().union(*(_shards(r.arrivals, r.fresh) for r in group if r.error is None)))
        except Exception:  # the rows are there; the clock finds them, and this thread must live on
            log.exception("nobody was woken")

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


class Item(msgspec.Struct, frozen=True):
    """A pending row in a worker's hands."""

    id: str
    source: str
    key: str
    payload: str
    sent_at: datetime
    sequence: int
    received_at: datetime
    attempts: int


# Written out, not bound: a partial index is used only when the statement itself says the state.
IS_PENDING = inbox.c.state == literal_column("0")
IS_DEAD = inbox.c.state == literal_column("2")

_PENDING_SQL = select(
    inbox.c.id,
    inbox.c.source,
    inbox.c.key,
    inbox.c.payload,
    inbox.c.sent_at,
    inbox.c.sequence,
    inbox.c.received_at,
    inbox.c.attempts,
).where(IS_PENDING, inbox.c.lane == bindparam("lane"), inbox.c.shard == bindparam("shard"))
_PENDING_SQL = _PENDING_SQL.order_by(inbox.c.id).limit(bindparam("limit"))
_SHARDS_SQL = select(inbox.c.shard).where(IS_PENDING, inbox.c.lane != literal_column("'kept'")).distinct()
# One look into the index per lane, however many rows wait there.
_WAITING_SQL: CompoundSelect[str] = union_all(
    *(
        select(literal_column(f"'{lane}'")).where(
            exists().where(IS_PENDING, inbox.c.lane == literal_column(f"'{lane}'"), inbox.c.shard == bindparam("shard"))
        )
        for lane in (CONVERSATION, RECEIPT, DESK, STORE_LANE, ACCOUNT)
    )
)
# A conversation in other hands must not hide, with all it has waiting, the rest of its shard.
_leased = exists().where(leases_table.c.key == inbox.c.key, leases_table.c.until >= bindparam("now"))
_FREE_SQL = _PENDING_SQL.where(~_leased)


def claim(
    conn: Connection, store: Store, lane: str, shard: int, owner: str, until: datetime, now: datetime, limit: int
) -> dict[str, list[Item]]:
    """The oldest pending items of a shard whose keys could be leased: by key, in the order they were sent."""
    rows = conn.execute(_FREE_SQL, {"lane": lane, "shard": shard, "limit": limit, "now": now})
    by_key: dict[str, list[Item]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(Item(*row))
    ours = leases.take(conn, store, list(by_key), owner, until, now)
    if not store.is_sqlite and ours:
        # Between our look and our lease another worker may have handled them: PostgreSQL does not make us wait.
        ids = [item.id for key in ours for item in by_key[key]]
        left = set(conn.scalars(select(inbox.c.id).where(inbox.c.id.in_(ids), IS_PENDING)))
        by_key = {key: [item for item in items if item.id in left] for key, items in by_key.items()}
        idle = {key for key in ours if not by_key[key]}
        leases.give_back(conn, idle, owner)
        ours -= idle
    return {
        key: sorted(items, key=lambda i: (i.sent_at, i.sequence, i.id)) for key, items in by_key.items() if key in ours
    }


def pending(conn: Connection, lane: str, shard: int, limit: int) -> list[Item]:
    """The oldest pending items, without a lease: for work that may be done twice (receipts)."""
    rows = conn.execute(_PENDING_SQL, {"lane": lane, "shard": shard, "limit": limit})
    return [Item(*row) for row in rows]


_FINISH = update(inbox).where(inbox.c.id == bindparam("row"), inbox.c.state == PENDING)
_FINISH = _FINISH.values(state=HANDLED, handled_at=bindparam("at"))


def shards_waiting(conn: Connection) -> frozenset[int]:
    """The shards in which something is pending."""
    return frozenset(conn.scalars(_SHARDS_SQL))


def lanes_waiting(conn: Connection, shard: int) -> frozenset[str]:
    """The lanes of a shard in which something is pending."""
    return frozenset(conn.scalars(_WAITING_SQL, {"shard": shard}))


def finish(conn: Connection, ids: Sequence[str], now: datetime) -> None:
    """Marks items handled."""
    if ids:
        conn.execute(_FINISH, [{"row": id_, "at": now} for id_ in ids])


def rekey(conn: Connection, ids: Sequence[str], new_key: str, shards: int) -> None:
    """Hands items that are still pending to another ordering key, where they are claimed again in their order."""
    if ids:
        place = {"key": new_key, "shard": shard_of(new_key, shards)}
        conn.execute(update(inbox).where(inbox.c.id.in_(list(ids)), IS_PENDING).values(place))


def fail(conn: Connection, items: Sequence[Item], error: str, now: datetime) -> None:
    """Counts an attempt that failed by our fault; after MAX_ATTEMPTS the item is a dead letter, kept for replay."""
    for item in items:
        state = DEAD if item.attempts + 1 >= MAX_ATTEMPTS else PENDING
        conn.execute(
            update(inbox)
            .where(inbox.c.id == item.id, inbox.c.state == PENDING)  # not what another worker has handled meanwhile
            .values(
                attempts=item.attempts + 1, error=error[:500], state=state, handled_at=now if state == DEAD else None
            )
        )


def counts(conn: Connection) -> dict[str, int]:
    """Pending and dead rows, for metrics and the doctor."""
    pending_rows = conn.scalar(select(func.count()).select_from(inbox).where(IS_PENDING)) or 0
    dead_rows = conn.scalar(select(func.count()).select_from(inbox).where(IS_DEAD)) or 0
    return {"pending": pending_rows, "dead": dead_rows}
