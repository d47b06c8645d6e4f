"""Reads the attachment of a message: which of Telegram's media fields it has, and what we keep of it."""

import re
from collections.abc import Callable
from typing import Any

from telegram import (
    Animation,
    Audio,
    Contact,
    Document,
    LivePhoto,
    Location,
    PhotoSize,
    Sticker,
    TelegramObject,
    Video,
    VideoNote,
    Voice,
)

from adapters.channels.telegram.inbound.entities import words_of
from adapters.channels.telegram.inbound.update import Json, words
from core.content.cards import card
from core.content.vcards import read_vcards
from core.messages.pieces import Attachment

# The fields of file objects differ: read as they come (mime_type, file_name, file_size are all optional there).
_File = Any
_READ = ("name", "phone", "own")
_NOT_DIGITS = re.compile(r"\D")


def attachment_of(message: Json) -> Attachment | None:
    """Reads the one attachment (an album is several messages), with its caption. Raises what the library does."""
    for field, read in _READERS.items():
        value = message.get(field)
        if value:
            return read(value, message)
    return None


def _photo(sizes: list[Json], message: Json) -> Attachment:
    return _with_file("image", PhotoSize.de_json(sizes[-1], None), message, mime="image/jpeg")  # largest last


def _file(kind: str, form: type[TelegramObject], mime: str = "") -> Callable[[Any, Json], Attachment]:
    return lambda value, message: _with_file(kind, form.de_json(_flat(value), None), message, mime)


def _flat(value: Json) -> Json:
    """Drops thumbnails, covers and the like: nobody reads them, and the library may not know their form."""
    return {key: each for key, each in value.items() if not isinstance(each, (dict, list))}


def _sticker(value: Json, message: Json) -> Attachment:
    sticker = Sticker.de_json(_flat(value), None)
    mime = "video/webm" if sticker.is_video else "application/x-tgsticker" if sticker.is_animated else "image/webp"
    meaning = {"emoji": sticker.emoji, "set": sticker.set_name}
    return _with_file("sticker", sticker, message, mime, {key: each for key, each in meaning.items() if each})


def _audio(value: Json, message: Json) -> Attachment:
    track = {key: each for key in ("title", "performer") if (each := words(value.get(key)))}
    return _with_file("audio", Audio.de_json(_flat(value), None), message, data=track)


def _with_file(kind: str, value: _File, message: Json, mime: str = "", data: Json | None = None) -> Attachment:
    return Attachment(
        kind,
        ref=value.file_id,
        mime=getattr(value, "mime_type", None) or mime,
        filename=getattr(value, "file_name", None) or "",
        caption=words_of(message),
        size=value.file_size or 0,
        data=data or {},
    )


def _venue(value: Json, _: Json) -> Attachment:
    return Attachment("location", data={**_place(value["location"]), **_named(value)})


def _named(venue: Json) -> Json:
    return {key: words(venue.get(field)) for key, field in (("name", "title"), ("address", "address"))}


def _location(value: Json, _: Json) -> Attachment:
    return Attachment("location", data=_place(value))


def _place(value: Json) -> Json:
    place = Location.de_json(value, None)
    live = {"live": True} if value.get("live_period") else {}  # the library warns when its own is read
    return {"latitude": float(place.latitude), "longitude": float(place.longitude), **live}


def _contact(value: Json, message: Json) -> Attachment:
    """Reads a contact. `own`: Telegram itself put the sender's account beside the number, in their own message.

    Only that is proof: a forwarded one may be older than their number, one that another bot wrote is that bot's word.
    """
    contact = Contact.de_json(value, None)
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    sender = message["from"]["id"] if "from" in message else None
    own = bool(contact.user_id and contact.user_id == sender) and not ("via_bot" in message or is_forwarded(message))
    digits = _NOT_DIGITS.sub("", contact.phone_number)
    made = card(name, f"+{digits}" if digits else "", own=own and digits != "")
    return Attachment("contact", data={**_on_vcard(value), **made})


def _on_vcard(value: Json) -> Json:
    """Reads what else stands on the card, which Telegram hands on as it is."""
    found = read_vcards(words(value.get("vcard")))
    return {key: each for key, each in found[0].items() if key not in _READ} if found else {}


def is_forwarded(message: Json) -> bool:
    """Tells whether it is forwarded: by `forward_origin`, beside which Telegram still sends the older `forward_from`,
    `forward_date` and so on."""
    return any(key.startswith("forward_") for key in message)


# A live photo also fills `photo`, an animation also `document`, a venue also `location`: the fuller form first.
_READERS: dict[str, Callable[[Any, Json], Attachment]] = {
    "photo": _photo,
    "live_photo": _file("video", LivePhoto),
    "video": _file("video", Video),
    "video_note": _file("video", VideoNote, "video/mp4"),
    "animation": _file("video", Animation),
    "audio": _audio,
    "voice": _file("voice", Voice),
    "document": _file("document", Document),
    "sticker": _sticker,
    "venue": _venue,
    "location": _location,
    "contact": _contact,
}
