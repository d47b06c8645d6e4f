"""A WhatsApp webhook as values: one per message, status or account notice, whatever else is in the body.

Shapes: Meta, "Cloud API webhooks" (2026).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import msgspec

from adapters.channels.whatsapp.content import READERS, SILENT, Unreadable
from adapters.channels.whatsapp.identity import CHANNEL, address_value, sender_of
from adapters.graph import error_of
from adapters.graph_webhooks import decode, digest, each_safely, items, moment, put_aside
from core.addresses import Address
from core.messages import Attachment, InboundEvent, InboundMessage, Receipt, ReceiptStatus, Unsupported
from core.ports import RawRequest

STATUSES = {
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.READ,
    "played": ReceiptStatus.READ,
    "failed": ReceiptStatus.FAILED,
}


class _Change(NamedTuple):
    """Where an item came from: our account, everybody the change names, the time of arrival."""

    account: str
    contacts: list[Any]
    now: datetime


def parse(ours: frozenset[str], request: RawRequest, now: datetime) -> list[InboundEvent]:
    """The events of a webhook. `ours` are the phone number ids we know; `now` stands in for a missing timestamp.

    Raises MalformedPayload when the body is no JSON object.
    """
    body = decode(request.body)
    entries = items(body, "entry")
    if not entries:
        return [put_aside("unreadable", Address(CHANNEL, "", ""), body, now)]
    return list(each_safely(entries, partial(_entry, ours, now), partial(_unreadable, "", now)))


def _entry(ours: frozenset[str], now: datetime, entry: Any) -> Iterable[InboundEvent]:
    account = entry["id"] if isinstance(entry["id"], str) else ""
    if not isinstance(entry.get("changes"), list):
        raise Unreadable
    return each_safely(entry["changes"], partial(_change, ours, account, now), partial(_unreadable, account, now))


def _change(ours: frozenset[str], business: str, now: datetime, change: Any) -> Iterable[InboundEvent]:
    field, value = change["field"], change["value"]
    account = value["metadata"]["phone_number_id"] if "metadata" in value else business
    found = [(key, item) for key in _ITEMS.get(field, ()) for item in items(value, key)]
    if not found or not isinstance(account, str):
        yield put_aside(str(field), Address(CHANNEL, business, ""), change, now)
    elif account not in ours:
        for _, item in found:
            yield put_aside("foreign_account", Address(CHANNEL, account, ""), item, now)
    else:
        context = _Change(account, items(value, "contacts"), now)
        for key, item in found:
            yield from each_safely([item], partial(_READ[key], context), partial(_bad_item, context))


def _message(context: _Change, item: Any) -> Iterable[InboundEvent]:
    sender, profile = sender_of(context.account, context.contacts, item)
    sent_at = moment(item.get("timestamp"), context.now)
    kind = item["type"]
    reader = None if "group_id" in item else READERS.get(kind)
    content = reader(item) if reader else None
    if content is None or not sender.value:
        kind = "group" if "group_id" in item else str(kind)
        answerable = bool(sender.value) and kind not in SILENT
        return [Unsupported(_id(item), sender, sent_at, kind, item, answerable, profile)]
    quoted = item.get("context")
    reply_to = quoted.get("id") if isinstance(quoted, dict) else None
    return [
        InboundMessage(
            external_id=_id(item),
            sender=sender,
            sent_at=sent_at,
            text=content.text,
            choice=content.choice,
            attachments=_own_contact(content.attachments, sender.phone),
            reply_to=reply_to if isinstance(reply_to, str) else "",
            profile=profile,
        )
    ]


def _status(context: _Change, item: Any) -> Iterable[InboundEvent]:
    name = item["status"]
    recipient = address_value(item.get("recipient_id")) or address_value(item.get("recipient_user_id"))
    address = Address(CHANNEL, context.account, recipient)
    at = moment(item.get("timestamp"), context.now)
    status = STATUSES.get(name)
    if status is None:
        return [Unsupported(f"{_id(item)}:{name}", address, at, f"status:{name}", item)]
    code, detail = error_of(item.get("errors"))
    correlation = item.get("biz_opaque_callback_data")
    return [
        Receipt(
            external_id=f"{_id(item)}:{name}",
            recipient=address,
            status=status,
            at=at,
            provider_id=_id(item),
            correlation=correlation if isinstance(correlation, str) else "",
            code=code,
            detail=detail,
        )
    ]


def _preference(context: _Change, item: Any) -> Iterable[InboundEvent]:
    """A customer stopped or resumed marketing in her app: kept under its own kind, with whom it concerns."""
    sender, profile = sender_of(context.account, context.contacts, item)
    at = moment(item.get("timestamp"), context.now)
    return [Unsupported(f"user_preferences:{digest(item)}", sender, at, "user_preferences", item, profile=profile)]


_ITEMS = {"messages": ("messages", "statuses"), "user_preferences": ("user_preferences",)}
_READ: dict[str, Callable[[_Change, Any], Iterable[InboundEvent]]] = {
    "messages": _message,
    "statuses": _status,
    "user_preferences": _preference,
}


def _own_contact(attachments: tuple[Attachment, ...], phone: str | None) -> tuple[Attachment, ...]:
    """Says of a shared contact card whether it is the sender's own."""
    if not attachments or attachments[0].kind != "contact":
        return attachments
    return tuple(
        msgspec.structs.replace(each, data={**each.data, "own": phone is not None and each.data["phone"] == phone})
        for each in attachments
    )


def _id(item: Any) -> str:
    if not isinstance(item["id"], str) or not item["id"]:
        raise Unreadable
    return str(item["id"])


def _bad_item(context: _Change, item: Any) -> InboundEvent:
    """An item we stumbled over, under its own id where it has one; the customer who sent it may get an answer."""
    fields = item if isinstance(item, dict) else {}
    sender, profile = sender_of(context.account, context.contacts, fields)
    own_id = fields.get("id")
    return Unsupported(
        external_id=own_id if isinstance(own_id, str) and own_id else f"unreadable:{digest(item)}",
        sender=sender,
        sent_at=moment(fields.get("timestamp"), context.now),
        kind="unreadable",
        raw=item,
        answerable=bool(fields and sender.value) and "status" not in fields,
        profile=profile,
    )


def _unreadable(account: str, now: datetime, item: Any) -> InboundEvent:
    return put_aside("unreadable", Address(CHANNEL, account, ""), item, now)
