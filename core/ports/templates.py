"""Defines templates as the provider has them, and what a library of its own offers."""

from collections.abc import Mapping
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


class Draft(msgspec.Struct, frozen=True):
    """A wording to be approved. Its values stand in `text` as {{name}} or {{1}}, with an example of each.

    `category`: utility or marketing. `buttons` are titles that a customer presses to answer (id, title). `valid_for`:
    after how many seconds a message by it is of no use; 0 where that is longer than a provider could be told.
    """

    name: str
    language: str
    category: str
    text: str
    examples: dict[str, str]
    buttons: tuple[tuple[str, str], ...] = ()
    valid_for: int = 0

    @property
    def is_named(self) -> bool:
        """Tells whether its values go by name."""
        return not all(name.isdecimal() for name in self.examples)


class Wording(msgspec.Struct, frozen=True):
    """A template with its words, as the provider has it. Messages call it by `id`: its name, or a ContentSid."""

    id: str
    name: str
    language: str
    category: str
    status: str
    text: str


@runtime_checkable
class TemplateMaker(Protocol):
    """Takes wordings to be approved."""

    @property
    def template_languages(self) -> Mapping[str, str]:
        """Returns what our languages are called there: {"zh": "zh_CN"}."""
        ...

    @property
    def template_buttons(self) -> bool:
        """Tells whether a wording may have buttons to answer by."""
        ...

    async def wordings(self) -> list[Wording]:
        """Lists the templates there are, with their words. Raises SendError."""
        ...

    async def submit(self, draft: Draft) -> Wording:
        """Submits one for approval. Raises SendError."""
        ...
