"""Hands out pending inbox rows in order to whoever holds their shards, and marks them when they are done."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, literal_column, select, union_all, update

from core.people.addresses import shard_of
from core.retries import RULES, Failure
from storage.engine.prepared import PreparedIn
from storage.queues import leases
from storage.queues.inbox import DEAD, HANDLED, IS_PENDING, PENDING
from storage.queues.tables import inbox
from storage.queues.tables import leases as leases_table


class Item(msgspec.Struct, frozen=True):
    """Holds a pending row that a worker handles."""

    id: str
    source: str
    key: str
    payload: str
    sent_at: datetime
    sequence: int
    received_at: datetime
    attempts: int


_ITEM = (
    inbox.c.id,
    inbox.c.source,
    inbox.c.key,
    inbox.c.payload,
    inbox.c.sent_at,
    inbox.c.sequence,
    inbox.c.received_at,
    inbox.c.attempts,
)
# A key that rests, however much it has waiting, must not hide the rest of its shard.
_resting = exists().where(leases_table.c.key == inbox.c.key, leases_table.c.until >= bindparam("now"))


class Look:
    """Asks one question for all lanes: the oldest pending items of each, `limits` at most."""

    def __init__(self, limits: Mapping[str, int]) -> None:
        self._limits = limits
        self._statement = PreparedIn(self._build)

    def take(self, conn: Connection, shards: Collection[int], now: datetime) -> dict[str, list[Item]]:
        """Takes items of these shards in the order they came: lane -> items, without empty lanes."""
        found: dict[str, list[Item]] = {}
        for lane, *values in self._statement.rows(conn, sorted(shards), now=now):
            found.setdefault(lane, []).append(Item(*values))
        return found

    def _build(self, shards: Sequence[ColumnElement[Any]]) -> Any:
        return union_all(*(select(self._lane(lane, limit, shards)) for lane, limit in self._limits.items()))

    def _lane(self, lane: str, limit: int, shards: Sequence[ColumnElement[Any]]) -> Any:
        written: ColumnElement[str] = literal_column(
            f"'{lane}'"
        )  # a partial index is used only when the statement itself says so
        oldest: Select[Any] = select(written.label("lane_"), *_ITEM).where(IS_PENDING, inbox.c.lane == written)
        oldest = oldest.where(inbox.c.shard.in_(shards), ~_resting).order_by(inbox.c.id)
        return oldest.limit(literal_column(str(limit))).subquery()


def by_key(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Groups items by ordering key, in the order they were sent."""
    found: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: (item.sent_at, item.sequence, item.id)):
        found.setdefault(item.key, []).append(item)
    return found


_held = exists().where(
    leases_table.c.key == literal_column(f"'{leases.SHARD}' || CAST(inbox.shard AS TEXT)"),
    leases_table.c.owner == bindparam("owner"),
    leases_table.c.until >= bindparam("at"),
)
_FINISH = PreparedIn(
    lambda ids: (
        update(inbox)
        .where(inbox.c.id.in_(ids), IS_PENDING, _held)
        .values(state=literal_column(str(HANDLED)), handled_at=bindparam("at"))
    )
)


def finish(conn: Connection, ids: Sequence[str], owner: str, now: datetime) -> int:
    """Marks items handled whose shard `owner` still holds; returns how many.

    Fewer than asked for means that another worker has the shard, or has handled them: roll the transaction back.
    """
    return _FINISH.run(conn, ids, owner=owner, at=now)


_FINISH_TWICE = PreparedIn(
    lambda ids: (
        update(inbox)
        .where(inbox.c.id.in_(ids), IS_PENDING)
        .values(state=literal_column(str(HANDLED)), handled_at=bindparam("at"))
    )
)


def finish_without_lease(conn: Connection, ids: Sequence[str], now: datetime) -> None:
    """Marks items handled that may be handled twice (receipts), whoever holds their shard."""
    _FINISH_TWICE.run(conn, ids, at=now)


def rekey(conn: Connection, ids: Sequence[str], new_key: str, shards: int) -> None:
    """Hands items that are still pending to another ordering key, where they are taken again in their order."""
    if ids:
        place = {"key": new_key, "shard": shard_of(new_key, shards)}
        conn.execute(update(inbox).where(inbox.c.id.in_(list(ids)), IS_PENDING).values(place))


def become(conn: Connection, id_: str, lane: str, key: str, payload: str, shards: int) -> None:
    """Hands an item that is still pending to another lane: it is something else than was thought."""
    place = {"lane": lane, "key": key, "shard": shard_of(key, shards), "payload": payload}
    conn.execute(update(inbox).where(inbox.c.id == id_, IS_PENDING).values(place))


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
