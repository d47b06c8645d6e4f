"""Reads what a customer wrote or sent, and how they edited it."""

import re

from telegram import Message

from adapters.channels.telegram.inbound.attachments import attachment_of, is_forwarded
from adapters.channels.telegram.inbound.entities import words_of
from adapters.channels.telegram.inbound.quotes import origin_of, quote_of
from adapters.channels.telegram.inbound.things import THINGS, thing_of, unknown_facts
from adapters.channels.telegram.inbound.update import (
    Json,
    Update,
    address_of,
    moment,
    number,
    profile_of,
    route_of,
    unsupported,
    words,
)
from core.messages.inbound import Edited, InboundEvent, InboundMessage
from core.messages.pieces import Choice, Referral

# What stands beside content. Whatever else the library knows is a service message (pinned, timer, payment, …).
_BESIDE = {
    *("message_id", "from_user", "sender_chat", "date", "chat", "caption", "caption_entities", "entities", "edit_date"),
    *("reply_to_message", "external_reply", "quote", "reply_to_story", "forward_origin", "via_bot", "reply_markup"),
    *("author_signature", "effect_id", "has_media_spoiler", "has_protected_content", "is_automatic_forward"),
    *("is_from_offline", "is_paid_post", "is_topic_message", "link_preview_options", "media_group_id"),
    *("message_thread_id", "paid_star_count", "reply_to_checklist_task_id", "reply_to_poll_option_id", "sender_tag"),
    *("sender_boost_count", "sender_business_bot", "business_connection_id", "show_caption_above_media", "text"),
    *("direct_messages_topic", "suggested_post_info"),
}
SERVICE = frozenset(Message.__slots__) - _BESIDE - THINGS.keys()

_START = re.compile(r"/start(?:@\w+)?(?:\s+(?P<payload>\S+))?\s*")


def read_message(update: Update) -> InboundEvent:
    """Reads `message`. Raises what the library raises for a form that it cannot read."""
    message = update.body
    attachment = attachment_of(message) or thing_of(message)
    if not (message.get("text") or attachment):
        kind = _newer_content(message)
        said = unknown_facts(message, kind) if kind else {}
        return unsupported(update, kind or "service", answerable=bool(kind), said=said)
    text, payload = _command(words_of(message))
    reply_to, quoted = quote_of(update)
    return InboundMessage(
        external_id=update.external_id,
        message_id=str(number(message["message_id"])),
        sender=address_of(update),
        sent_at=moment(message["date"]),
        text=text,
        choice=Choice(f"start:{payload}") if payload else None,
        attachments=(attachment,) if attachment else (),
        reply_to=reply_to,
        quoted=quoted,
        profile=profile_of(update),
        sequence=update.number,
        album=words(message.get("media_group_id")),
        referral=Referral("link", ref=payload) if payload else None,
        forwarded=is_forwarded(message),
        origin=origin_of(message.get("forward_origin")),
        route=route_of(message),
    )


def read_edit(update: Update) -> InboundEvent:
    """Reads `edited_message`: the new words, or the new caption with its file."""
    message = update.body
    if "location" in message:
        return unsupported(update, "live_location")  # only a live one can change: with each move, every few seconds
    attachment = attachment_of(message)
    if not (message.get("text") or attachment):
        return unsupported(update, "edited_message")
    return Edited(
        external_id=update.external_id,
        sender=address_of(update),
        sent_at=moment(message.get("edit_date") or message["date"]),
        target=str(number(message["message_id"])),
        text=words_of(message),
        attachments=(attachment,) if attachment else (),
        profile=profile_of(update),
        sequence=update.number,
    )


def _command(text: str) -> tuple[str, str]:
    """Reads the deep link of an order page, `/start <payload>`: (text, payload), the text being `/start` alone."""
    start = _START.fullmatch(text)
    return ("/start", start["payload"] or "") if start else (text, "")


def _newer_content(message: Json) -> str:
    """Names the content that the library cannot name, as it is newer; "" for a service message."""
    if any(key in SERVICE for key in message):
        return ""
    return next((key for key in message if key not in _BESIDE and key != "from" and not key.startswith("forward_")), "")
