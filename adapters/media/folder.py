"""Keeps files in a folder of this machine."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.errors import Outcome, SendError

CHUNK = 256 * 1024
_NAME = re.compile(r"[0-9a-z]+(/[0-9a-z]+)*")


class FolderBlobs:
    """Keeps files under `root` by name, which may have folders. Blocking; safe from any thread and process."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, content: bytes, mime: str) -> None:
        """Keeps the file, whole or not at all. Raises SendError (RETRY, "media_store")."""
        del mime  # is kept in the file's row
        path = self._path(name)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with _store_errors():
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)  # only its owner may enter
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _write(draft, content)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
            _flush(path.parent)

    def get(self, name: str) -> bytes:
        """Reads the content. Raises SendError: CONTENT_REJECTED ("media_gone"), or RETRY ("media_store")."""
        with _store_errors():
            return self._path(name).read_bytes()

    def stream(self, name: str) -> Iterator[bytes]:
        """Reads the content in pieces; the file is open when this returns. Raises like `get`."""
        with _store_errors():
            return _chunks(self._path(name).open("rb"))

    def delete(self, name: str) -> None:
        """Removes the file, if it is there. Raises SendError (RETRY, "media_store")."""
        with _store_errors():
            self._path(name).unlink(missing_ok=True)

    def check(self) -> str:
        """Checks whether files can be kept; returns a line for people. Raises SendError."""
        self.put("check", b"ok", "text/plain")
        self.delete("check")
        return f"files are kept in {self._root}"

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("not a name of ours")
        return self._root / name


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """Flushes the folder too, so that the new name survives."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise SendError(Outcome.CONTENT_REJECTED, "media_gone") from None
    except OSError as error:  # full, read-only, not ours
        raise SendError(Outcome.RETRY, "media_store", type(error).__name__) from error
