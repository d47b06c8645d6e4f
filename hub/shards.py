"""Shares the shards among the workers that live: each holds a lease on its own, renewed every second.

A worker that is killed loses its shards when its leases run out; one that was only slow finds out when it commits:
`ShardLease.finish` writes nothing for a shard that another worker may have by then.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from hub.hub import Hub
from storage.queues import leases, pending
from storage.queues.leases import SHARD, WORKER, Lease

log = logging.getLogger(__name__)


class LeaseLostError(RuntimeError):
    """Raised when the worker was too slow: another one has its shard."""


@dataclass(frozen=True)
class ShardLease:
    """Holds a worker's right to handle what is pending in these shards."""

    owner: str
    shards: frozenset[int]

    def finish(self, conn: Connection, ids: Sequence[str], now: datetime) -> None:
        """Marks inbox items handled, in the transaction of what came of them. Raises LeaseLostError."""
        if ids and pending.finish(conn, ids, self.owner, now) != len(ids):
            raise LeaseLostError("another worker took over; nothing of this transaction is written")


def renew(hub: Hub, owner: str) -> ShardLease:
    """Prolongs the worker's leases and takes, or gives up, shards until it has its fair share of them."""
    now = hub.now()
    until = now + hub.timing.shard_lease
    me = f"{WORKER}{owner}"
    with hub.store.write() as conn:
        known = leases.workers_and_shards(conn)
        kept, wanted, surplus = share(known, owner, hub.shards, now)
        leases.give_back(conn, [_key(shard) for shard in surplus], owner)
        ours = leases.take(conn, hub.store, [me, *map(_key, (*kept, *wanted))], owner, until, now)
    held = frozenset(int(key.removeprefix(SHARD)) for key in ours if key.startswith(SHARD))
    if held != frozenset(kept):
        log.info("shards changed", extra={"shards": sorted(held)})
    return ShardLease(owner, held)


def release(hub: Hub, lease: ShardLease) -> None:
    """Gives everything back at once: a worker that stops keeps nobody waiting."""
    with hub.store.write() as conn:
        keys = [f"{WORKER}{lease.owner}", *map(_key, range(hub.shards))]
        leases.give_back(conn, keys, lease.owner)


def share(known: Collection[Lease], owner: str, shards: int, now: datetime) -> tuple[list[int], list[int], list[int]]:
    """Computes a fair share among the workers that live: (shards to keep, to take, to give up).

    >>> share([], "a", 4, now)
    ([], [0, 1, 2, 3], [])
    """
    living = {lease.owner for lease in known if lease.key.startswith(WORKER) and lease.until >= now} | {owner}
    holders = {lease.key: lease.owner for lease in known if lease.key.startswith(SHARD) and lease.until >= now}
    fair = -(-shards // len(living))
    mine = [shard for shard in range(shards) if holders.get(_key(shard)) == owner]
    free = [shard for shard in range(shards) if _key(shard) not in holders]
    room = max(0, fair - len(mine))
    return mine[:fair], free[:room], mine[fair:]


def _key(shard: int) -> str:
    return f"{SHARD}{shard}"
