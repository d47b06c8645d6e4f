"""Parses a WhatsApp webhook into values: one per message, status or account notice, whatever else is in the body.

Shapes: Meta, "Cloud API webhooks" (2026).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from adapters.channels.whatsapp.inbound.cards import with_own_cards
from adapters.channels.whatsapp.inbound.changes import CHANGES, preferred
from adapters.channels.whatsapp.inbound.charges import charge_of
from adapters.channels.whatsapp.inbound.content import (
    Content,
    content_of,
    facts_of,
    kind_of,
    quote_of,
    referral_of,
)
from adapters.channels.whatsapp.inbound.envelope import Change, Unreadable, item_id, optional, required
from adapters.channels.whatsapp.inbound.identity import CHANNEL, address_value
from adapters.channels.whatsapp.inbound.news import news_of
from adapters.meta.graph import error_of
from adapters.transport.batch import decode, each_safely, items, put_aside, unnamed
from core.messages.inbound import Answered, InboundEvent, InboundMessage, Receipt, ReceiptStatus
from core.people.addresses import Address
from core.ports.webhooks import RawRequest

STATUSES = {
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.READ,
    "played": ReceiptStatus.READ,
    "failed": ReceiptStatus.FAILED,
}
SAMPLE = "123456123"  # the number of the app dashboard's "Test" button
# Unsupported kinds that get no answer: we never ask to call, and what changes an earlier message says nothing new.
SILENT = frozenset({*CHANGES, "call_permission_reply", "pin", "keep_in_chat"})


def parse(ours: Mapping[str, str], request: RawRequest, now: datetime) -> list[InboundEvent]:
    """Parses the events of a webhook. `now` stands in for a missing timestamp.

    `ours` maps the phone number ids we know to the business account of each, "" where that is not known.
    Raises MalformedPayload when the body is no JSON object.
    """
    body = decode(request.body)
    entries = items(body, "entry")
    if not entries:
        return [put_aside("unreadable", Address(CHANNEL, "", ""), body, now)]
    return list(each_safely(entries, partial(_entry, ours, now), partial(_unreadable, "", now)))


def _entry(ours: Mapping[str, str], now: datetime, entry: Any) -> Iterable[InboundEvent]:
    business = entry["id"] if isinstance(entry["id"], str) else ""
    if not isinstance(entry.get("changes"), list):
        raise Unreadable
    return each_safely(entry["changes"], partial(_change, ours, entry, now), partial(_unreadable, business, now))


def _change(ours: Mapping[str, str], entry: Any, now: datetime, change: Any) -> Iterable[InboundEvent]:
    field, value = change["field"], change["value"]
    found = [(read, item) for key, read in _ITEMS.get(field, ()) for item in items(value, key)]
    if not found:
        yield from news_of(ours, entry, change, now)
        return
    account = required(value["metadata"]["phone_number_id"])
    if account not in ours:
        yield from _foreign(account, value, found, now)
        return
    number = address_value(re.sub(r"[^0-9+]", "", optional(value["metadata"], "display_phone_number")))
    context = Change(account, items(value, "contacts"), now, number, field == "standby")
    for read, item in found:
        yield from each_safely([item], partial(_read, read, context), partial(_bad_item, context))


def _foreign(account: str, value: Any, found: Iterable[tuple["Reader", Any]], now: datetime) -> Iterable[InboundEvent]:
    """Keeps what came for a number that no setting names, and tells of it where customers write to it."""
    for _, item in found:
        yield put_aside("foreign_account", Address(CHANNEL, account, ""), item, now)
    if account != SAMPLE and any(read is _message for read, _ in found):
        shown = " ".join(filter(None, (optional(value["metadata"], "display_phone_number"), f"({account})")))
        cure = (
            f'add {{channel: whatsapp, phone_number_id: "{account}", access_token: …, app_secret: …}} to CHANNELS_FILE'
        )
        yield unnamed(CHANNEL, account, shown, cure, now)


def _read(read: "Reader", change: Change, item: Any) -> Iterable[InboundEvent]:
    yield change.kept(item, "group") if _of_group(item) else read(change, item)


def _of_group(item: Any) -> bool:
    return "group_id" in item or item.get("recipient_type") == "group"


def _message(change: Change, item: Any) -> InboundEvent:
    sender, profile = change.sender(item)
    act = CHANGES.get(item["type"]) if sender.value else None
    if act:
        return act(change, item) or change.kept(item, item["type"])
    content = content_of(item) if sender.value else None
    if content is None:
        kind = kind_of(item)
        return change.kept(item, kind, answerable=kind not in SILENT, said=facts_of(item))
    context = item.get("context")
    return InboundMessage(
        external_id=item_id(item),
        sender=sender,
        sent_at=change.at(item),
        text=content.text,
        choice=content.choice,
        attachments=with_own_cards(content.attachments, sender.phone),
        reply_to=optional(context, "id"),
        one_way=sender.value == change.number,  # to ourselves: 131021
        quoted=quote_of(item),
        profile=profile,
        referral=referral_of(item),
        forwarded=_forwarded(context),
        standby=change.standby,
    )


def _forwarded(context: Any) -> bool:
    return isinstance(context, dict) and True in (context.get("forwarded"), context.get("frequently_forwarded"))


def _status(change: Change, item: Any) -> InboundEvent:
    name = item["status"]
    recipient = address_value(item.get("recipient_id")) or address_value(item.get("recipient_user_id"))
    address = Address(CHANNEL, change.account, recipient)
    external_id, status = f"{item_id(item)}:{name}", STATUSES.get(name)
    if status is None:
        return put_aside(f"status:{name}", address, item, change.at(item))
    code, detail = error_of(item.get("errors"))
    return Receipt(
        external_id=external_id,
        recipient=address,
        status=status,
        at=change.at(item),
        provider_id=item_id(item),
        correlation=optional(item, "biz_opaque_callback_data"),
        code=code,
        detail=detail,
        charge=charge_of(item, status),
    )


def _echo(change: Change, item: Any) -> InboundEvent:
    """Reads a message that a person of ours wrote in the WhatsApp Business app; its edits are only kept."""
    customer, profile = change.recipient(item)
    if item["type"] in CHANGES or not customer.value:
        return put_aside(f"echo:{item['type']}", customer, item, change.at(item))
    content = content_of(item) or Content()
    return Answered(item_id(item), customer, change.at(item), content.text, content.attachments, profile)


def _agents_own(change: Change, item: Any) -> InboundEvent:
    """Reads what Meta's Business Agent wrote in our name, and what became of it."""
    return put_aside("standby", change.recipient(item)[0], item, change.at(item))


Reader = Callable[[Change, Any], InboundEvent]
# By field of the webhook: the lists in its value, and what reads their items.
_ITEMS: dict[str, tuple[tuple[str, Reader], ...]] = {
    "messages": (("messages", _message), ("statuses", _status)),
    "user_preferences": (("user_preferences", preferred),),
    "smb_message_echoes": (("message_echoes", _echo),),
    "standby": (("messages", _message), ("message_echoes", _agents_own), ("statuses", _agents_own)),
}


def _bad_item(change: Change, item: Any) -> InboundEvent:
    """Keeps an item that cannot be read; the customer who wrote it may get an answer."""
    fields = item if isinstance(item, dict) else {}
    if not fields:
        return put_aside("unreadable", Address(CHANNEL, change.account, ""), item, change.now)
    said = "status" not in fields and "to" not in fields and str(fields.get("type")) not in SILENT
    return change.kept(fields, "unreadable", answerable=said, said=facts_of(fields) if said else {})


def _unreadable(account: str, now: datetime, item: Any) -> InboundEvent:
    return put_aside("unreadable", Address(CHANNEL, account, ""), item, now)
