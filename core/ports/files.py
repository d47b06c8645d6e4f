"""Defines what is asked of whatever keeps files."""

from collections.abc import Iterator
from typing import Protocol


class Files(Protocol):
    """Reads the bytes of media that we keep."""

    async def read(self, media_id: str) -> bytes:
        """Reads the content. Raises SendError: CONTENT_REJECTED ("media_gone") when it is no longer kept."""
        ...


class Blobs(Protocol):
    """Keeps contents by name, in a folder or a bucket. Blocking; safe from any thread."""

    def put(self, name: str, content: bytes, mime: str) -> None:
        """Keeps it, or replaces it. Raises SendError."""
        ...

    def get(self, name: str) -> bytes:
        """Reads the content. Raises SendError: CONTENT_REJECTED ("media_gone") when it is not there."""
        ...

    def stream(self, name: str) -> Iterator[bytes]:
        """Reads the content in pieces. Raises like `get`, at once."""
        ...

    def delete(self, name: str) -> None:
        """Removes it, if it is there. Raises SendError."""
        ...

    def check(self) -> str:
        """Checks whether it can keep something; returns a line for people. Raises SendError."""
        ...
