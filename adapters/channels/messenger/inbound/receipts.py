"""Reads Meta's word on what left the page: delivered, read, and the echo of a message, ours or a person's."""

import re
from typing import Any

from adapters.channels.messenger.inbound.content import Content, content_of
from adapters.channels.messenger.inbound.envelope import (
    Events,
    Page,
    at,
    customer,
    identifier,
    kept,
    named,
    words,
)
from adapters.transport.batch import items, moment
from core.messages.inbound import Answered, Receipt, ReceiptStatus

_OURS = re.compile(r"[0-9a-f]{24}")  # core.ids: what we write into the metadata
# What people of the page write with: Meta's inbox for pages, and that for Instagram ("Handover Protocol", app ids).
_INBOXES = ("263902037430900", "1217981644879628")


def delivered(page: Page, item: Any) -> Events:
    """Reads one receipt per mid; without mids one for all up to the watermark."""
    who, status = customer(page, item), ReceiptStatus.DELIVERED
    when = moment(item["delivery"].get("watermark"), at(page, item))
    mids = [identifier(mid) for mid in items(item["delivery"], "mids")]
    if not mids:
        return [_watermark(page, item, "delivery", status)]
    return [Receipt(f"{mid}:{status}", who, status, when, provider_id=mid) for mid in mids]


def read(page: Page, item: Any) -> Events:
    """Reads that all up to the watermark was read."""
    return [_watermark(page, item, "read", ReceiptStatus.READ)]


def echo(page: Page, item: Any, mid: str) -> Events:
    """Reads an echo: of our own message, by the correlation in its metadata; else of what somebody else wrote.

    Metadata is optional: an echo without it may still be ours (`hub.conversation.hearing.echoes`).
    """
    message = item["message"]
    metadata = message.get("metadata")
    if isinstance(metadata, str) and _OURS.fullmatch(metadata):
        who, when = customer(page, item), at(page, item)
        return [
            Receipt(
                external_id=f"{mid}:sent",
                recipient=who,
                status=ReceiptStatus.SENT,
                at=when,
                provider_id=mid,
                correlation=metadata,
                echo=_readable(page, item, mid),
            )
        ]
    if message.get("is_deleted") is True:
        return [kept(page, item, "echo_deleted", f"{mid}:deleted")]
    return [_answered(page, item, mid)]


def _answered(page: Page, item: Any, mid: str) -> Answered:
    message = item["message"]
    content = content_of(message) or Content()
    app = words(message.get("app_id"))
    program = "" if app in _INBOXES else app
    return Answered(mid, named(page, item), at(page, item), content.text, content.attachments, program=program)


def _readable(page: Page, item: Any, mid: str) -> Answered | None:
    """Reads what an echo that is ours by its metadata would be if it is not; None where that cannot be read."""
    try:
        return _answered(page, item, mid)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _watermark(page: Page, item: Any, key: str, status: ReceiptStatus) -> Receipt:
    """Makes a receipt for all that was sent to this customer until the watermark (milliseconds)."""
    who, mark = named(page, item), int(item[key]["watermark"])
    until = moment(mark, page.now)
    return Receipt(f"{who.value}:{status}:{mark}", who, status, until, watermark=until)
