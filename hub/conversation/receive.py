"""Handles a group of customers' messages: takes them in order, answers each conversation, commits with "handled".

Everything is decided on values read before; nothing is written until the whole group commits.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from core.messages.inbound import (
    AccountNews,
    InboundMessage,
    Moved,
    Receipt,
    Unsupported,
    decode_event,
)
from core.people.addresses import Address
from hub.conversation.acting.consequences import carry_out
from hub.conversation.hearing import echoes
from hub.conversation.hearing.coalesce import ALBUM, Event, is_open
from hub.conversation.hearing.patience import Early, Patience
from hub.conversation.reply import take_turn
from hub.conversation.store_view import GroupReader
from hub.customers import identity, newcomers, ownership
from hub.hub import Flight, Hub
from hub.lanes import Claimed, Failed, Handled
from hub.shards import ShardLease
from storage.conversations import conversations, turns
from storage.conversations.conversations import Conversation
from storage.engine.batch import Batch
from storage.media.tables import media as media_table
from storage.outgoing.tables import outgoing as outgoing_table
from storage.queues import leases, pending
from storage.queues.pending import Item

log = logging.getLogger(__name__)

Said = Mapping[str, Sequence[Event]]
TRIES = 3


def handle(hub: Hub, lease: ShardLease, claimed: Claimed) -> Handled:
    """Answers every conversation that has something pending and commits the answers with "handled".

    Raises LeaseLostError.
    """
    moved = False
    for _ in range(TRIES):
        claimed, receipts = echoes.sort_out(hub, _without_open_albums(hub, claimed))
        known = _load(hub, claimed)
        claimed, handed_over = _at_home(hub, claimed, known)
        moved |= handed_over or receipts
        if not claimed:
            return Handled(moved=moved, to_send=False)
        answered = _answer(hub, lease, claimed, known)
        if answered is not None:
            return Handled(answered.failed, moved or answered.moved, answered.to_send)
    raise RestlessError("the conversations kept changing; nothing of this group was written")


def _answer(hub: Hub, lease: ShardLease, claimed: Claimed, known: dict[str, Conversation]) -> Handled | None:
    """Answers once; None, and nothing is done, when a conversation was changed meanwhile (by a merge, for example)."""
    said = {key: [_decode(item) for item in items] for key, items in claimed.items()}
    known = known | _make(hub, {key: events[0] for key, events in said.items() if key not in known})
    strange = _look_closer(hub, known, said)
    moved = _send_back(hub, {key: claimed[key] for key in said.keys() - known.keys()}, said)
    batch, done, failed = Batch(), list[str](), dict[str, Failed]()
    early = dict[str, Early]()
    with hub.store.read() as conn:
        reader = GroupReader(conn, [phone for c in known.values() if (phone := c.phone_number)])
        for key, conversation in known.items():
            items = claimed[key]
            causes, others = [item.id for item in items], strange.get(key, ())
            try:
                turn = take_turn(hub, conversation, said[key], causes, reader, others, _patience(hub, items))
                if isinstance(turn, Early):
                    early[key] = turn
                    continue
                batch.merge(turn)
                done += causes
            except Exception:
                log.exception("a turn failed", extra={"conversation_id": conversation.id})
                failed[key] = Failed(items)
        windows = {key: _heard_at(conversation, said[key], hub.now()) for key, conversation in known.items()}
        flight = hub.dispatch.plan(conn, batch, windows)
    _rest(hub, {key: each.until for key, each in early.items()})
    _wonder(hub, early.values())
    if not done:
        return Handled(failed, moved, to_send=False)
    answered = [conversation for key, conversation in known.items() if key not in failed and key not in early]
    to_send = _commit(hub, lease, batch, done, answered, flight)
    return None if to_send is None else Handled(failed, moved, to_send)


def _heard_at(conversation: Conversation, events: Sequence[Event], now: datetime) -> datetime | None:
    """Tells when the customer wrote last, these events included."""
    said = [min(event.sent_at, now) for event in events if isinstance(event, (InboundMessage, Unsupported))]
    return max(filter(None, (conversation.last_inbound_at, *said)), default=None)


def _load(hub: Hub, claimed: Claimed) -> dict[str, Conversation]:
    """Reads the conversations that exist."""
    with hub.store.read() as conn:
        return conversations.by_keys(conn, claimed.keys())


def _at_home(hub: Hub, claimed: Claimed, known: dict[str, Conversation]) -> tuple[Claimed, bool]:
    """Hands items of an address that belongs to another conversation to that one, in their order.

    Returns the items that are left, and whether any were handed on. Example: what a customer wrote under their
    WhatsApp id moves to the conversation of their number, of which that id is an alias.
    """
    doubtful = [key for key in claimed if key not in known or not known[key].in_use]
    if not doubtful:
        return claimed, False
    with hub.store.read() as conn:
        homes = ownership.homes(conn, doubtful)
    if not homes:
        return claimed, False
    concerned = {*homes.keys(), *homes.values()}  # the home takes them with its own items, in order
    with hub.store.write() as conn:
        for key, home in homes.items():
            pending.rekey(conn, [item.id for item in claimed[key]], home, hub.shards)
    hub.waker.shards(range(hub.shards))
    for key in concerned:
        known.pop(key, None)
    return {key: items for key, items in claimed.items() if key not in concerned}, True


def _without_open_albums(hub: Hub, claimed: Claimed) -> Claimed:
    """Leaves out conversations that end in an album of which more may come: they rest until it must be complete."""
    now = hub.now()
    early = {
        key: items[-1].received_at + ALBUM
        for key, items in claimed.items()
        if '"album"' in items[-1].payload and is_open([_decode(items[-1])], items[-1].received_at, now)
    }
    _rest(hub, early)
    return {key: items for key, items in claimed.items() if key not in early}


def _rest(hub: Hub, early: Mapping[str, datetime]) -> None:
    """Lets conversations rest until more must have come."""
    if early:
        with hub.store.write() as conn:
            leases.rest(conn, hub.store, early)
        for at in sorted(set(early.values())):
            hub.waker.shards(range(hub.shards), (at - hub.now()).total_seconds())


def _patience(hub: Hub, items: Sequence[Item]) -> Patience:
    """Says how long these items may wait: nobody waits for advice longer than since the first of them came."""
    more = items[-1].received_at + timedelta(seconds=hub.timing.burst_seconds)
    return Patience(more, items[0].received_at + timedelta(seconds=hub.timing.advice_seconds))


def _wonder(hub: Hub, early: Iterable[Early]) -> None:
    """Asks what resting conversations wonder about: only now, as an answer ends their rest."""
    for each in early:
        if each.wondering is not None and hub.advisor is not None:
            hub.advisor.ask(each.wondering)


def _decode(item: Item) -> Event:
    event = decode_event(item.payload)
    if isinstance(event, (Receipt, AccountNews)):
        raise TypeError(f"a {type(event).__name__} is no turn")
    return event


def _make(hub: Hub, strangers: Mapping[str, Event]) -> dict[str, Conversation]:
    """Makes the conversations that are missing, except for items that were handed on and whose new home is gone.

    A customer who writes from a new address may be known by another one: what is under way there goes on here.
    """
    missing = {key: event for key, event in strangers.items() if event.sender.key == key}
    if not missing:
        return {}
    now = hub.now()
    with hub.store.write() as conn:
        wanted = [(event.sender, event.profile.name) for event in missing.values()]
        nameless = {who.key for who, name in wanted if not name and hub.asks_name(who.channel, who.account)}
        newcomers.ensure(conn, hub.store, wanted, now, nameless)
        made = conversations.by_keys(conn, missing.keys())
        for key, event in missing.items():
            if event.profile.aliases:
                identity.learn_aliases(hub, conn, made[key], event.profile.aliases, now)
    with hub.store.read() as conn:
        return conversations.by_keys(conn, missing.keys())


def _look_closer(hub: Hub, known: dict[str, Conversation], said: Said) -> dict[str, tuple[Address, ...]]:
    """Finds the addresses in these events that are new to their conversation. Where they show that another person has
    the number now, the conversation starts afresh, or leaves `known` when it stays with the person before."""
    told = {key: [(event.sender, *event.profile.aliases) for event in said[key]] for key in known}
    with hub.store.read() as conn:
        strange = ownership.strange(conn, {key: [a for each in told[key] for a in each[1:]] for key in known})
        # A change of address that the channel reports is made when that event is handled (changes.react).
        doubtful = [key for key in strange if not any(isinstance(event, Moved) for event in said[key])]
        changed = [key for key in doubtful if ownership.changed_hands(conn, known[key], told[key])]
    if not changed:
        return strange
    with hub.store.write() as conn:
        restarted = [key for key in changed if ownership.start_over(hub, conn, known[key], hub.now())]
        afresh = conversations.by_keys(conn, restarted)
    for key in changed:
        del known[key]
    known.update(afresh)
    return strange


def _send_back(hub: Hub, claimed: Claimed, said: Said) -> bool:
    """Moves items back to the key of their sender, where they are taken again; tells whether there were any."""
    if not claimed:
        return False
    with hub.store.write() as conn:
        for key, items in claimed.items():
            for item, event in zip(items, said[key], strict=True):
                pending.rekey(conn, [item.id], event.sender.key, hub.shards)
    hub.waker.shards(range(hub.shards))
    return True


def _commit(
    hub: Hub, lease: ShardLease, batch: Batch, done: list[str], answered: Sequence[Conversation], flight: Flight
) -> bool | None:
    """Commits the group; tells whether something is left to be sent.

    None, and nothing is written, when a conversation is not as it was read. Raises LeaseLostError.
    """
    now = hub.now()
    with hub.store.write() as conn:
        busy = turns.unchanged(conn, answered)
        if busy is None:
            return None
        lease.finish(conn, done, now)
        to_send = flight.board(batch, busy, now)
        batch.apply(conn, hub.store)
        for consequence in batch.consequences:
            carry_out(hub, conn, consequence, now)
    flight.launch()
    if batch.inserted(media_table) or batch.consequences:
        hub.waker.files()
    if batch.inserted(outgoing_table):
        hub.waker.outgoing()
    return to_send or bool(batch.consequences)  # a consequence may have something to send


class RestlessError(RuntimeError):
    """Raised when others changed the conversations each time that we had decided on them."""
