"""Parses a Messenger webhook into values: one per message, press, receipt or page event, whatever else is in the body.

Shapes: Meta, Messenger Platform "Webhook Events Reference" (June 2026).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from adapters.channels.messenger.inbound import changes, messages, news, receipts
from adapters.channels.messenger.inbound.envelope import (
    CHANNEL,
    Events,
    Page,
    Unreadable,
    at,
    customer,
    fields,
    identifier,
    kept,
    string,
)
from adapters.transport.batch import decode, digest, each_safely, items, put_aside, unnamed
from core.content.facts import facts
from core.messages.inbound import InboundEvent, InboundMessage, Unsupported
from core.people.addresses import Address
from core.ports.webhooks import RawRequest

SAMPLE = "0"  # the page of the app dashboard's "Test" button


def parse(ours: frozenset[str], request: RawRequest, now: datetime) -> list[InboundEvent]:
    """Parses the events of a webhook. `ours` are the page ids we know; `now` stands in for a missing timestamp.

    Raises MalformedPayload when the body is no JSON object.
    """
    body = decode(request.body)
    entries = items(body, "entry")
    if not entries:
        return [put_aside("unreadable", Address(CHANNEL, "", ""), body, now)]
    return list(each_safely(entries, partial(_entry, ours, now), partial(_unreadable, "", now)))


def _entry(ours: frozenset[str], now: datetime, entry: Any) -> Iterable[InboundEvent]:
    page = Page(string(entry["id"]), now, entry.get("time"))
    found = [(key, item) for key in _READ for item in items(entry, key)]
    if not found:
        raise Unreadable
    if page.account not in ours:
        yield from _foreign(page, found)
        return
    for key, item in found:
        events = each_safely([item], partial(_READ[key], page), partial(_bad_item, page))
        yield from map(_unanswered, events) if key == "standby" else events


def _foreign(page: Page, found: Iterable[tuple[str, Any]]) -> Iterable[InboundEvent]:
    """Keeps what came for a page that no setting names, and tells of it where customers write to it."""
    for _, item in found:
        yield put_aside("foreign_account", Address(CHANNEL, page.account, ""), item, page.now)
    if page.account != SAMPLE and any(key == "messaging" and _ACTS & fields(item).keys() for key, item in found):
        cure = f'add {{channel: messenger, page_id: "{page.account}", access_token: …, app_secret: …}} to CHANNELS_FILE'
        yield unnamed(CHANNEL, page.account, page.account, cure, page.now)


def _messaging(page: Page, item: Any) -> Events:
    key = next((key for key in _EVENTS if key in item), None)
    return _EVENTS[key](page, item) if key else [_other(page, item)]


def _message(page: Page, item: Any) -> Events:
    message = item["message"]
    mid = identifier(message["mid"])
    if message.get("is_echo") is True:
        return receipts.echo(page, item, mid)
    if message.get("is_deleted") is True:
        return changes.deleted(page, item, mid)
    return messages.message(page, item, mid)


def _change(page: Page, item: Any) -> Events:
    """Reads a change of the page; some events of a thread may come in this form as well."""
    if string(item["field"]) in news.TEMPLATE_FIELDS:
        return news.template(page, item)
    value = fields(item.get("value"))
    if "sender" in value and "recipient" in value:
        return _messaging(page, value)
    return [put_aside(item["field"], Address(CHANNEL, page.account, ""), item, page.now)]


_EVENTS: dict[str, Callable[[Page, Any], Events]] = {
    "message": _message,
    "postback": messages.postback,
    "delivery": receipts.delivered,
    "read": receipts.read,
    "reaction": changes.reacted,
    "message_edit": changes.edited,
    "referral": messages.referral,
    "optin": messages.optin,
    "order": messages.order,
    "messaging_feedback": messages.feedback,
    "messaging_customer_information": messages.information,
    "response_feedback": changes.rated,
    "policy_enforcement": news.policy,
}
_READ: dict[str, Callable[[Page, Any], Events]] = {"messaging": _messaging, "standby": _messaging, "changes": _change}
_ENVELOPE = ("sender", "recipient", "timestamp")
_ACTS = {"message", "postback", "order", "messaging_customer_information"}


def _unanswered(event: InboundEvent) -> InboundEvent:
    """Marks an event as needing no answer: another app, or a person, has the thread (Meta, "Conversation Routing")."""
    if isinstance(event, InboundMessage):
        return msgspec.structs.replace(event, standby=True)
    return msgspec.structs.replace(event, answerable=False) if isinstance(event, Unsupported) else event


def _other(page: Page, item: Any) -> InboundEvent:
    """Keeps a handover, a linked account or anything newer under the name of its key, for the record only."""
    kind = next((str(key) for key in item if key not in _ENVELOPE), "messaging")
    return kept(page, item, kind, f"{kind}:{digest(item)}")


def _bad_item(page: Page, item: Any) -> InboundEvent:
    """Keeps an item that cannot be read, under its own id if it has one; its sender may get an answer."""
    known = fields(item)
    message = fields(known.get("message"))
    mid = message.get("mid")
    who = customer(page, known)
    theirs = (
        bool(_ACTS & known.keys()) and not message.get("is_echo") and fields(known.get("sender")).get("id") == who.value
    )
    return Unsupported(
        external_id=mid if isinstance(mid, str) and mid else f"unreadable:{digest(item)}",
        sender=who,
        sent_at=at(page, known),
        kind="unreadable",
        raw=item,
        answerable=theirs and bool(who.value),
        said=facts(message) if theirs else {},
    )


def _unreadable(account: str, now: datetime, item: Any) -> InboundEvent:
    return put_aside("unreadable", Address(CHANNEL, account, ""), item, now)
