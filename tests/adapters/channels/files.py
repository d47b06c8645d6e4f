"""Keeps media that an account may send, in memory."""

from collections.abc import Mapping

from core.errors import Outcome, SendError

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + b"\x08" * 64 + bytes.fromhex("ffd9")
PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


class KeptFiles:
    """Keeps `core.ports.files.Files` in a dict: media id -> content."""

    def __init__(self, kept: Mapping[str, bytes] | None = None) -> None:
        self.kept = {"photo1": JPEG, "label1": PDF} if kept is None else dict(kept)

    async def read(self, media_id: str) -> bytes:
        """Returns the content; raises the error of something that is gone."""
        if media_id not in self.kept:
            raise SendError(Outcome.CONTENT_REJECTED, "media_gone")
        return self.kept[media_id]
