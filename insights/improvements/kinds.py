"""Tells what a file of the store's folder is, and which numbers a change of it can move (`kinds.yaml`)."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import msgspec

from core.files.documents import Document

OTHER = "policy"
_TOPIC = re.compile(r"(?:flows|notices)/([a-z0-9_]+)")  # the flow or notice that a path names


class FileKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describes the files that a pattern names; `moves` are names of metrics."""

    files: str
    kind: str
    moves: tuple[str, ...]


class _Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kinds: tuple[FileKind, ...]


@cache
def kinds() -> Sequence[FileKind]:
    """Reads them, in the order in which they are asked."""
    return Document(Path(__file__).with_name("kinds.yaml")).read(_Kinds).kinds


def kind_of(file: str) -> FileKind:
    """Returns what a file is, by its path in the store's folder."""
    return next((each for each in kinds() if fnmatchcase(file, each.files)), FileKind(file, OTHER, ()))


def topic_of(file: str) -> str:
    """Returns the flow or the kind of notice that a path names; "" where it names none."""
    found = _TOPIC.match(file)
    return found[1] if found and found[1] != "common" else ""
