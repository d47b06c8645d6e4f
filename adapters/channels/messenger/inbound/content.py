"""Reads what a Messenger message says: its text, the pressed quick reply, its attachments, what it refers to."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from adapters.channels.messenger.inbound.envelope import fields, string, words
from adapters.channels.messenger.inbound.handles import file_name, handle
from adapters.channels.messenger.inbound.shares import share_words, shares_of, template_words
from adapters.transport.batch import items
from core.content.facts import facts
from core.messages.pieces import (
    CUSTOMER,
    MEDIA_KINDS,
    SHOP,
    Attachment,
    Choice,
    Quote,
    Referral,
)

KINDS = {"image": "image", "video": "video", "audio": "audio", "file": "document", "sticker": "sticker"}
SOURCES = {"ADS": "ad"}  # every other way that Meta names is a link of ours: m.me, QR code, welcome screen

# The thumb beside the text field, in its three sizes: the only stickers whose meaning is known.
_EMOJI = dict.fromkeys((369239263222822, 369239343222814, 369239383222810), "👍")
_PHONE = re.compile(r"\+\d{7,15}")


class Content(NamedTuple):
    """Holds what InboundMessage carries of a message."""

    text: str = ""
    choice: Choice | None = None
    attachments: tuple[Attachment, ...] = ()
    referral: Referral | None = None


def content_of(message: Any) -> Content | None:
    """Reads the content of a `message` object; None when it holds nothing of a known kind (an appointment).

    Something shared without a word has its link for words, a product its title. Raises Unreadable.
    """
    referral = referral_of(message.get("referral"))
    text = "" if message.get("text") is None else string(message["text"])
    if "quick_reply" in message:
        return _pressed(string(message["quick_reply"]["payload"]), text)
    listed = _without_doubles(_dicts(message))
    mid = words(message.get("mid"))
    text = text or next(filter(None, map(template_words, listed)), "")
    attachments = tuple(found for each in listed for found in _attachments(each, mid))
    known = text or any(each.kind in (*MEDIA_KINDS, "location", "share") for each in attachments)
    if not known:
        return None
    return Content(text or share_words(attachments), None, attachments, referral)


def referral_of(item: Any) -> Referral | None:
    """Reads what brought the customer here: an ad, a product of our shop, a link with our own word in it."""
    if not isinstance(item, dict):
        return None
    ad, product = fields(item.get("ads_context_data")), fields(item.get("product"))
    source = "product" if product and "source" not in item else SOURCES.get(words(item.get("source")), "link")
    video = words(ad.get("video_url"))
    media = "video" if video else "image" if ad.get("photo_url") else ""
    return Referral(
        source=source,
        ref=words(item.get("ref")),
        id=words(item.get("ad_id")) or words(product.get("id")) or words(ad.get("post_id")),
        url=words(item.get("referer_uri")),
        headline=words(ad.get("ad_title")),
        via=words(item.get("source")) if source == "link" else "",
        media=media,
        media_url=video or words(ad.get("photo_url")),
        post_id=words(ad.get("post_id")),
        product_id=words(ad.get("product_id")) or words(product.get("id")),
    )


def quote_of(answered: dict[str, Any]) -> Quote | None:
    """Reads what a message answers beside an id (`reply_to`): whose it is, or a story of the page."""
    story = answered.get("story")
    if isinstance(story, dict):
        return Quote(text=words(story.get("url")), kinds=("story",), author=SHOP)
    if not answered.get("mid") or not isinstance(answered.get("is_self_reply"), bool):
        return None
    return Quote(author=CUSTOMER if answered["is_self_reply"] else SHOP)


def facts_of(message: Any) -> dict[str, str]:
    """Reads what can be told of attachments of unknown kinds."""
    return facts([{"attachment": [each.get("payload"), {"title": each.get("title")}]} for each in _dicts(message)])


def unknown_kind(message: Any) -> str:
    """Names a message without content, to be kept by: its first attachment's type."""
    listed = message.get("attachments")
    first = listed[0] if isinstance(listed, list) and listed else None
    return f"attachment:{string(first['type'])}" if isinstance(first, dict) else "message"


def _dicts(message: Any) -> list[dict[str, Any]]:
    return [each for each in items(message, "attachments") if isinstance(each, dict)]


def _pressed(payload: str, text: str) -> Content:
    """Reads a quick reply of ours, or the one that gives a phone number.

    Nothing says that the number in the profile was ever confirmed: it is no proof of who the customer is.
    """
    if not _PHONE.fullmatch(payload):
        return Content(choice=Choice(payload, text))
    contact = Attachment("contact", data={"name": "", "phone": payload, "own": False})
    return Content(attachments=(contact,))


def _without_doubles(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drops doubles: for a while Meta sent a sticker twice, as the new type and as an image with a sticker_id."""
    if not any(each.get("type") == "sticker" for each in listed):
        return listed
    return [each for each in listed if each.get("type") != "image" or not fields(each.get("payload")).get("sticker_id")]


def _attachments(item: dict[str, Any], mid: str) -> list[Attachment]:
    """Reads an attachment: a file, a place, else what it shares; none of what is not whole."""
    try:
        return [_READERS[item["type"]](item, mid)] if item["type"] in _READERS else shares_of(item)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        return []


def _media(item: dict[str, Any], mid: str) -> Attachment:
    payload = item["payload"]
    sticker = payload.get("sticker_id")
    kind = "sticker" if sticker else KINDS[item["type"]]
    url, emoji = string(payload["url"]), _EMOJI.get(sticker, "")
    name = file_name(url) if kind == "document" else ""
    return Attachment(kind, ref=handle(url, mid), filename=name, data={"emoji": emoji} if emoji else {})


def _location(item: dict[str, Any], _: str) -> Attachment:
    place = item["payload"]["coordinates"]
    data: dict[str, Any] = {"latitude": float(place["lat"]), "longitude": float(place["long"])}
    if isinstance(item.get("title"), str):
        data["name"] = item["title"]
    if isinstance(item.get("url"), str):
        data["url"] = item["url"]
    return Attachment("location", data=data)


_READERS: dict[str, Callable[[dict[str, Any], str], Attachment]] = {
    **dict.fromkeys(KINDS, _media),
    "location": _location,
}
