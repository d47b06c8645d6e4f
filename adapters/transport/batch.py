"""Reads a webhook's items one by one: an item that cannot be read harms no other."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from core.errors import MalformedPayload
from core.messages.inbound import UNNAMED, AccountNews, InboundEvent, Unsupported
from core.people.addresses import Address

_MILLISECONDS = 100_000_000_000  # as seconds, this is the year 5138


def decode(body: bytes) -> dict[str, Any]:
    """Reads the body's JSON object. Halves of surrogate pairs (a name that Meta cut inside an emoji) become U+FFFD.

    Raises MalformedPayload.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = _decode_leniently(body)
    if not isinstance(value, dict):
        raise MalformedPayload("the body is no JSON object")
    return value


def items(holder: Any, key: str) -> list[Any]:
    """Reads the list under `key`; empty when it is missing or no list."""
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else []


def moment(raw: Any, now: datetime) -> datetime:
    """Reads a timestamp in seconds or milliseconds, number or string; `now` when it is unreadable."""
    try:
        value = float(raw)
        return datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS else value, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return now


def digest(raw: Any) -> str:
    """Makes an external id for an item that has none: equal for identical repeats."""
    text = json.dumps(raw, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def put_aside(kind: str, address: Address, raw: Any, now: datetime) -> Unsupported:
    """Puts aside an item that is no customer's message (an account change, another account's, something unreadable)."""
    return Unsupported(external_id=f"{kind}:{digest(raw)}", sender=address, sent_at=now, kind=kind, raw=raw)


def unnamed(channel: str, account: str, subject: str, cure: str, now: datetime) -> AccountNews:
    """Tells that messages come in for a number or page of ours that no setting names: once a day, told by its id."""
    told = f"unnamed:{account}:{now:%Y-%m-%d}"
    return AccountNews(told, channel, account[:64], now, UNNAMED, subject=subject, detail=cure)


def each_safely(
    found: Iterable[Any], read: Callable[[Any], Iterable[InboundEvent]], unreadable: Callable[[Any], InboundEvent]
) -> Iterator[InboundEvent]:
    """Reads each item; one that `read` stumbles over becomes `unreadable(item)`, its siblings survive."""
    for item in found:
        try:
            events = list(read(item))
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
            yield unreadable(item)
        else:
            yield from events


def _decode_leniently(body: bytes) -> Any:
    try:
        text = json.dumps(json.loads(body.decode("utf-8", "replace")), ensure_ascii=False)
        return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError) as error:
        raise MalformedPayload("the body is no JSON object") from error
