"""A group of customers' messages: taken in order, answered turn by turn, committed together with "handled".

Everything is decided on values read before; nothing is written until the whole group commits.
"""

import logging
from collections.abc import Mapping, Sequence

from core.messages import AccountNews, Receipt, decode_event
from hub import identity
from hub.answer import take_turn
from hub.fold import ALBUM, Event, is_open
from hub.hub import Hub
from hub.store_view import GroupReader
from storage import conversations, inbox, leases
from storage.batch import Batch
from storage.conversations import Conversation
from storage.inbox import Item

log = logging.getLogger(__name__)

Claimed = dict[str, list[Item]]


def handle(hub: Hub, claimed: Claimed, owner: str) -> None:
    """Answers every claimed conversation and commits the answers with "handled". Raises when the leases were lost."""
    claimed = _albums_open(hub, _at_home(hub, claimed, owner), owner)
    if not claimed:
        return
    said = {key: [_decode(item) for item in items] for key, items in claimed.items()}
    known = _load(hub, said)
    batch, done, failed = Batch(), [], {}
    with hub.store.read() as conn:
        reader = GroupReader(conn, [phone for c in known.values() if (phone := c.phone_number)])
        for key, events in said.items():
            try:
                batch.merge(take_turn(hub, known[key], events, [item.id for item in claimed[key]], reader))
                done += [item.id for item in claimed[key]]
            except Exception:
                log.exception("a turn failed", extra={"conversation_id": known[key].id})
                failed[key] = claimed[key]
    answered = {key: known[key] for key in claimed if key not in failed}
    _commit(hub, batch, done, failed, answered, owner)


def _at_home(hub: Hub, claimed: Claimed, owner: str) -> Claimed:
    """Without those whose address belongs to another conversation: they are handed to it, in their order."""
    with hub.store.read() as conn:
        homes = identity.homes(conn, claimed.keys())
    if not homes:
        return claimed
    with hub.store.write() as conn:
        for key, home in homes.items():
            inbox.rekey(conn, [item.id for item in claimed[key]], home, hub.shards)
        leases.give_back(conn, homes.keys(), owner)
    hub.waker.shards(range(hub.shards))
    return {key: items for key, items in claimed.items() if key not in homes}


def _albums_open(hub: Hub, claimed: Claimed, owner: str) -> Claimed:
    """Without those that end in an album of which more may come: their leases end when it must be complete."""
    now = hub.now()
    early = {
        key: items[-1].received_at + ALBUM
        for key, items in claimed.items()
        if '"album"' in items[-1].payload and is_open([_decode(items[-1])], items[-1].received_at, now)
    }
    if not early:
        return claimed
    with hub.store.write() as conn:
        for key, until in early.items():
            leases.shorten(conn, key, owner, until)
    hub.waker.shards(range(hub.shards), (max(early.values()) - now).total_seconds())
    return {key: items for key, items in claimed.items() if key not in early}


def _decode(item: Item) -> Event:
    event = decode_event(item.payload)
    if isinstance(event, (Receipt, AccountNews)):
        raise TypeError(f"a {type(event).__name__} is no turn")
    return event


def _load(hub: Hub, said: Mapping[str, Sequence[Event]]) -> dict[str, Conversation]:
    """The conversations, made where they are missing.

    Who writes from a new address may be known by another one: what is under way there goes on here, at once.
    """
    with hub.store.read() as conn:
        known = conversations.by_keys(conn, said.keys())
    missing = {key: events[0] for key, events in said.items() if key not in known}
    if not missing:
        return known
    now = hub.now()
    with hub.store.write() as conn:
        wanted = [(event.sender, event.profile.name) for event in missing.values()]
        conversations.ensure(conn, hub.store, wanted, now)
        made = conversations.by_keys(conn, missing.keys())
        for key, event in missing.items():
            if event.profile.aliases:
                identity.learn_aliases(hub, conn, made[key], event.profile.aliases, now)
    with hub.store.read() as conn:
        return conversations.by_keys(conn, said.keys())


def _commit(
    hub: Hub, batch: Batch, done: list[str], failed: Claimed, answered: Mapping[str, Conversation], owner: str
) -> None:
    now = hub.now()
    with hub.store.write() as conn:
        if leases.give_back(conn, answered.keys(), owner) != len(answered):
            raise LeaseLostError("another worker took over; nothing of this group was written")
        batch.apply(conn, hub.store)
        identity.settle(conn, answered.values())
        inbox.finish(conn, done, now)
        # The lease of a failed key is kept: it runs out in seconds, which is the pause before the next try.
        for items in failed.values():
            inbox.fail(conn, items, "the turn failed", now)
    hub.waker.outbox()


class LeaseLostError(RuntimeError):
    """We were too slow."""
