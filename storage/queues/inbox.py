"""What came in: its row, handed out for work in order."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import CompoundSelect, Connection, bindparam, exists, func, literal_column, select, union_all, update

from core.addresses import shard_of
from core.retries import RULES, Failure
from storage.engine.schema import micros
from storage.engine.store import Store
from storage.queues import leases
from storage.queues.tables import inbox
from storage.queues.tables import leases as leases_table

log = logging.getLogger(__name__)

BIGGEST = 2**63 - 1

PENDING, HANDLED, DEAD = 0, 1, 2
CONVERSATION, RECEIPT, DESK, STORE_LANE, ACCOUNT = "conversation", "receipt", "desk", "store", "account"


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
    """Counts an attempt that failed by our fault; after the last one the item is a dead letter, kept for replay."""
    for item in items:
        state = DEAD if RULES[Failure.ITEM].is_over(item.attempts) else PENDING
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
