"""Finds the known name that a misspelt one means."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Finds the known name most like `name`; None when none is like it."""
    near = get_close_matches(name, list(known), 1)
    return near[0] if near else None


def hint(name: str, known: Iterable[str]) -> str:
    """Asks about the nearest known name, to end a complaint with: "; did you mean 'returns'?"."""
    near = nearest(name, known)
    return f"; did you mean {near!r}?" if near else ""


def one_of(name: str, known: Iterable[str], some: str = "one") -> str:
    """Says what is expected in place of `name`: "expected one of DHL, UPS; did you mean 'UPS'?"."""
    listed = list(known)
    return f"expected {some} of {', '.join(listed)}{hint(name, listed)}"
