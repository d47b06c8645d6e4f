"""Reads JSON from outside as plain values that everything behind can keep: bounded nesting, no NUL."""

from typing import Any

import msgspec

from core.errors import MalformedPayload

MAX_DEPTH = 50


def read_json(body: bytes) -> Any:
    """Reads the document in `body` (UTF-8, a mark is allowed), the last of repeated keys. Raises MalformedPayload."""
    try:
        document = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except msgspec.DecodeError as error:
        raise MalformedPayload(f"expected JSON: {error}", "$") from None
    except (RecursionError, UnicodeDecodeError):
        raise MalformedPayload("expected JSON in UTF-8 that is not nested so deep", "$") from None
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _deep(document):
        raise MalformedPayload(f"expected at most {MAX_DEPTH} levels of nesting", "$")
    # Looking at the bytes is cheap; the document is walked only when a NUL may be in it.
    return without_nul(document) if b"\\u0000" in body else document


def _deep(document: Any) -> bool:
    """Tells whether lists and objects are nested deeper than allowed; level by level, as no stack may run out."""
    level = [document]
    for _ in range(MAX_DEPTH + 1):
        level = [item for each in level for item in _items(each)]
    return bool(level)


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def without_nul(value: Any) -> Any:
    """Removes NUL characters, which PostgreSQL keeps neither in text nor in JSON."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [without_nul(each) for each in value]
    if isinstance(value, dict):
        return {without_nul(key): without_nul(each) for key, each in value.items()}
    return value
