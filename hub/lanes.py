"""Drains what is pending: one runner for every lane.

The runner asks for what is pending in the worker's shards, hands it to the lane's handler by ordering key, keeps a key
whose item failed at rest for a while, and puts what fails too often away as a dead letter. The handler writes what
came of an item and its "handled" in one transaction (`ShardLease.finish`), so that a worker that is killed in between
leaves the item pending.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hub.hub import Hub
from hub.shards import LeaseLostError, ShardLease
from storage.queues import leases, pending
from storage.queues.pending import Item, Look

log = logging.getLogger(__name__)

Claimed = Mapping[str, Sequence[Item]]  # by ordering key, in the order in which they were sent


@dataclass(frozen=True)
class Failed:
    """Holds items of a key that could not be handled. `burned`: it counts as an attempt; else they only need time."""

    items: Sequence[Item]
    burned: bool = True


@dataclass(frozen=True)
class Handled:
    """Holds what came of a group. `failed` by ordering key; `moved`: items went to other keys and wait there;
    `to_send`: there may be something to send."""

    failed: Mapping[str, Failed] = field(default_factory=dict)
    moved: bool = False
    to_send: bool = True


@dataclass(frozen=True)
class Lane:
    """Names a kind of inbox item: its name in the rows, how many are taken at once, and who handles them.

    A handler that raises is called again for each key alone; what raises then is a failure of that key.
    """

    name: str
    most: int
    handle: Callable[[Hub, ShardLease, Claimed], Handled]


class Lanes:
    """Drains the lanes of an installation, the most urgent first."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._lanes = lanes
        self._look = Look({lane.name: lane.most for lane in lanes})

    def drain(self, hub: Hub, lease: ShardLease) -> int:
        """Handles everything that is pending in the worker's shards; returns how many items."""
        total, again = 0, True
        while again:
            handled, again = self.round(hub, lease)
            total += handled
        return total

    def round(self, hub: Hub, lease: ShardLease) -> tuple[int, bool]:
        """Handles one group of each lane; returns how many items, and whether looking again may find more.

        What comes in later brings a wake-up of its own; a look after a group that was not full would find nothing.
        Raises LeaseLostError when a shard is in other hands by now.
        """
        with hub.store.read() as conn:
            waiting = self._look.take(conn, lease.shards, hub.now())
        again = False
        for lane in self._lanes:
            items = waiting.get(lane.name, [])
            if items:
                again |= len(items) == lane.most
                again |= self._handle(hub, lease, lane, items)
        return sum(map(len, waiting.values())), again

    def _handle(self, hub: Hub, lease: ShardLease, lane: Lane, items: Sequence[Item]) -> bool:
        """Handles one group; tells whether more may wait: behind an item that is taken alone, or at another key."""
        by_key = pending.by_key(items)
        # What failed before is taken item by item, so that one that cannot be handled takes no other with it.
        claimed = {key: of[:1] if any(item.attempts for item in of) else of for key, of in by_key.items()}
        try:
            handled = lane.handle(hub, lease, claimed)
        except LeaseLostError:
            raise
        except Exception:
            log.exception("a group failed and is handled key by key", extra={"lane": lane.name})
            handled = self._one_by_one(hub, lease, lane, claimed)
        if handled.to_send:
            hub.waker.outbox()
        self._put_off(hub, handled.failed)
        return handled.moved or sum(map(len, claimed.values())) < len(items)

    def _one_by_one(self, hub: Hub, lease: ShardLease, lane: Lane, claimed: Claimed) -> Handled:
        failed: dict[str, Failed] = {}
        moved = False
        for key, items in claimed.items():
            try:
                handled = lane.handle(hub, lease, {key: items})
            except LeaseLostError:
                raise
            except Exception:
                log.exception("an item failed", extra={"lane": lane.name, "inbox_id": items[0].id})
                failed[key] = Failed(items)
            else:
                failed |= handled.failed
                moved |= handled.moved
        return Handled(failed, moved)

    def _put_off(self, hub: Hub, failed: Mapping[str, Failed]) -> None:
        """Lets failed keys rest until the next try: all of a key waits, or it would be handled out of order."""
        if not failed:
            return
        now = hub.now()
        with hub.store.write() as conn:
            for failure in failed.values():
                if failure.burned:
                    pending.fail(conn, failure.items, "the item failed", now)
            leases.rest(conn, hub.store, dict.fromkeys(failed, now + hub.timing.rest))
