"""Writes where a page ended as an opaque word, and reads it."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from bots.http.api.route import Asked, Page, RefusedError, wrong

T = TypeVar("T")
_ID = re.compile(r"[0-9a-z_-]{1,64}", re.ASCII)


def cursor_of(id_: str) -> str:
    """Writes the cursor of a page whose last item has this id."""
    return base64.urlsafe_b64encode(f"1:{id_}".encode()).decode().rstrip("=")


def after(asked: Asked) -> str | None:
    """Reads the id after which the page begins; None for the first page. Raises RefusedError."""
    id_ = place(asked)
    if id_ is not None and not _ID.fullmatch(id_):
        raise no_cursor()
    return id_


def place(asked: Asked) -> str | None:
    """Reads what `cursor_of` wrote; None for the first page. Raises RefusedError."""
    word = asked.word("cursor")
    if not word:
        return None
    try:
        form, _, id_ = base64.urlsafe_b64decode(word.encode() + b"=" * (-len(word) % 4)).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        form, id_ = "", ""
    if form != "1":
        raise no_cursor()
    return id_


def no_cursor() -> RefusedError:
    """Makes the refusal of what is no cursor."""
    return wrong("cursor", "this is no cursor of a list: take `next` of the page before, as it is")


def page(rows: Sequence[Any], limit: int, shown: Callable[[Any], T]) -> Page[T]:
    """Makes the page of rows that have an `id`, read one beyond `limit` to know whether another page follows."""
    following = cursor_of(rows[limit - 1].id) if len(rows) > limit else None
    return Page([shown(row) for row in rows[:limit]], following)
