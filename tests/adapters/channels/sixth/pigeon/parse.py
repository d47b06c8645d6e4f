"""Parses a Pigeon webhook: one value per event of the batch."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from adapters.transport.batch import decode, digest, each_safely, items, moment, put_aside
from core.messages.inbound import (
    InboundEvent,
    InboundMessage,
    Preference,
    Receipt,
    ReceiptStatus,
    Unsupported,
)
from core.messages.pieces import Attachment, Choice, Profile
from core.people.addresses import Address
from core.ports.webhooks import RawRequest

CHANNEL = "pigeon"
_ID_MAX = 200  # what an inbox row has room for
_STATUSES = {
    "accepted": ReceiptStatus.SENT,
    "arrived": ReceiptStatus.DELIVERED,
    "opened": ReceiptStatus.READ,
    "lost": ReceiptStatus.FAILED,
}


def parse(ours: frozenset[str], request: RawRequest, now: datetime) -> list[InboundEvent]:
    """Parses the events of a webhook. `ours` are the lofts we know; `now` stands in for a missing time.

    Raises MalformedPayload when the body is no JSON object.
    """
    body = decode(request.body)
    loft, listed = body.get("loft"), body.get("events")
    if not isinstance(loft, str) or not isinstance(listed, list):
        return [put_aside("unreadable", Address(CHANNEL, "", ""), body, now)]
    if loft not in ours:
        return [put_aside("foreign_account", Address(CHANNEL, loft[:64], ""), each, now) for each in listed]
    return read(loft, items(body, "events"), now)


def read(loft: str, listed: Iterable[Any], now: datetime) -> list[InboundEvent]:
    """Reads what each event says; one that cannot be read becomes Unsupported and its siblings survive."""
    return list(each_safely(listed, partial(_event, loft, now), partial(_unreadable, loft, now)))


def _event(loft: str, now: datetime, event: Any) -> Iterable[InboundEvent]:
    kind = _word(event["type"])
    yield _READ.get(kind, _unknown)(Address(CHANNEL, loft, _word(event["who"])), moment(event.get("at"), now), event)


def _message(who: Address, at: datetime, event: Any) -> InboundEvent:
    return InboundMessage(
        external_id=_word(event["id"]),
        sender=who,
        sent_at=at,
        text=_words(event.get("text")),
        attachments=tuple(_photo(each) for each in items(event, "photos")),
        reply_to=_words(event.get("answers")),
        profile=_profile(event),
    )


def _pressed(who: Address, at: datetime, event: Any) -> InboundEvent:
    choice = Choice(_word(event["button"]["id"]), _words(event["button"].get("title")))
    return InboundMessage(_word(event["id"]), who, at, choice=choice, profile=_profile(event))


def _gate(who: Address, at: datetime, event: Any) -> InboundEvent:
    """Reads that the customer closed the window to us, or opened it again."""
    opened = event["open"] is True
    return Preference(_word(event["id"]), who, at, "all", opened, "unblocked" if opened else "blocked", _profile(event))


def _status(who: Address, at: datetime, event: Any) -> InboundEvent:
    status = _STATUSES[_word(event["status"])]
    message = _word(event["message"])
    return Receipt(
        external_id=f"{message}:{status}",
        recipient=who,
        status=status,
        at=at,
        provider_id=message,
        correlation=_words(event.get("reference")),
        code=_words(event.get("code")),
    )


def _unknown(who: Address, at: datetime, event: Any) -> InboundEvent:
    """Keeps something new that a customer did: they may be told that we cannot read it."""
    return Unsupported(
        _word(event["id"]), who, at, _word(event["type"]), event, answerable=True, profile=_profile(event)
    )


def _unreadable(loft: str, now: datetime, event: Any) -> InboundEvent:
    known = event if isinstance(event, dict) else {}
    who, name = known.get("who"), known.get("id")
    value = who if isinstance(who, str) and len(who) <= _ID_MAX else ""
    external_id = name if isinstance(name, str) and 0 < len(name) <= _ID_MAX else f"unreadable:{digest(event)}"
    theirs = bool(value) and known.get("type") != "status"
    return Unsupported(external_id, Address(CHANNEL, loft, value), now, "unreadable", event, answerable=theirs)


def _photo(photo: Any) -> Attachment:
    size = photo.get("bytes")
    return Attachment("image", _word(photo["url"]), _words(photo.get("mime")), size=size if type(size) is int else 0)


def _profile(event: Any) -> Profile:
    return Profile(_words(event.get("name")))


def _word(value: Any) -> str:
    """Reads an id or a word of the API. Raises TypeError."""
    if not isinstance(value, str) or not 0 < len(value) <= _ID_MAX:
        raise TypeError("not a word")
    return value


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


_READ: dict[str, Callable[[Address, datetime, Any], InboundEvent]] = {
    "message": _message,
    "pressed": _pressed,
    "gate": _gate,
    "status": _status,
}
