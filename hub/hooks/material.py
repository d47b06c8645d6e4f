"""Reads what a hook is asked about, when it is asked: words that are gone by then are not sent anywhere."""

import msgspec
from sqlalchemy import Connection

from core.content.media_types import container_of
from core.desk.events import Pressed
from core.desk.posts import PostCustomer, decode_desk_post
from storage.hooks.rows import REPLY, TRANSCRIPT, Ask
from storage.media import files
from storage.queues import outbox

OWN = "own"  # the field of the form in which an agent writes what is to be translated
LARGEST = 25 * 1024 * 1024  # bytes of a recording (docs: OpenAI, Speech to text)
# What OpenAI's servers take, by the ending that they know it by (docs: createTranscription, `file`).
_ENDINGS = {
    "audio/ogg": "ogg",
    "audio/opus": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/x-m4a": "m4a",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/webm": "webm",
    "audio/flac": "flac",
}


class Material(msgspec.Struct, frozen=True):
    """Holds words to translate, or a recording by its id, name and type; or why there is nothing to ask."""

    text: str = ""
    media_id: str = ""
    filename: str = ""
    mime: str = ""
    missing: str = ""


def read(conn: Connection, ask: Ask) -> Material:
    """Reads it."""
    if ask.kind == TRANSCRIPT:
        return _recording(conn, ask)
    text = pressed(ask).values.get(OWN, "") if ask.kind == REPLY else _words(conn, ask.post_id)
    return Material(text.strip()) if text.strip() else Material(missing="gone")


def pressed(ask: Ask) -> Pressed:
    """Reads the form that an agent filled in."""
    return msgspec.json.decode(ask.pressed, type=Pressed)


def _words(conn: Connection, post_id: str) -> str:
    row = outbox.by_id(conn, post_id)
    post = decode_desk_post(row.payload) if row else None
    return post.text if isinstance(post, PostCustomer) else ""


def _recording(conn: Connection, ask: Ask) -> Material:
    file = files.by_ids(conn, [ask.media_id]).get(ask.media_id)
    if file is None or file.state != files.KEPT or file.code:
        return Material(missing="gone")
    mime = container_of(file.mime)
    if mime not in _ENDINGS:
        return Material(missing="format")
    if file.size > LARGEST:
        return Material(missing="too_large")
    return Material(media_id=file.id, filename=f"recording.{_ENDINGS[mime]}", mime=mime)
