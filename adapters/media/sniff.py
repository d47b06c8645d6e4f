"""Recognises what a file really is by its content: the type somebody declared only chooses between equals."""

import re

import puremagic

from adapters.media.codecs import PICTURES, codecs, is_sound_alone
from core.content.media_types import written

UNKNOWN = "application/octet-stream"
HEAD = 4096
_SURE = 0.4  # below, puremagic guesses

_OFFICE = "application/vnd.openxmlformats-officedocument."
_FTYP = {  # brands of the ISO base media format
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR-WB", "audio/amr-wb"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"MZ", UNKNOWN),
    (b"\x7fELF", UNKNOWN),
    (b"\xca\xfe\xba\xbe", UNKNOWN),
    (b"\xcf\xfa\xed\xfe", UNKNOWN),
    (b"#!", UNKNOWN),
)
_MP3 = re.compile(rb"\xff[\xf2\xf3\xfa\xfb]")
_AAC = re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")
_ACTIVE = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|img|meta|link|style|form|table|a\s|\?xml)", re.I
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# One container for sound and pictures alike: here the sender's word chooses.
_SOUND = {"video/mp4": "audio/mp4", "video/3gpp": "audio/3gpp", "video/webm": "audio/webm"}
_PICTURES = {sound: picture for picture, sound in _SOUND.items()}
_TEXTS = ("text/csv", "text/calendar", "text/vcard", "text/x-vcard", "application/json")
# Never shown in a browser, whatever it was called: it may run script.
_REFUSED = ("text/html", "application/xhtml+xml", "image/svg+xml", "application/xml", "text/xml", "text/javascript")
_FITTING = {
    "image": ("image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif", "image/avif"),
    "video": ("video/",),
    "audio": ("audio/",),
    "voice": ("audio/",),
    "sticker": ("image/webp", "image/png", "image/gif", "application/x-tgsticker", "video/webm"),
}


def real_type(content: bytes, declared: str = "", filename: str = "") -> str:
    """Finds the type by content; "application/octet-stream" for what is unknown, executable or active (HTML, SVG).

    `declared` decides where the content cannot: between sound and picture in one container, between kinds of text.
    """
    declared = declared.split(";", maxsplit=1)[0].strip().lower()
    found = _by_rule(content, declared, filename) or _by_text(content, declared) or _by_table(content)
    if declared.startswith("audio/"):
        found = _SOUND.get(found, found)
    return UNKNOWN if found in _REFUSED else found


def recognise(content: bytes, kind: str, declared: str = "", filename: str = "") -> tuple[str, str]:
    """Finds (kind, real type with its codecs): a file that cannot be what it was called ("image") is a document.

    A film without pictures is sound, and sound with pictures a film, whatever somebody declared.
    """
    mime = real_type(content, declared, filename)
    found = codecs(content, mime)
    if is_sound_alone(found):
        mime = _SOUND.get(mime, mime)
    elif PICTURES.intersection(found):
        mime = _PICTURES.get(mime, mime)
    if mime == "audio/mpeg" and found == ("aac",):
        mime = "audio/aac"
    if kind == "video" and mime.startswith("audio/"):
        kind = "audio"
    return (kind if mime.startswith(_FITTING.get(kind, "")) else "document"), written(mime, filter(None, found))


def _by_rule(content: bytes, declared: str, filename: str) -> str:
    for family in (_riff, _ogg, _ftyp, _zip):
        if found := family(content):
            return found
    if content.startswith(b"\x1f\x8b"):
        sticker = declared == "application/x-tgsticker" or filename.lower().endswith(".tgs")
        return "application/x-tgsticker" if sticker else "application/gzip"
    if content.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in content[:64] else "video/x-matroska"
    if found := next((mime for start, mime in _STARTS if content.startswith(start)), ""):
        return found
    return "audio/mpeg" if _MP3.match(content) else "audio/aac" if _AAC.match(content) else ""


def _riff(content: bytes) -> str:
    kinds = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
    return kinds.get(content[8:12], UNKNOWN) if content.startswith(b"RIFF") else ""


def _ogg(content: bytes) -> str:
    """Tells voice notes from films in Ogg: Opus is a voice note, only Theora makes it a film."""
    if not content.startswith(b"OggS"):
        return ""
    return "video/ogg" if b"theora" in content[:256] else "audio/ogg"


def _ftyp(content: bytes) -> str:
    if content[4:8] != b"ftyp":
        return ""
    brand = content[8:12]
    return "video/3gpp" if brand.startswith((b"3gp", b"3g2", b"3gs")) else _FTYP.get(brand, "video/mp4")


def _zip(content: bytes) -> str:
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ""
    parts = {
        b"word/": "wordprocessingml.document",
        b"xl/": "spreadsheetml.sheet",
        b"ppt/": "presentationml.presentation",
    }
    if b"[Content_Types].xml" in content:
        inside = next((name for part, name in parts.items() if part in content), "")
        return _OFFICE + inside if inside else "application/zip"
    opened = re.match(rb"mimetype(application/[\w.+-]+?)PK", content[30:200])  # OpenDocument, EPUB
    return opened[1].decode() if opened else "application/zip"


def _by_text(content: bytes, declared: str) -> str:
    """Recognises plain text, unless a browser would make something of it."""
    head = content[:HEAD]
    try:
        text = head.decode("utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # else the cut at HEAD went through a character
            return ""
        text = head[: error.start].decode("utf-8", "ignore")
    if _CONTROL.search(text):
        return ""
    if _ACTIVE.search(text.encode()):
        return "text/html"
    if text.lstrip().startswith("BEGIN:VCARD"):
        return "text/vcard"
    return declared if declared in _TEXTS else "text/plain"


def _by_table(content: bytes) -> str:
    try:
        found = puremagic.magic_string(content[:HEAD])
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return next((match.mime_type for match in found if match.mime_type and match.confidence >= _SURE), UNKNOWN)
