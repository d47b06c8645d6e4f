"""Defines templates as the provider has them, and what a library of its own offers."""

from typing import Protocol, runtime_checkable

import msgspec

OPEN_URL, QUICK_REPLY = "open_url", "quick_reply"  # buttons that a message gives something


class TemplateShape(msgspec.Struct, frozen=True):
    """What a registered template wants filled in: its values by name, or "1", "2", …

    `header`: "", text, image, document, video. `buttons`: what each may be given, OPEN_URL, QUICK_REPLY or "".
    """

    is_named: bool = False
    header: str = ""
    header_values: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()


class TemplateState(msgspec.Struct, frozen=True, omit_defaults=True):
    """A template as the provider has it; both words in lower case.

    `status`: approved, pending, rejected, paused, disabled. `category`: utility, marketing, authentication. `shape`:
    what it wants, where the provider says so.
    """

    name: str
    language: str
    category: str
    status: str
    shape: TemplateShape | None = None


class Offer(msgspec.Struct, frozen=True):
    """A template that a provider offers to everybody: its words, how many values they want, its buttons with a link."""

    name: str
    language: str
    category: str
    header: str
    text: str
    header_values: int
    values: int
    urls: tuple[str, ...] = ()


@runtime_checkable
class TemplateLibrary(Protocol):
    """Offers templates: a channel whose provider has a library is one."""

    async def offered(self, name: str, language: str) -> Offer | None:
        """Finds what the library has by this name; None when it is not there in this language. Raises SendError."""
        ...

    async def adopt(self, offer: Offer, name: str, url: str) -> TemplateState:
        """Makes it ours under `name`; `url` is where its buttons lead, {{1}} at the end. Raises SendError."""
        ...
