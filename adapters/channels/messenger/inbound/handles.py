"""Makes a file's handle: its link as it came, with the message it came in, by which a fresh link can be had."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from adapters.channels.messenger.inbound.envelope import fields, words
from core.messages.pieces import Attachment

# What we ask for of an attachment of the Conversations API (Meta, Graph API "Message").
NODE = "mime_type,name,size,image_data,video_data,file_url"


class Handle(NamedTuple):
    """Holds a handle's parts. `url` has no fragment; `mid` is empty where no message is known."""

    url: str
    mid: str


def handle(url: str, mid: str) -> str:
    """Writes the link with the message in its fragment, which no server ever sees."""
    return f"{url.partition('#')[0]}#{quote(mid, safe='')}"


def read_handle(ref: str) -> Handle:
    """Reads what `handle` made."""
    url, _, mid = ref.partition("#")
    return Handle(url, unquote(mid))


def file_name(url: str) -> str:
    """Returns the last part of the link's path, which stays the same when Meta signs the link anew."""
    return unquote(PurePosixPath(urlsplit(url).path).name)


def attachment_of(node: Any, mid: str) -> Attachment | None:
    """Reads an attachment of the Conversations API as the webhook would give it; None without a link."""
    url = node_url(node)
    if not url:
        return None
    size = node.get("size")
    return Attachment(
        kind=_kind(node),
        ref=handle(url, mid),
        mime=words(node.get("mime_type")),
        filename=words(node.get("name")),
        size=size if type(size) is int and size > 0 else 0,
    )


def node_url(node: Any) -> str:
    """Finds where the file of an attachment of the Conversations API lies."""
    holders = (fields(node.get("image_data")), fields(node.get("video_data")), {"url": node.get("file_url")})
    return next((url for each in holders if isinstance(url := each.get("url"), str) and url), "")


def same_file(nodes: Sequence[Any], url: str) -> dict[str, Any]:
    """Finds the attachment that `url` once led to; an empty one when it is not among them."""
    name = file_name(url)
    return next((fields(node) for node in nodes if name and file_name(node_url(fields(node))) == name), {})


def _kind(node: dict[str, Any]) -> str:
    if "image_data" in node:
        return "sticker" if fields(node["image_data"]).get("render_as_sticker") is True else "image"
    if "video_data" in node:
        return "video"
    return "audio" if words(node.get("mime_type")).startswith("audio/") else "document"
