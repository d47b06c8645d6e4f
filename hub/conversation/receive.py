"""A group of customers' messages: taken in order, answered turn by turn, committed together with "handled".

Everything is decided on values read before; nothing is written until the whole group commits.
"""

import logging
from collections.abc import Mapping, Sequence

from core.addresses import Address
from core.messages import AccountNews, Moved, Receipt, decode_event
from hub.conversation.coalesce import ALBUM, Event, is_open
from hub.conversation.reply import take_turn
from hub.conversation.store_view import GroupReader
from hub.customers import identity, newcomers, ownership
from hub.hub import Hub
from storage.engine.batch import Batch
from storage.people import conversations
from storage.people.conversations import Conversation
from storage.queues import inbox, leases
from storage.queues.inbox import Item

log = logging.getLogger(__name__)

Claimed = dict[str, list[Item]]
Said = Mapping[str, Sequence[Event]]
TRIES = 3


def handle(hub: Hub, claimed: Claimed, owner: str) -> None:
    """Answers every claimed conversation and commits the answers with "handled". Raises when the leases were lost."""
    for _ in range(TRIES):
        claimed = dict(_albums_open(hub, _at_home(hub, claimed, owner), owner))
        if not claimed or _answer(hub, claimed, owner):
            return
    raise RestlessError("the conversations kept changing; nothing of this group was written")


def _answer(hub: Hub, claimed: Claimed, owner: str) -> bool:
    """False when a conversation was changed meanwhile (by a merge, by what another one told of it): nothing is done."""
    said = {key: [_decode(item) for item in items] for key, items in claimed.items()}
    known = _load(hub, said)
    strange = _look_closer(hub, known, said)
    _send_back(hub, {key: claimed.pop(key) for key in said.keys() - known.keys()}, said, owner)
    batch, done, failed = Batch(), [], {}
    with hub.store.read() as conn:
        reader = GroupReader(conn, [phone for c in known.values() if (phone := c.phone_number)])
        for key, conversation in known.items():
            items = claimed[key]
            try:
                turn = take_turn(hub, conversation, said[key], [i.id for i in items], reader, strange.get(key, ()))
                batch.merge(turn)
                done += [item.id for item in items]
            except Exception:
                log.exception("a turn failed", extra={"conversation_id": conversation.id})
                failed[key] = items
    answered = {key: conversation for key, conversation in known.items() if key not in failed}
    return _commit(hub, batch, done, failed, answered, owner)


def _at_home(hub: Hub, claimed: Claimed, owner: str) -> Claimed:
    """Without those whose address belongs to another conversation: they are handed to it, in their order."""
    with hub.store.read() as conn:
        homes = ownership.homes(conn, claimed.keys())
    if not homes:
        return claimed
    concerned = claimed.keys() & {*homes.keys(), *homes.values()}  # a home takes them with its own: later, in order
    with hub.store.write() as conn:
        for key, home in homes.items():
            inbox.rekey(conn, [item.id for item in claimed[key]], home, hub.shards)
        leases.give_back(conn, concerned, owner)
    hub.waker.shards(range(hub.shards))
    return {key: items for key, items in claimed.items() if key not in concerned}


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


def _load(hub: Hub, said: Said) -> dict[str, Conversation]:
    """The conversations, made where they are missing: but for what was sent elsewhere and has lost its conversation.

    Who writes from a new address may be known by another one: what is under way there goes on here, at once.
    """
    with hub.store.read() as conn:
        known = conversations.by_keys(conn, said.keys())
    missing = {key: events[0] for key, events in said.items() if key not in known and events[0].sender.key == key}
    if not missing:
        return known
    now = hub.now()
    with hub.store.write() as conn:
        wanted = [(event.sender, event.profile.name) for event in missing.values()]
        newcomers.ensure(conn, hub.store, wanted, now)
        made = conversations.by_keys(conn, missing.keys())
        for key, event in missing.items():
            if event.profile.aliases:
                identity.learn_aliases(hub, conn, made[key], event.profile.aliases, now)
    with hub.store.read() as conn:
        return conversations.by_keys(conn, said.keys())


def _look_closer(hub: Hub, known: dict[str, Conversation], said: Said) -> dict[str, tuple[Address, ...]]:
    """Addresses told that are new to their conversation. Where they are another person's, that one starts afresh: a
    conversation that is not hers is taken out of `known`."""
    told = {key: [(event.sender, *event.profile.aliases) for event in said[key]] for key in known}
    with hub.store.read() as conn:
        strange = ownership.strange(conn, {key: [a for each in told[key] for a in each[1:]] for key in known})
        # A change that the channel tells of itself is made when its turn comes.
        doubtful = [key for key in strange if not any(isinstance(event, Moved) for event in said[key])]
        changed = [key for key in doubtful if ownership.changed_hands(conn, known[key], told[key])]
    if not changed:
        return strange
    with hub.store.write() as conn:
        hers = [key for key in changed if ownership.start_over(hub, conn, known[key], hub.now())]
        afresh = conversations.by_keys(conn, hers)
    for key in changed:
        del known[key]
    known.update(afresh)
    return strange


def _send_back(hub: Hub, claimed: Claimed, said: Said, owner: str) -> None:
    """To the key of whoever sent it, where it is claimed again."""
    if not claimed:
        return
    with hub.store.write() as conn:
        for key, items in claimed.items():
            for item, event in zip(items, said[key], strict=True):
                inbox.rekey(conn, [item.id], event.sender.key, hub.shards)
        leases.give_back(conn, claimed.keys(), owner)
    hub.waker.shards(range(hub.shards))


def _commit(
    hub: Hub, batch: Batch, done: list[str], failed: Claimed, answered: Mapping[str, Conversation], owner: str
) -> bool:
    """False, and nothing is written, when a conversation is not as it was read."""
    now = hub.now()
    with hub.store.write() as conn:
        if not conversations.unchanged(conn, answered.values()):
            return False
        if leases.give_back(conn, answered.keys(), owner) != len(answered):
            raise LeaseLostError("another worker took over; nothing of this group was written")
        batch.apply(conn, hub.store)
        inbox.finish(conn, done, now)
        # The lease of a failed key is kept: it runs out in seconds, which is the pause before the next try.
        for items in failed.values():
            inbox.fail(conn, items, "the turn failed", now)
    hub.waker.outbox()
    return True


class LeaseLostError(RuntimeError):
    """We were too slow."""


class RestlessError(RuntimeError):
    """Others changed the conversations as often as we decided."""
