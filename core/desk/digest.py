"""Defines the digest that the desk is posted: how a week or a month was, in words that are ready."""

import msgspec


class DigestLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence, and where there is more: the address `url`, called `link`."""

    text: str
    url: str = ""
    link: str = ""


class DigestPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """Some sentences under a title."""

    title: str
    lines: tuple[DigestLine, ...]


class DigestView(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds the whole: `foot` says what it is counted from."""

    title: str
    parts: tuple[DigestPart, ...]
    foot: DigestLine | None = None
