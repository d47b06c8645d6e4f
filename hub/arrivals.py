"""Turns what adapters parsed into inbox rows: which lane, which ordering key, which shard."""

import base64
import re
from datetime import datetime

import msgspec

from core.desk.events import Command, DeskEvent
from core.encoding import encode
from core.ids import new_id
from core.messages.inbound import (
    AccountNews,
    Deleted,
    Edited,
    InboundEvent,
    Moved,
    Reacted,
    Receipt,
    Unsupported,
)
from core.messages.masking import masked_event
from core.people.addresses import shard_of
from core.shop.store_events import ORDER, ProductEvent, StockLevelEvent, StoreEvent, order_number, waits_for
from storage.queues import inbox
from storage.queues.inbox import Arrival

# One external id may name several things: a message and, later, its edit or its receipt.
_SAID = "i"
_PREFIX: dict[type, str] = {Receipt: "r", Unsupported: "u", Edited: "e", Deleted: "d", Reacted: "x", Moved: "m"}


def customer_arrival(event: InboundEvent, now: datetime, shards: int) -> Arrival:
    """Makes the row for what a channel brought, without card numbers. What nobody answers is kept, but is no work."""
    event = masked_event(event)
    lane, key, source, account, at = _place(event)
    idle = isinstance(event, Unsupported) and not event.answerable
    return Arrival(
        id=new_id(now),
        source=source,
        account=account,
        external_id=f"{_prefix(event)}:{event.external_id}",
        lane=lane,
        key=key,
        shard=shard_of(key, shards),
        payload=_payload(event),
        sent_at=at,
        received_at=now,
        sequence=getattr(event, "sequence", 0),
        state=inbox.HANDLED if idle else inbox.PENDING,
        error=f"unsupported: {event.kind}"[:200] if isinstance(event, Unsupported) else None,
    )


def _prefix(event: InboundEvent) -> str:
    """Returns the prefix of an external id. A message has one prefix, readable or not: a provider's list of missed
    messages may show less of it than the webhook did."""
    if isinstance(event, Unsupported) and event.answerable:
        return _SAID
    return _PREFIX.get(type(event), _SAID)


def _place(event: InboundEvent) -> tuple[str, str, str, str, datetime]:
    """Returns (lane, ordering key, channel, account, time at the provider)."""
    if isinstance(event, Receipt):
        who = event.recipient
        key = event.correlation or event.provider_id or who.key
        return inbox.RECEIPT, key, who.channel, who.account, event.at
    if isinstance(event, AccountNews):
        return inbox.ACCOUNT, f"{event.channel}:{event.account}", event.channel, event.account, event.at
    return inbox.CONVERSATION, event.sender.key, event.sender.channel, event.sender.account, event.sent_at


def desk_arrival(event: DeskEvent, now: datetime, shards: int) -> Arrival:
    """Makes the row for what the desk brought, in the order of its thread."""
    key = f"desk:{event.place}:{event.user if isinstance(event, Command) else event.thread}"
    return Arrival(
        id=new_id(now),
        source="slack",
        account=event.place,
        external_id=event.external_id,
        lane=inbox.DESK,
        key=key,
        shard=shard_of(key, shards),
        payload=_payload(event),
        sent_at=event.sent_at,
        received_at=now,
    )


def store_arrival(event: StoreEvent, now: datetime, shards: int) -> Arrival:
    """Makes the row for an event of the store; events of one order share a key and keep their sequence."""
    key = _subject(event)
    return Arrival(
        id=new_id(now),
        source="store",
        account=event.source,
        external_id=event.external_id,
        lane=inbox.STORE_LANE,
        key=key,
        shard=shard_of(key, shards),
        payload=_payload(event),
        sent_at=event.at,
        received_at=now,
    )


def kept_arrival(source: str, account: str, external_id: str, payload: str, error: str, now: datetime) -> Arrival:
    """Makes the row for what is only kept, for replay: an unreadable body, an event of an unknown kind."""
    return Arrival(
        id=new_id(now),
        source=source,
        account=account,
        external_id=external_id,
        lane="kept",
        key=source,
        shard=0,
        payload=payload,
        sent_at=now,
        received_at=now,
        state=inbox.DEAD,
        error=error,
    )


def _payload(event: InboundEvent | DeskEvent | StoreEvent) -> str:
    """Encodes the event as JSON without NUL characters, which PostgreSQL keeps in no text."""
    payload = encode(event)
    return _NUL.sub(r"\1", payload) if "\\u0000" in payload else payload


_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def unreadable(channel: str, body: bytes, error: str, now: datetime) -> Arrival:
    """Makes the row for a signed body that nobody can read; the bytes are kept as they came."""
    payload = msgspec.json.encode({"raw": base64.b64encode(body).decode()}).decode()
    return kept_arrival(channel, "", f"unreadable:{new_id(now)}", payload, f"unreadable: {error}"[:300], now)


def _subject(event: StoreEvent) -> str:
    if isinstance(event, ProductEvent):
        return f"product:{event.product.id}"
    if isinstance(event, StockLevelEvent):
        return f"product:{event.product_id}"
    return waits_for(event) or f"{ORDER}{order_number(event) or event.source}"
