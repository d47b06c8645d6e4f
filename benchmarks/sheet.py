"""Reads the sheets of messages (`understanding/`), one for each language: what customers write, and what they mean."""

from pathlib import Path

import msgspec

from core.files.documents import Document, files

FOLDER = Path(__file__).parent / "understanding"

Messages = tuple[str, ...]


class Two(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds a message with two requests, in their order."""

    message: str
    intents: tuple[str, str]


class Refused(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds a message that names an intent and denies it."""

    message: str
    intent: str


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads the sheet of one language; `none` is out of scope, `risk` by its kind."""

    intents: dict[str, Messages]
    none: Messages
    two: tuple[Two, ...]
    risk: dict[str, Messages]
    person: Messages
    stop: Messages
    refused: tuple[Refused, ...]


def sheets() -> dict[str, Sheet]:
    """Reads all, by language. Raises ConfigurationError."""
    return {path.stem: Document(path).read(Sheet) for path in files(FOLDER)}
