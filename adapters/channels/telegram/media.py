"""The attachment of a message: which of Telegram's media fields it has, and what we keep of it."""

from collections.abc import Callable
from typing import Any

from telegram import Contact, Location, Message, PhotoSize, Sticker, Venue

from core.messages import Attachment

# The fields of file objects differ: read as they come (mime_type, file_name, file_size are all optional there).
_File = Any


def attachment_of(message: Message) -> Attachment | None:
    """The message's one attachment (an album is several messages), with its caption."""
    for field, read in _READERS.items():
        value = getattr(message, field)
        if value:
            return read(value, message)
    return None


def _photo(sizes: tuple[PhotoSize, ...], message: Message) -> Attachment:
    largest = sizes[-1]  # Telegram lists the largest last
    return _with_file("image", largest, message, mime="image/jpeg")


def _file(kind: str) -> Callable[[_File, Message], Attachment]:
    return lambda value, message: _with_file(kind, value, message)


def _sticker(value: Sticker, message: Message) -> Attachment:
    mime = "video/webm" if value.is_video else "application/x-tgsticker" if value.is_animated else "image/webp"
    return _with_file("sticker", value, message, mime=mime, data={"emoji": value.emoji} if value.emoji else {})


def _with_file(
    kind: str, value: _File, message: Message, mime: str = "", data: dict[str, Any] | None = None
) -> Attachment:
    return Attachment(
        kind,
        ref=value.file_id,
        mime=getattr(value, "mime_type", None) or mime,
        filename=getattr(value, "file_name", None) or "",
        caption=message.caption or "",
        size=value.file_size or 0,
        data=data or {},
    )


def _venue(value: Venue, _: Message) -> Attachment:
    place = value.location
    named = {"name": value.title, "address": value.address}
    return Attachment("location", data={"latitude": place.latitude, "longitude": place.longitude, **named})


def _location(value: Location, _: Message) -> Attachment:
    return Attachment("location", data={"latitude": value.latitude, "longitude": value.longitude})


def _contact(value: Contact, message: Message) -> Attachment:
    """`own`: Telegram says the number is the sender's; only then may it prove anything."""
    name = " ".join(part for part in (value.first_name, value.last_name) if part)
    own = bool(value.user_id and message.from_user and value.user_id == message.from_user.id)
    phone = value.phone_number if value.phone_number.startswith("+") else f"+{value.phone_number}"
    return Attachment("contact", data={"name": name, "phone": phone, "own": own})


# An animation also fills `document`, a venue also `location`: the fuller form first.
_READERS: dict[str, Callable[[Any, Message], Attachment]] = {
    "photo": _photo,
    "video": _file("video"),
    "video_note": _file("video"),
    "animation": _file("video"),
    "audio": _file("audio"),
    "voice": _file("voice"),
    "document": _file("document"),
    "sticker": _sticker,
    "venue": _venue,
    "location": _location,
    "contact": _contact,
}
