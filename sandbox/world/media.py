"""Holds pictures, voice notes and files, and the links to them."""

import hashlib
import secrets
import struct
import time
import zlib
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp
import msgspec

SIZE_LIMIT = 101 * 1024 * 1024
DAY = 86_400
LOCAL = {"127.0.0.1", "localhost"}


class Stored(msgspec.Struct):
    """One file, kept until `gone` (epoch seconds; 0: as long as there is room). `owner` is the account that has it."""

    id: str
    mime: str
    content: bytes
    name: str
    gone: float = 0.0
    owner: str = ""
    links: dict[str, float] = {}

    @property
    def sha256(self) -> str:
        """Computes the hex digest of the content."""
        return hashlib.sha256(self.content).hexdigest()


class MediaStore:
    """Keeps the newest 500 files by id, and the short-lived links to them.

    `redirect` is where downloads lead instead, "" for nowhere else; `origin` is the scheme, host and port of links that
    the platforms give out, "" for the stand-ins' own.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.redirect = ""
        self.origin = ""
        self._clock = clock
        self._files: dict[str, Stored] = {}

    def add(self, mime: str, content: bytes, name: str = "", days: float = 0) -> Stored:
        """Keeps a file, for so many days; returns it with its new numeric id."""
        file_id = str(secrets.randbelow(9 * 10**14) + 10**14)
        gone = self._clock() + days * DAY if days else 0.0
        self._files[file_id] = Stored(file_id, mime, content, name, gone)
        if len(self._files) > 500:
            del self._files[next(iter(self._files))]
        return self._files[file_id]

    def get(self, file_id: str) -> Stored | None:
        """Finds the file with this id, if it is still there."""
        stored = self._files.get(file_id)
        return None if stored is None or 0 < stored.gone < self._clock() else stored

    def kept(self) -> list[Stored]:
        """Lists all files, oldest first."""
        return list(self._files.values())

    def take_up(self, files: list[Stored]) -> None:
        """Goes on with files that were kept before."""
        self._files = {stored.id: stored for stored in files}

    def sample(self, kind: str) -> Stored:
        """Copies a small real file: image, voice, audio, sticker, video or document."""
        mime, name, make = SAMPLES[kind]
        return self.add(mime, make(), name)

    def open(self, file_id: str, now: float, seconds: float) -> str:
        """Makes the secret part of a new link that is good for so many seconds. Raises KeyError."""
        token = secrets.token_urlsafe(18)
        self._files[file_id].links[token] = now + seconds
        return token

    def redeem(self, file_id: str, token: str, now: float) -> Stored | None:
        """Finds the file behind a link that `open` gave out; None when the link or the file is no more."""
        stored = self.get(file_id)
        return stored if stored and now < stored.links.get(token, 0) else None

    def expire(self, file_id: str = "") -> int:
        """Closes all links to a file, or to all of them; returns how many were open. Raises KeyError."""
        files = [self._files[file_id]] if file_id else list(self._files.values())
        closed = sum(len(stored.links) for stored in files)
        for stored in files:
            stored.links.clear()
        return closed

    def forget(self, file_id: str) -> bool:
        """Deletes a file; False when it was not there."""
        return self._files.pop(file_id, None) is not None

    async def fetch(self, link: str, session: aiohttp.ClientSession) -> Stored | None:
        """Fetches a link as a platform does; None for other hosts than this machine (they count as fetched).

        Raises aiohttp.ClientError, TimeoutError, or ValueError for more than SIZE_LIMIT bytes.
        """
        if urlsplit(link).hostname not in LOCAL:
            return None
        async with session.get(link, timeout=aiohttp.ClientTimeout(total=10)) as response:
            response.raise_for_status()
            content = bytearray()
            async for chunk in response.content.iter_any():
                content += chunk
                if len(content) > SIZE_LIMIT:
                    raise ValueError("the file is too large")
            return self.add(response.content_type, bytes(content), urlsplit(link).path.rsplit("/", 1)[-1])


def _png(width: int = 320, height: int = 240) -> bytes:
    rows = b"".join(
        b"\x00" + b"".join(bytes((200 - y // 3, 120 + x // 4, 90 + (x ^ y) % 40)) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data)) for tag, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _ogg() -> bytes:
    head = b"OpusHead\x01\x01\x38\x01\x80\x3e\x00\x00\x00\x00\x00"
    page = b"OggS\x00\x02" + bytes(8) + secrets.token_bytes(4) + bytes(4) + bytes(4) + bytes((1, len(head))) + head
    return page + bytes(400)


def _webp() -> bytes:
    frame = bytes.fromhex("2f00000000 0750 d0ffb1".replace(" ", "")) + bytes(5)
    body = b"WEBPVP8L" + struct.pack("<I", len(frame)) + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _mp4() -> bytes:
    return struct.pack(">I", 24) + b"ftypmp42" + bytes(4) + b"mp42isom" + struct.pack(">I", 8) + b"mdat"


def _pdf() -> bytes:
    catalog = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    return b"%PDF-1.4\n" + catalog + b"trailer<</Root 1 0 R>>\n%%EOF\n"


SAMPLES = {
    "image": ("image/png", "photo.png", _png),
    "voice": ("audio/ogg", "voice.ogg", _ogg),
    "audio": ("audio/ogg", "audio.ogg", _ogg),
    "sticker": ("image/webp", "sticker.webp", _webp),
    "video": ("video/mp4", "video.mp4", _mp4),
    "document": ("application/pdf", "invoice.pdf", _pdf),
    "animation": ("video/mp4", "animation.mp4", _mp4),
    "video_note": ("video/mp4", "round.mp4", _mp4),
}
