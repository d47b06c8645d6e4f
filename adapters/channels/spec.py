"""Declares what a channel's folder says of itself in its `spec.py`: all that the rest of the product knows of it.

Every process reads every spec, whichever channels are on: a spec is data, and imports nothing that is large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.accounts import AccountForm, Setting

if TYPE_CHECKING:
    import msgspec

    from adapters.transport.http import Http
    from core.ports.files import Files


@dataclass(frozen=True)
class Line:
    """Describes a channel as customers, agents and operators know it ("SMS"). A provider's folder may bring several.

    A pace has no setting where `limits.yaml` is the last word.
    """

    name: str  # in addresses, rows and the store's files
    label: str  # for people
    icon: str = ":speech_balloon:"  # beside the customer's words in the desk
    place: int = 100  # in lists, and in the order of channels where the store names none
    link_previews: bool = False  # whether the store may choose that links are shown with a preview
    rate: Setting | None = None  # messages/s of one sender; 0 = unlimited
    pair_seconds: Setting | None = None  # between messages to one customer
    daily: Setting | None = None  # customers written to first in 24 hours; 0 = unlimited


@dataclass(frozen=True)
class Spec:
    """Describes a folder in `adapters/channels`.

    `api_url` is where the provider is called; its host may be a private address, as files may be fetched from there.
    `limits`: the folder's limits files, with their heads in the table of `doorstep channels limits`.
    """

    form: AccountForm
    account: type[msgspec.Struct]  # made of what the form asks for
    api_url: Setting
    lines: tuple[Line, ...]
    limits: tuple[tuple[str, str], ...]
    templates: bool = False  # approved ones stand in the section of this name in the store's `templates.yaml`

    @property
    def name(self) -> str:
        """Returns the folder's name."""
        return self.form.name

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Lists the settings for the whole installation."""
        paces = (each for line in self.lines for each in (line.rate, line.pair_seconds, line.daily))
        return (self.api_url, *(each for each in paces if each is not None))


@dataclass(frozen=True)
class Site:
    """Holds what a channel's accounts are built with. `public_url` is what the provider calls us by."""

    api_url: str
    http: Http
    files: Files  # the media that accounts send
    public_url: str = ""
