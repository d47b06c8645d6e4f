"""Tells who wrote an echo, the provider's copy of a message to the customer: we, another program, or a person of ours.

An echo of ours may carry no word of ours (metadata is optional) and may be here before the answer to the call it is
about. It is ours when its id is that of a call of ours, or when a call under way says the same; while another call is
under way it waits for that call's answer. What is ours becomes a receipt, which ends doubts like any other.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.encoding import encode
from core.messages.inbound import Answered, Receipt, ReceiptStatus, decode_event
from core.messages.outbound import decode_message
from core.messages.receipts import PartState
from hub.conversation.turn import Turn
from hub.hub import Hub
from hub.lanes import Claimed
from storage.conversations import conversations, timeline
from storage.queues import inbox, leases, parts, pending
from storage.queues.parts import CalledPart
from storage.queues.pending import Item

LOOK_AGAIN = timedelta(seconds=1)
PATIENCE = timedelta(seconds=10)  # longer than a call takes; a person's answer is not held back longer
FIRST = timedelta(seconds=2)  # webhooks come in any order: the customer's message may follow the answer to it
AT_ONCE = timedelta(seconds=10)  # so soon a program answers a customer's first message
QUIET = timedelta(minutes=10)  # a message after such a pause is a first one

_MARK = '"type":"answered"'  # how the rows of echoes look, so that no other row is decoded twice

Echo = tuple[Item, Answered]


def sort_out(hub: Hub, claimed: Claimed) -> tuple[Claimed, bool]:
    """Makes receipts of the echoes that are ours and lets those rest that cannot be told yet, with their conversation.

    Returns the items that are left, and whether any became receipts.
    """
    echoes = {key: found for key, items in claimed.items() if (found := list(_echoes(items)))}
    if not echoes:
        return claimed, False
    now = hub.now()
    with hub.store.read() as conn:
        known = parts.provider_ids(conn, {event.external_id for found in echoes.values() for _, event in found})
        calls = parts.under_way(conn, echoes.keys())
        heard = {key: of.last_inbound_at for key, of in conversations.by_keys(conn, echoes.keys()).items()}
    ours: dict[str, Receipt] = {}
    resting: dict[str, datetime] = {}
    for key, found in echoes.items():
        theirs = [call for call in calls if call.key == key]
        for item, event in found:
            call = _said_by(theirs, event)
            if call or (event.sender.channel, event.external_id) in known:
                ours[item.id] = _receipt(event, call.id if call else "")
            elif _is_early(theirs, item, event, heard.get(key), now):
                resting[key] = now + LOOK_AGAIN
    _write(hub, ours, resting)
    return _without(claimed, ours.keys(), resting.keys()), bool(ours)


def is_automatic(turn: Turn, event: Answered, conn: Connection) -> bool:
    """Tells whether a program wrote it by itself (an instant reply, an away message): at once after a first message.

    What people write with is never taken for one, nor what another program sends later: a person may use it.
    """
    if not event.program:
        return False
    known = timeline.heard_at(conn, turn.conversation.id, event.sent_at - QUIET)
    times = [*turn.heard_at, *known, *filter(None, [turn.conversation.last_inbound_at])]
    gaps = [event.sent_at - at for at in times if at <= event.sent_at + FIRST]
    return any(gap <= AT_ONCE for gap in gaps) and not any(AT_ONCE < gap <= QUIET for gap in gaps)


def _echoes(items: Sequence[Item]) -> Iterator[Echo]:
    for item in items:
        if _MARK in item.payload and isinstance(event := decode_event(item.payload), Answered):
            yield item, event


def _said_by(calls: Iterable[CalledPart], event: Answered) -> CalledPart | None:
    """Finds the call that says what the echo says; one without words is of a file whose call is in doubt."""
    words = _folded(event.text)
    for call in calls:
        message = decode_message(call.message)
        if words and words in map(_folded, (message.text, *_strings(json.loads(call.payload)))):
            return call
        if not words and event.attachments and message.media and call.state != PartState.SENDING:
            return call
    return None


def _strings(value: Any) -> Iterator[str]:
    """Lists all words in a call."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _is_early(
    calls: Iterable[CalledPart], item: Item, event: Answered, last_heard: datetime | None, now: datetime
) -> bool:
    """Tells whether it cannot be told yet: a call is under way, or the message that a program answers is not here."""
    age = now - item.received_at
    if age < PATIENCE and any(call.state == PartState.SENDING for call in calls):
        return True
    return bool(event.program) and age < FIRST and (last_heard is None or event.sent_at - last_heard > QUIET)


def _receipt(event: Answered, part_id: str) -> Receipt:
    name = event.external_id
    return Receipt(
        f"{name}:sent", event.sender, ReceiptStatus.SENT, event.sent_at, provider_id=name, correlation=part_id
    )


def _write(hub: Hub, ours: Mapping[str, Receipt], resting: Mapping[str, datetime]) -> None:
    if not (ours or resting):
        return
    with hub.store.write() as conn:
        for id_, receipt in ours.items():
            key = receipt.correlation or receipt.provider_id
            pending.become(conn, id_, inbox.RECEIPT, key, encode(receipt), hub.shards)
        leases.rest(conn, hub.store, resting)
    hub.waker.shards(range(hub.shards))
    if resting:
        hub.waker.shards(range(hub.shards), LOOK_AGAIN.total_seconds())


def _without(claimed: Claimed, ours: Collection[str], resting: Collection[str]) -> Claimed:
    kept = {key: [item for item in items if item.id not in ours] for key, items in claimed.items()}
    return {key: items for key, items in kept.items() if items and key not in resting}
