"""What a Messenger message says: its text, its quick reply, its attachments."""

from collections.abc import Callable
from typing import Any, NamedTuple

from core.messages import Attachment, Choice

KINDS = {"image": "image", "video": "video", "audio": "audio", "file": "document", "sticker": "sticker"}


class Unreadable(ValueError):
    """A part that must be there is missing or has another form; carries no data."""


class Content(NamedTuple):
    """What InboundMessage carries of a message."""

    text: str = ""
    choice: Choice | None = None
    attachments: tuple[Attachment, ...] = ()


def content_of(message: Any) -> Content | None:
    """The content of a `message` object; None when it holds nothing we can show (a shared reel, an appointment)."""
    text = string(message.get("text", ""))
    if "quick_reply" in message:
        return Content(choice=Choice(string(message["quick_reply"]["payload"]), text))
    attachments = tuple(found for each in message.get("attachments") or () if (found := _attachment(each)))
    return Content(text, None, attachments) if text or attachments else None


def unknown_kind(message: Any) -> str:
    """The name under which a message without content is kept: its first attachment's type."""
    listed = message.get("attachments")
    first = listed[0] if isinstance(listed, list) and listed else None
    return f"attachment:{string(first['type'])}" if isinstance(first, dict) else "message"


def string(value: Any) -> str:
    """`value`, a string. Raises Unreadable."""
    if not isinstance(value, str):
        raise Unreadable
    return value


def _attachment(item: Any) -> Attachment | None:
    """None for a link that Messenger unfurled ("fallback") and for what we do not know: the text says it."""
    reader = _READERS.get(item["type"])
    return reader(item) if reader else None


def _media(item: Any) -> Attachment:
    payload = item["payload"]
    kind = "sticker" if payload.get("sticker_id") else KINDS[item["type"]]
    return Attachment(kind, ref=string(payload["url"]))


def _location(item: Any) -> Attachment:
    place = item["payload"]["coordinates"]
    data: dict[str, Any] = {"latitude": float(place["lat"]), "longitude": float(place["long"])}
    if isinstance(item.get("title"), str):
        data["name"] = item["title"]
    return Attachment("location", data=data)


_READERS: dict[str, Callable[[Any], Attachment]] = {**dict.fromkeys(KINDS, _media), "location": _location}
