"""Reads what a WhatsApp message says, by its type (Meta, "messages webhook reference", 2026)."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from adapters.channels.whatsapp.inbound.cards import cards_of
from adapters.channels.whatsapp.inbound.envelope import Unreadable, optional, required
from core.content.facts import facts
from core.messages.pieces import (
    CUSTOMER,
    SHOP,
    Attachment,
    Choice,
    Quote,
    Referral,
)

MEDIA = ("image", "video", "audio", "document", "sticker")


class Content(NamedTuple):
    """Holds the part of a message that its type decides."""

    text: str = ""
    choice: Choice | None = None
    attachments: tuple[Attachment, ...] = ()


def content_of(item: Any) -> Content | None:
    """Reads what `item` says; None for an unknown type. Raises what `each_safely` catches when it cannot be read."""
    reader = _READERS.get(item["type"])
    return reader(item) if reader else None


def corrected(message: Any) -> Content | None:
    """Reads the new content of an edited message. Of media only the caption changes, and its id may be missing."""
    kind = message["type"]
    if kind in MEDIA and "id" not in message[kind]:
        return Content(text=optional(message[kind], "caption"))
    return content_of(message)


def kind_of(item: Any) -> str:
    """Names a message that cannot be read: by Meta's word for what it was, where it says one (poll_creation)."""
    kind = item["type"]
    told = optional(item.get(kind), "type") if kind in ("unsupported", "interactive") else ""
    return told or str(kind)


def facts_of(item: Any) -> dict[str, str]:
    """Reads what can be told of a message of an unknown type, and why Meta does not show it."""
    kind = optional(item, "type")
    return facts([{kind: item.get(kind)}, item.get("errors")])


def referral_of(item: Any) -> Referral | None:
    """Reads the ad or post that opened the chat (click to WhatsApp), or the product that a question is about."""
    opened = item.get("referral")
    if isinstance(opened, dict):
        media = optional(opened, "media_type")
        return Referral(
            source="post" if opened.get("source_type") == "post" else "ad",
            id=optional(opened, "source_id"),
            url=optional(opened, "source_url"),
            headline=optional(opened, "headline"),
            body=optional(opened, "body"),
            media=media,
            media_url=optional(opened, "video_url" if media == "video" else "image_url"),
            thumbnail_url=optional(opened, "thumbnail_url"),
            greeting=optional(opened.get("welcome_message"), "text"),
            click_id=optional(opened, "ctwa_clid"),
        )
    context = item.get("context")
    product = context.get("referred_product") if isinstance(context, dict) else None
    return Referral("product", id=optional(product, "product_retailer_id")) if isinstance(product, dict) else None


def quote_of(item: Any) -> Quote | None:
    """Reads whose message this one answers. Meta names it by its id; of its words nothing is said."""
    context = item.get("context")
    writer = optional(context, "from")
    if not (optional(context, "id") and writer):
        return None
    theirs = (optional(item, "from"), optional(item, "from_user_id"))
    return Quote(author=CUSTOMER if writer.lstrip("+") in theirs else SHOP)


def _text(item: Any) -> Content:
    if not isinstance(item["text"]["body"], str):
        raise Unreadable
    return Content(text=item["text"]["body"])


def _interactive(item: Any) -> Content | None:
    """Reads a pressed button or list row, or a filled form; None for other kinds and one without a body (131000)."""
    body = item.get("interactive")
    kind = body.get("type") if isinstance(body, dict) else None
    if kind == "nfm_reply":
        return _form(body["nfm_reply"])
    if kind not in ("button_reply", "list_reply"):
        return None
    pressed = body[kind]
    return Content(choice=Choice(required(pressed["id"]), optional(pressed, "title"), optional(pressed, "description")))


def _form(reply: Any) -> Content:
    """Reads the answers of a WhatsApp Flow or an address form; `response_json` is JSON in a string."""
    try:
        answers = msgspec.json.decode(reply["response_json"])
    except msgspec.DecodeError as error:
        raise Unreadable from error
    if not isinstance(answers, dict):
        raise Unreadable
    return Content(attachments=(Attachment("form", data={"name": optional(reply, "name"), "answers": answers}),))


def _button(item: Any) -> Content:
    """Reads a template's quick reply; without a payload of ours it is its text."""
    button = item["button"]
    title = optional(button, "text")
    return Content(choice=Choice(required(button.get("payload") or title), title))


def _media(item: Any) -> Content:
    kind = item["type"]
    media = item[kind]
    caption = optional(media, "caption")
    attachment = Attachment(
        kind="voice" if media.get("voice") is True else kind,
        ref=required(media["id"]),
        mime=optional(media, "mime_type"),
        filename=optional(media, "filename"),
        caption=caption,
    )
    return Content(text=caption, attachments=(attachment,))


def _location(item: Any) -> Content:
    place = item["location"]
    data = {
        "latitude": float(place["latitude"]),
        "longitude": float(place["longitude"]),
        **{key: place[key] for key in ("name", "address", "url") if isinstance(place.get(key), str)},
    }
    return Content(attachments=(Attachment("location", data=data),))


def _contacts(item: Any) -> Content:
    return Content(attachments=cards_of(item))


def _order(item: Any) -> Content:
    order = item["order"]
    lines = [
        {
            "product": required(line["product_retailer_id"]),
            "quantity": int(line["quantity"]),
            "unit_price": str(line["item_price"]),
            "currency": required(line["currency"]),
        }
        for line in order["product_items"]
    ]
    data = {"catalog": optional(order, "catalog_id"), "lines": lines}
    return Content(text=optional(order, "text"), attachments=(Attachment("order", data=data),))


_READERS: dict[str, Callable[[Any], Content | None]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
    "location": _location,
    "contacts": _contacts,
    "order": _order,
    **dict.fromkeys(MEDIA, _media),
}
