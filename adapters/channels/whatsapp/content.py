"""What a WhatsApp message says, by its type."""

from collections.abc import Callable
from typing import Any, NamedTuple

from core.messages import Attachment, Choice

# Kinds that call for no word back: the customer said nothing new, or it is not her who speaks.
SILENT = frozenset({"reaction", "edit", "revoke", "system", "request_welcome", "group"})
MEDIA = ("image", "video", "audio", "document", "sticker")


class Unreadable(ValueError):
    """A part that must be there is missing or has another form; carries no data."""


class Content(NamedTuple):
    """The part of an InboundMessage that the type decides."""

    text: str = ""
    choice: Choice | None = None
    attachments: tuple[Attachment, ...] = ()


def _text(item: Any) -> Content:
    return Content(text=_string(item["text"]["body"]))


def _interactive(item: Any) -> Content | None:
    """A pressed button or list row; None for forms, call permissions and what came without its body."""
    body = item.get("interactive")
    kind = body.get("type") if isinstance(body, dict) else None
    if kind not in ("button_reply", "list_reply"):
        return None
    return Content(choice=Choice(_string(body[kind]["id"]), _string(body[kind]["title"])))


def _button(item: Any) -> Content:
    """A template's quick reply; without a payload of ours it is its text."""
    button = item["button"]
    title = _string(button.get("text", ""))
    return Content(choice=Choice(_string(button.get("payload") or title), title))


def _media(item: Any) -> Content:
    kind = item["type"]
    media = item[kind]
    caption = _optional(media, "caption")
    attachment = Attachment(
        kind="voice" if media.get("voice") is True else kind,
        ref=_string(media["id"]),
        mime=_optional(media, "mime_type"),
        filename=_optional(media, "filename"),
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
    return Content(attachments=tuple(_card(card) for card in item["contacts"]))


def _card(card: Any) -> Attachment:
    phones = [each for each in card.get("phones") or [] if isinstance(each, dict)]
    first = next((each for each in phones if each.get("wa_id")), phones[0] if phones else {})
    digits = "".join(c for c in str(first.get("wa_id") or first.get("phone") or "") if c in "0123456789")
    name = _optional(card.get("name") or {}, "formatted_name")
    return Attachment("contact", data={"name": name, "phone": f"+{digits}" if digits else ""})


READERS: dict[str, Callable[[Any], Content | None]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
    "location": _location,
    "contacts": _contacts,
    **dict.fromkeys(MEDIA, _media),
}


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise Unreadable
    return value


def _optional(holder: Any, key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""
