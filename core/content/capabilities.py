"""Reads a channel's limits, features and error codes, as data."""

from pathlib import Path

import msgspec

from core.content.media_types import codecs_of, fits
from core.content.styles import Markup
from core.errors import OWN_CODES, Outcome
from core.files.documents import Document


class MediaLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What media of one kind may be. `mimes` may end in `/*` or name codecs (`core.content.media_types`); no mimes: any
    type. `larger`: what may be larger than the others, and how large."""

    max_bytes: int
    mimes: tuple[str, ...] = ()
    larger: dict[str, int] = {}

    def takes(self, mime: str, size: int) -> bool:
        """Tells whether a file of this type and size (bytes) fits."""
        return size <= self.most(mime) and (not self.mimes or any(fits(mime, allowed) for allowed in self.mimes))

    def most(self, mime: str) -> int:
        """Returns how large a file of this type may be."""
        own = (most for name, most in self.larger.items() if codecs_of(mime) and fits(mime, name))
        return max(own, default=self.max_bytes)


class Capabilities(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a channel can carry. Lengths are in `text_unit`s; zero means the channel has no such thing."""

    channel: str
    text_max: int
    text_unit: str = "chars"  # chars, utf16
    markup: Markup = ""  # how bold and the like are shown: marks in the text, entities beside it; "": not at all
    buttons: int = 0  # choices that fit as buttons (quick replies, inline keyboard)
    button_title: int = 0
    button_text_max: int = 0  # text above buttons, when shorter than text_max
    list_rows: int = 0
    list_title: int = 0
    list_description: int = 0
    list_text_max: int = 0
    list_button: int = 0
    link_button: bool = False
    link_title: int = 0
    link_previews: bool = False  # a link in a text may be shown with its page's picture, if we want that
    media: dict[str, MediaLimit] = {}  # kind -> what may be sent; kinds that are missing become links
    caption_max: int = 0  # 0: media goes without words, the text follows
    inbound_media_max: int = 0  # bytes that a customer can send
    location_request: bool = False
    contact_request: bool = False
    asks_name: bool = False  # no message names its sender: the name has to be asked for
    quoting: bool = False  # may answer a certain message
    read_marks: bool = False
    typing: bool = False
    revise_hours: float | None = None  # for so long we may change or take back what we sent; None: never
    edits_in: bool = False  # tells us when a customer changes or takes back a message
    deletes_in: bool = False
    reactions_in: bool = False
    answers_keywords: tuple[str, ...] = ()  # consent words that the provider answers itself
    window_hours: float | None = None  # None: no reply window
    human_window_hours: float | None = None  # a person may still write for so long
    writes_first: bool = False  # may reach somebody who never wrote
    templates: bool = False
    receipts: bool = True
    read_receipts: bool = False  # which say when a message was read, too
    rate: float = 0  # messages/s for one sender, 0 = unlimited
    pair_seconds: float = 0  # seconds between messages to one recipient
    pair_burst: int = 1


class ErrorTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Provider code -> outcome. `unknown` is for codes nobody has seen: they are never retried blindly.

    `scopes`: code -> whom it is about, where that is not the whole sender (core.errors.SendError.scope).
    """

    codes: dict[str, Outcome]
    scopes: dict[str, str] = {}
    unknown: Outcome = Outcome.CONTENT_REJECTED

    def knows(self, code: str) -> bool:
        """Tells whether the table has this code, or it is one of our own, which need no table."""
        return code in self.codes or code in OWN_CODES or code.startswith("http_")

    def outcome(self, code: str) -> Outcome:
        """Returns the outcome of `code`."""
        return self.codes.get(code, self.unknown)


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An `errors.yaml`: outcome -> its codes."""

    codes: dict[Outcome, tuple[str | int, ...]] = {}
    scopes: dict[str, str] = {}
    unknown: Outcome = Outcome.CONTENT_REJECTED


def load_capabilities(path: Path) -> Capabilities:
    """Reads a `limits.yaml`. Raises ConfigurationError."""
    return Document(path).read(Capabilities)


def load_errors(path: Path) -> ErrorTable:
    """Reads an `errors.yaml`: `codes: {outcome: [code, …]}`. Raises ConfigurationError."""
    written = Document(path).read(_Written)
    codes = {str(code): outcome for outcome, listed in written.codes.items() for code in listed}
    return ErrorTable(codes, written.scopes, written.unknown)
