"""Writes and reads the file of a backup: a tar whose first member says what it is, and whose last proves it whole.

doorstep.json   version of the form and of the schema, columns of each table
rows/<table>    one JSON array a line, gzipped
media/<name>    contents of files
store/<path>    the store's own files
secret_key
end.json        the SHA-256 of everything before
"""

import gzip
import hashlib
import io
import os
import secrets
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from core.errors import ConfigurationError

FORM = 1  # of the file; what reads it says so when it meets a later one
HEAD, END, KEY = "doorstep.json", "end.json", "secret_key"
ROWS, MEDIA, STORE = "rows/", "media/", "store/"
CHUNK = 256 * 1024


class Head(msgspec.Struct, frozen=True):
    """Says what is in a backup. `tables`: the columns of each, in the order of a row; `rows`: about how many in all."""

    form: int
    product: str
    schema: str
    made_at: str
    tables: dict[str, list[str]]
    rows: int = 0


class Writer:
    """Writes a backup. The file has its name when it is whole; an exception leaves nothing."""

    def __init__(self, path: Path, head: Head) -> None:
        if path.exists():
            raise ConfigurationError(f"{path} exists already; name another file")
        self._path = path
        self._draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        # It holds the key and everything that customers wrote: for its owner alone.
        self._file = os.fdopen(os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._tar = tarfile.TarFile(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)
        self._sums: dict[str, str] = {}
        self._head = head

    def __enter__(self) -> Self:
        self.add(HEAD, msgspec.json.encode(self._head))
        return self

    def __exit__(self, kind: type[BaseException] | None, _value: object, _trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._file.close()
            self._draft.unlink(missing_ok=True)

    def add(self, name: str, content: bytes) -> None:
        """Adds a member."""
        self._add(name, io.BytesIO(content), len(content))

    def add_rows(self, table: str, rows: Iterable[list[Any]]) -> int:
        """Adds a table; returns the number of its rows."""
        number = 0
        with tempfile.TemporaryFile(dir=self._path.parent) as file:
            with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed:
                for row in rows:
                    packed.write(msgspec.json.encode(row) + b"\n")
                    number += 1
            size = file.tell()
            file.seek(0)
            self._add(ROWS + table, file, size)
        return number

    def _add(self, name: str, content: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        summed = _Summed(content)
        self._tar.addfile(info, summed)
        self._sums[name] = summed.digest

    def _finish(self) -> None:
        self.add(END, msgspec.json.encode(self._sums))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        try:
            self._path.hardlink_to(self._draft)
        except FileExistsError:
            raise ConfigurationError(f"{self._path} exists already; name another file") from None


class _Summed(io.RawIOBase):
    """Sums up what is read of a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Reads on."""
        found = self._file.read(size)
        self._sum.update(found)
        return found

    @property
    def digest(self) -> str:
        """Returns the SHA-256 of what was read."""
        return self._sum.hexdigest()


class Archive:
    """Reads a backup that is whole. Raises ConfigurationError for a file that is none, is damaged or too new."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self.head = self._proved()
        except OSError as error:
            raise ConfigurationError(f"{path}: cannot be read ({type(error).__name__})") from error
        except (tarfile.TarError, msgspec.DecodeError, EOFError) as error:
            raise ConfigurationError(f"{path}: is no backup of Doorstep, or is damaged") from error

    def rows(self, table: str) -> Iterator[list[Any]]:
        """Reads the rows of a table."""
        with tarfile.open(self._path) as tar, gzip.open(_content(tar, tar.getmember(ROWS + table))) as lines:
            decode = msgspec.json.Decoder(list[Any]).decode
            for line in lines:
                yield decode(line)

    def members(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Reads (name, content) of everything in a folder of the backup."""
        with tarfile.open(self._path) as tar:
            for member in tar:
                if member.name.startswith(folder):
                    yield member.name.removeprefix(folder), _content(tar, member).read()

    def names(self, folder: str) -> list[str]:
        """Lists what is in a folder of the backup."""
        return [name.removeprefix(folder) for name in self._sums if name.startswith(folder)]

    @property
    def secret_key(self) -> str:
        """Reads the installation's key."""
        return next(content for _, content in self.members(KEY)).decode()

    def _proved(self) -> Head:
        """Reads the whole file once, before anything is taken from it."""
        with tarfile.open(self._path) as tar:
            first = tar.next()
            if first is None or first.name != HEAD:
                raise ConfigurationError(f"{self._path}: is no backup of Doorstep")
            head = msgspec.json.decode(_content(tar, first).read())
            if not isinstance(head, dict) or head.get("form") != FORM:
                raise ConfigurationError(f"{self._path}: was made by a later version of Doorstep; restore it with that")
            sums: dict[str, str] = {}
            proof = b""
            for member in tar:
                if not member.isfile() or PurePosixPath(member.name).is_absolute() or ".." in member.name.split("/"):
                    raise ConfigurationError(f"{self._path}: holds what no backup of Doorstep does ({member.name})")
                if member.name == END:
                    proof = _content(tar, member).read()
                else:
                    sums[member.name] = _sum(_content(tar, member))
        if not proof or msgspec.json.decode(proof) != sums:
            raise ConfigurationError(f"{self._path}: is damaged or cut off; take another backup")
        self._sums = sums
        return msgspec.convert(head, Head)


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    found = tar.extractfile(member)
    if found is None:
        raise tarfile.ReadError(member.name)
    return found


def _sum(file: IO[bytes]) -> str:
    total = hashlib.sha256()
    while chunk := file.read(CHUNK):
        total.update(chunk)
    return total.hexdigest()
