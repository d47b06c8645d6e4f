"""Shows customers' files at the desk itself: each is uploaded, then shared by the post that it came with.

An upload is a part of its own, and the desk's id of it is kept before anybody sees the file: so a repeated post finds
whether it was shared already. What is too large, or was not taken, stays a link.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from mimetypes import guess_extension

import msgspec
from sqlalchemy import Connection

from core.content.media_types import container_of
from core.desk.posts import ARRIVED, EARLIER, PostCustomer, PostFile
from core.ports.calls import Part
from hub.media.attachments import DESK
from storage.desk.cases import Case
from storage.media import files
from storage.media.files import File
from storage.queues import parts

UPLOAD = "upload"  # what such a part is
AT_ONCE = 10  # files of one post that are uploaded
RECENT = timedelta(days=1)  # before the case, the customer's files belong to it
TOO_LARGE, UNKNOWN, NOT_TAKEN = "too_large", "unknown_type", "not_taken"
UNKNOWN_TYPE = "application/octet-stream"  # also of what is not what it says
_ENDINGS = {"audio/ogg": ".ogg", "audio/amr": ".amr"}  # which Python names otherwise, or not at all


def uploads(case_id: str, known: Iterable[File], largest: int, now: datetime) -> tuple[Part, ...]:
    """Makes the calls that upload files: those that are there, and that people may open."""
    shown = [file for file in known if file.is_there(now) and not file.cards and not _kept_from(file, largest)]
    posts = [PostFile(case_id, file.id, _name(file), container_of(file.mime)) for file in shown[:AT_ONCE]]
    return tuple(Part(UPLOAD, msgspec.to_builtins(post)) for post in posts)


def uploaded(conn: Connection, message_id: str) -> dict[str, str]:
    """Reads the desk's ids of what was uploaded for a post before, by our ids; empty for what was not taken."""
    return {msgspec.json.decode(call)["media"]: id_ for call, id_ in parts.taken(conn, message_id, UPLOAD)}


def sharing(post: PostCustomer, known: Sequence[File], at_desk: Mapping[str, str], largest: int) -> PostCustomer:
    """Returns the post with the desk's ids of its files, and a reason for each that is only a link."""
    shown = []
    for file, glance in zip(known, post.files, strict=True):
        why = NOT_TAKEN if file.id in at_desk else _kept_from(file, largest)
        shared = at_desk.get(file.id, "")
        shown.append(msgspec.structs.replace(glance, shared=shared, unshared="" if shared else why))
    return msgspec.structs.replace(post, files=tuple(shown))


def late(post: PostCustomer, known: Iterable[File]) -> PostCustomer | None:
    """Makes the post of those files that the words do not wait for."""
    coming = tuple(file.id for file in known if file.is_coming)
    return PostCustomer(post.case_id, "", change=ARRIVED, media=coming) if coming else None


def earlier(conn: Connection, case: Case) -> PostCustomer | None:
    """Makes the post of what the customer sent shortly before the case was opened, for its new thread."""
    found = files.last(conn, case.customer_id, case.conversation_id, AT_ONCE, besides=DESK)
    ids = tuple(file.id for file in found if case.opened_at - RECENT <= file.created_at <= case.opened_at)
    return PostCustomer(case.id, "", change=EARLIER, media=ids) if ids else None


def _kept_from(file: File, largest: int) -> str:
    """Says why a file stays a link; empty where it need not."""
    if file.size > largest:
        return TOO_LARGE
    return UNKNOWN if container_of(file.mime) == UNKNOWN_TYPE else ""


def _name(file: File) -> str:
    """Names the file so that people, and the desk's player, see what it is."""
    mime = container_of(file.mime)
    ending = _ENDINGS.get(mime) or guess_extension(mime) or ""
    name = " ".join("".join(c if c.isprintable() else " " for c in file.filename).replace("/", " ").split())
    return name if "." in name else f"{name or file.kind}{ending}"
