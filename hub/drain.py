"""The drain: takes what is pending in a shard, in order, until nothing is left.

Every lane works the same way: lease the ordering keys, handle, commit results and "handled" together. A worker that is
killed in between leaves rows pending and leases that run out.
"""

import logging
import random
from collections.abc import Callable

from core.ids import new_id
from hub.accounts import news
from hub.conversation import receive
from hub.delivery import receipts
from hub.desk import events
from hub.hub import Hub
from hub.orders import apply
from storage.queues import inbox
from storage.queues.inbox import Item

log = logging.getLogger(__name__)

GROUP = 50

Handler = Callable[[Hub, dict[str, list[Item]], str], None]
LANES: dict[str, Handler] = {
    inbox.CONVERSATION: receive.handle,
    inbox.DESK: events.handle,
    inbox.STORE_LANE: apply.handle,
    inbox.ACCOUNT: news.handle,
}


def drain_all(hub: Hub) -> int:
    """Handles everything pending in every shard; returns how many items.

    Each worker begins elsewhere, so that several take different shards first.
    """
    total = 0
    while handled := sum(drain(hub, shard) for shard in _waiting(hub)):
        total += handled
    return total


def _waiting(hub: Hub) -> list[int]:
    with hub.store.read() as conn:
        shards = inbox.shards_waiting(conn)
    start = random.randrange(hub.shards)
    return sorted(shards, key=lambda shard: (shard - start) % hub.shards)


def drain(hub: Hub, shard: int) -> int:
    """Handles everything pending in the shard; returns how many items."""
    total = 0
    while handled := _round(hub, shard):
        total += handled
    return total


def _round(hub: Hub, shard: int) -> int:
    with hub.store.read() as conn:
        waiting = inbox.lanes_waiting(conn, shard)
    handled = receipts.drain(hub, shard, GROUP * 4) if inbox.RECEIPT in waiting else 0
    return handled + sum(step(hub, lane, shard) for lane in LANES if lane in waiting)


def step(hub: Hub, lane: str, shard: int) -> int:
    """Handles one group of a lane; returns how many items it took."""
    now = hub.now()
    owner = new_id(now)
    with hub.store.write() as conn:
        claimed = inbox.claim(conn, hub.store, lane, shard, owner, now + hub.timing.lease, now, GROUP)
    # What failed before is taken item by item, so that one that cannot be handled takes no other with it.
    claimed = {key: items[:1] if any(item.attempts for item in items) else items for key, items in claimed.items()}
    if not claimed:
        return 0
    try:
        LANES[lane](hub, claimed, owner)
    except Exception:
        log.exception("a group failed and is handled key by key", extra={"lane": lane, "shard": shard})
        for key, items in claimed.items():
            _alone(hub, lane, key, items, owner)
    return sum(len(items) for items in claimed.values())


def _alone(hub: Hub, lane: str, key: str, items: list[Item], owner: str) -> None:
    try:
        LANES[lane](hub, {key: items}, owner)
    except Exception:
        log.exception("an item failed and will be taken again", extra={"lane": lane, "inbox_id": items[0].id})
        # The lease is kept: it runs out in seconds, which is the pause before the next try.
        with hub.store.write() as conn:
            inbox.fail(conn, items, "the item failed", hub.now())
