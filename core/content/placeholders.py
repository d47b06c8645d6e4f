"""Writes what a person reads in place of something that cannot be shown as it is."""

from collections.abc import Iterable
from typing import Any

from core.addresses import mask
from core.messages import MEDIA_KINDS, Attachment

_SIGNS = {
    "image": "🖼",
    "video": "🎞",
    "audio": "🎵",
    "voice": "🎤",
    "document": "📄",
    "sticker": "🙂",
    "location": "📍",
    "contact": "👤",
    "order": "🛒",
    "form": "📝",
}


TOLD_KINDS = ("location", "contact", "order", "form")  # their line says it all


def placeholders(attachments: Iterable[Attachment]) -> list[str]:
    """Writes lines for what has no file that could be shown beside the words."""
    return [placeholder(each) for each in attachments if each.kind not in MEDIA_KINDS]


def placeholder(attachment: Attachment) -> str:
    """Writes one line: "📍 Main St 1 (40.71, -74.01)", "🛒 2 × BOOT-42 (129.80 USD)". Others' numbers are masked."""
    sign = _SIGNS.get(attachment.kind, "📎")
    said = _SAID.get(attachment.kind, _file)(attachment)
    return f"{sign} {said}".strip()


def _file(attachment: Attachment) -> str:
    emoji = attachment.data.get("emoji", "")
    return " ".join(filter(None, (attachment.kind, str(emoji), attachment.filename)))


def _location(attachment: Attachment) -> str:
    place = attachment.data
    named = ", ".join(str(place[key]) for key in ("name", "address") if place.get(key))
    point = f"{float(place['latitude']):.5f}, {float(place['longitude']):.5f}" if "latitude" in place else ""
    return f"{named} ({point})" if named and point else named or point


def _contact(attachment: Attachment) -> str:
    card = attachment.data
    whose = " (their own number)" if card.get("own") else ""
    return " ".join(filter(None, (str(card.get("name", "")), mask(str(card.get("phone", "")))))) + whose


def _order(attachment: Attachment) -> str:
    return ", ".join(_line(line) for line in attachment.data.get("lines", ())) or "an empty basket"


def _line(line: Any) -> str:
    price = " ".join(str(line[key]) for key in ("unit_price", "currency") if line.get(key))
    return f"{line.get('quantity', 1)} × {line.get('product', '?')}" + (f" ({price})" if price else "")


def _form(attachment: Attachment) -> str:
    answers = attachment.data.get("answers", {})
    said = "; ".join(f"{key}: {value}" for key, value in answers.items() if key != "flow_token")
    return ": ".join(filter(None, (str(attachment.data.get("name", "")), said)))


_SAID = {"location": _location, "contact": _contact, "order": _order, "form": _form}
