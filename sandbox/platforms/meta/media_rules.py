"""Decides what Meta takes as media, by type and size (Cloud API "Media", Messenger "Attachment upload")."""

from typing import NamedTuple

from sandbox.platforms.meta.errors import GraphError
from sandbox.world.media import Stored

MIB = 1024 * 1024


class Rule(NamedTuple):
    """The types and the largest size of one kind of media."""

    types: tuple[str, ...]
    size: int


DOCUMENTS = (
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
)
IMAGES, AUDIO = ("image/jpeg", "image/png"), ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg")
VIDEO, STICKERS = ("video/mp4", "video/3gpp"), ("image/webp",)
WHATSAPP = {
    "image": Rule(IMAGES, 5 * MIB),
    "audio": Rule(AUDIO, 16 * MIB),
    "video": Rule(VIDEO, 16 * MIB),
    "sticker": Rule(STICKERS, 500 * 1024),
    "document": Rule((*DOCUMENTS, *IMAGES, *AUDIO, *VIDEO), 100 * MIB),
}
MESSENGER = {"image": 8 * MIB, "audio": 25 * MIB, "video": 25 * MIB, "file": 25 * MIB}
MAGIC = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG",),
    "image/webp": (b"RIFF",),
    "audio/ogg": (b"OggS",),
    "application/pdf": (b"%PDF",),
}


def check_upload(mime: str, content: bytes) -> None:
    """Checks a file given to POST /{number}/media; raises GraphError 100 for a type, 131053 for size or content."""
    plain = mime.partition(";")[0].strip()
    rules = [rule for rule in WHATSAPP.values() if plain in rule.types]
    if not rules:
        known = sorted({name for rule in WHATSAPP.values() for name in rule.types})
        text = f"(#100) Param file must be a file with one of the following types: {', '.join(known)}."
        raise GraphError(100, message=f"{text} Received file of type '{plain}'.")
    fault = _content(plain, content) or _size(rules[0], content)
    if fault:
        raise GraphError(131053, fault)


def refusal(kind: str, stored: Stored) -> str:
    """Says why WhatsApp cannot show this file as an image, audio, …; "" when it can."""
    rule, plain = WHATSAPP[kind], stored.mime.split(";")[0].strip()
    if kind != "document" and plain not in rule.types:
        return (
            f"Unsupported {kind.capitalize()} mime type {plain}. "
            f"Please use one of {', '.join(rule.types)}, or send it as a document."
        )
    return _content(plain, stored.content) or _codec(plain, stored.content) or _size(rule, stored.content)


def _codec(mime: str, content: bytes) -> str:
    """Says what is wrong with Ogg that holds no Opus: the base type is not supported."""
    if mime == "audio/ogg" and b"OpusHead" not in content[:4096]:
        return "Unsupported Audio mime type audio/ogg. Please use Opus in Ogg (audio/ogg; codecs=opus)."
    return ""


def _content(mime: str, content: bytes) -> str:
    starts = MAGIC.get(mime)
    if starts and not content.startswith(starts):
        return f"Downloaded media is not a valid file of type {mime}."
    return ""


def _size(rule: Rule, content: bytes) -> str:
    if len(content) > rule.size:
        return (
            f"Media file size too big. Max file size we currently support: {rule.size} bytes "
            f"for {rule.types[0].split('/')[0]} types."
        )
    return ""
