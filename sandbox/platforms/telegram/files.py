"""Keeps the files of one bot: ids, sizes, uploads, files by address, downloads that run out."""

from typing import Any

import aiohttp
import msgspec
from aiohttp import web

from sandbox.platforms.telegram.errors import TelegramError, bad
from sandbox.world.media import Stored
from sandbox.world.people import Media
from sandbox.world.world import World

Json = dict[str, Any]
MEGABYTE = 1_000_000
LINK_SECONDS = 3600
BY_ADDRESS = {
    "photo": ("image/",),
    "video": ("video/mp4",),
    "animation": ("image/gif", "video/mp4"),
    "audio": ("audio/mpeg", "audio/mp4"),
    "voice": ("audio/ogg",),
    "sticker": ("image/webp",),
    "document": ("application/pdf", "application/zip", "image/gif"),
}
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
PREFIXES = {
    "photo": "AgAC",
    "voice": "AwAC",
    "video": "BAAC",
    "document": "BQAC",
    "audio": "CQAC",
    "sticker": "CAAC",
    "animation": "CgAC",
    "video_note": "DQAC",
}


class Limits(msgspec.Struct):
    """Bytes: uploads, by address, and getFile (Bot API, "Sending files")."""

    photo: int = 10 * MEGABYTE
    file: int = 50 * MEGABYTE
    photo_by_address: int = 5 * MEGABYTE
    file_by_address: int = 20 * MEGABYTE
    download: int = 20 * MEGABYTE


class Known(msgspec.Struct, frozen=True):
    """What a file id stands for; `size` may be more than the content that is kept."""

    stored: str
    kind: str
    size: int


class Files:
    """Keeps the files that one bot has seen; an id of another bot is not known here."""

    def __init__(self, world: World, account: str) -> None:
        self.limits = Limits()
        self._world = world
        self._account = account
        self._known: dict[str, Known] = {}

    def kept(self) -> dict[str, Known]:
        """Lists the files by their ids."""
        return self._known

    def take_up(self, files: dict[str, Known]) -> None:
        """Goes on with files that were known before."""
        self._known = files

    def describe(self, kind: str, stored: Stored, size: int = 0) -> Json:
        """Writes the common fields of a file object, under an id of this bot. `size` as claimed, else the content's."""
        file_id = f"{PREFIXES[kind]}{len(self._account):x}{self._account[:1]}{stored.id}"
        self._known[file_id] = Known(stored.id, kind, size or len(stored.content))
        return {
            "file_id": file_id,
            "file_unique_id": f"AQAD{stored.id}",
            "file_size": self._known[file_id].size,
        }

    async def given(self, kind: str, value: Any) -> tuple[Media, Stored | None]:
        """Finds what a send method names: an upload, an address or a file id. Raises TelegramError."""
        if not isinstance(value, str):
            return self._uploaded(kind, value)
        if value.startswith(("http://", "https://")):
            return await self._fetched(kind, value)
        known = self._known.get(value)
        stored = self._world.media.get(known.stored) if known else None
        if known is None or stored is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if known.kind != kind:
            raise bad(f"type of file mismatch: can't use file of type {known.kind} as {kind}")
        return shown(kind, stored), stored

    def get(self, file_id: str) -> Json:
        """Answers getFile: the path of a download that is good for an hour. Raises TelegramError."""
        known = self._known.get(file_id)
        stored = self._world.media.get(known.stored) if known else None
        if known is None or stored is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if known.size > self.limits.download:
            raise bad("file is too big")
        token = self._world.media.open(stored.id, self._world.clock(), LINK_SECONDS)
        return {
            "file_id": file_id,
            "file_unique_id": f"AQAD{stored.id}",
            "file_size": known.size,
            "file_path": f"files/{stored.id}/{token}/{stored.name or 'file'}",
        }

    def download(self, stored_id: str, token: str) -> web.Response:
        """Serves the bytes; raises TelegramError 404 when the link has run out."""
        if self._world.media.redirect:
            return web.Response(status=302, headers={"Location": self._world.media.redirect})
        stored = self._world.media.redeem(stored_id, token, self._world.clock())
        if stored is None:
            raise TelegramError(404, "Not Found")
        return web.Response(body=stored.content, content_type="application/octet-stream")

    def _uploaded(self, kind: str, field: Any) -> tuple[Media, Stored]:
        content = field.file.read()
        if len(content) > self.limits.file:
            raise TelegramError(413, "Request Entity Too Large")
        if not content:
            raise bad("file must be non-empty")
        if kind == "photo" and len(content) > self.limits.photo:
            raise bad("too big for a photo")
        if kind == "photo" and not content.startswith(PICTURES):
            raise bad("IMAGE_PROCESS_FAILED")
        stored = self._world.media.add(field.content_type, content, field.filename)
        return shown(kind, stored), stored

    async def _fetched(self, kind: str, link: str) -> tuple[Media, Stored | None]:
        try:
            stored = await self._world.media.fetch(link, self._world.session)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise bad("failed to get HTTP URL content") from error
        if stored is None:
            return Media(_kind_shown(kind), link=link, name=link.split("?", maxsplit=1)[0].rsplit("/", 1)[-1]), None
        if not stored.mime.startswith(BY_ADDRESS.get(kind, ())):
            raise bad("wrong type of the web page content")
        if len(stored.content) > (self.limits.photo_by_address if kind == "photo" else self.limits.file_by_address):
            raise bad("failed to get HTTP URL content")
        return shown(kind, stored), stored


def shown(kind: str, stored: Stored) -> Media:
    """Shows a file in a bubble."""
    return Media(_kind_shown(kind), stored.mime, f"/media/{stored.id}", name=stored.name, size=len(stored.content))


def _kind_shown(kind: str) -> str:
    return {"photo": "image", "animation": "video", "video_note": "video"}.get(kind, kind)
