"""Reads what a Messenger message says: its text, the pressed quick reply, its attachments, what it refers to."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from adapters.channels.messenger.inbound.envelope import fields, string, words
from adapters.channels.messenger.inbound.handles import file_name, handle
from core.messages import CUSTOMER, SHOP, Attachment, Choice, Quote, Referral

KINDS = {"image": "image", "video": "video", "audio": "audio", "file": "document", "sticker": "sticker"}
SHARES = ("fallback", "post", "ig_post", "reel", "ig_reel", "template")
SOURCES = {"ADS": "ad"}  # every other way that Meta names is a link of ours: m.me, QR code, welcome screen

_PHONE = re.compile(r"\+\d{7,15}")


class Content(NamedTuple):
    """Holds what InboundMessage carries of a message."""

    text: str = ""
    choice: Choice | None = None
    attachments: tuple[Attachment, ...] = ()
    referral: Referral | None = None


def content_of(message: Any) -> Content | None:
    """Reads the content of a `message` object; None when it holds nothing we can show (an appointment).

    Something shared without a word is shown by its link, a product by its title. Raises Unreadable.
    """
    text = "" if message.get("text") is None else string(message["text"])
    if "quick_reply" in message:
        return _pressed(string(message["quick_reply"]["payload"]), text)
    listed = _without_doubles([each for each in message.get("attachments") or () if isinstance(each, dict)])
    mid = words(message.get("mid"))
    attachments = tuple(found for each in listed if (found := _attachment(each, mid)))
    share = next((shared for each in listed if (shared := _share(each))), None)
    if share and not text:
        text = share.url or share.headline
    referral = referral_of(message.get("referral")) or (share if share and share.source != "link" else None)
    return Content(text, None, attachments, referral) if text or attachments else None


def referral_of(item: Any) -> Referral | None:
    """Reads what brought the customer here: an ad, a product of our shop, a link with our own word in it."""
    if not isinstance(item, dict):
        return None
    ad, product = fields(item.get("ads_context_data")), fields(item.get("product"))
    source = "product" if product and "source" not in item else SOURCES.get(words(item.get("source")), "link")
    return Referral(
        source=source,
        ref=words(item.get("ref")),
        id=words(item.get("ad_id")) or words(product.get("id")) or words(ad.get("post_id")),
        url=words(item.get("referer_uri")),
        headline=words(ad.get("ad_title")),
    )


def quote_of(answered: dict[str, Any]) -> Quote | None:
    """Reads what a message answers beside an id (`reply_to`): whose it is, or a story of the page."""
    story = answered.get("story")
    if isinstance(story, dict):
        return Quote(text=words(story.get("url")), kinds=("story",), author=SHOP)
    if not answered.get("mid") or not isinstance(answered.get("is_self_reply"), bool):
        return None
    return Quote(author=CUSTOMER if answered["is_self_reply"] else SHOP)


def unknown_kind(message: Any) -> str:
    """Names a message without content, to be kept by: its first attachment's type."""
    listed = message.get("attachments")
    first = listed[0] if isinstance(listed, list) and listed else None
    return f"attachment:{string(first['type'])}" if isinstance(first, dict) else "message"


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


def _attachment(item: dict[str, Any], mid: str) -> Attachment | None:
    """Reads an attachment; None for what is no file and no place, or is not whole."""
    try:
        return _READERS[item["type"]](item, mid)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _media(item: dict[str, Any], mid: str) -> Attachment:
    payload = item["payload"]
    kind = "sticker" if payload.get("sticker_id") else KINDS[item["type"]]
    url = string(payload["url"])
    return Attachment(kind, ref=handle(url, mid), filename=file_name(url) if kind == "document" else "")


def _location(item: dict[str, Any], _: str) -> Attachment:
    place = item["payload"]["coordinates"]
    data: dict[str, Any] = {"latitude": float(place["lat"]), "longitude": float(place["long"])}
    if isinstance(item.get("title"), str):
        data["name"] = item["title"]
    return Attachment("location", data=data)


def _share(item: dict[str, Any]) -> Referral | None:
    """Reads a post, reel, product or link that the customer shared."""
    kind, payload = item.get("type"), fields(item.get("payload"))
    if kind == "template":
        return _product(payload)
    if kind not in SHARES:
        return None
    return Referral(
        source="link" if kind == "fallback" else "post",
        id=words(payload.get("id")) or words(payload.get("reel_video_id")),
        url=words(payload.get("url")) or words(item.get("url")),
        headline=words(payload.get("title")) or words(item.get("title")),
    )


def _product(payload: dict[str, Any]) -> Referral | None:
    elements = fields(payload.get("product")).get("elements")
    first = fields(elements[0]) if isinstance(elements, list) and elements else {}
    if not first:
        return None
    return Referral(
        "product", id=words(first.get("retailer_id") or first.get("id")), headline=words(first.get("title"))
    )


_READERS: dict[str, Callable[[dict[str, Any], str], Attachment]] = {
    **dict.fromkeys(KINDS, _media),
    "location": _location,
}
