"""A channel's limits and features, as data."""

from pathlib import Path
from typing import Any, TypeVar

import msgspec
from ruamel.yaml import YAML

from core.errors import ConfigurationError, Outcome

T = TypeVar("T")


class Capabilities(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a channel can carry. Lengths are in `text_unit`s; zero means the channel has no such thing."""

    channel: str
    text_max: int
    text_unit: str = "chars"  # chars, utf16
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
    window_hours: float | None = None  # None: no reply window
    human_window_hours: float | None = None  # a person may still write for so long
    writes_first: bool = False  # may reach somebody who never wrote
    templates: bool = False
    receipts: bool = True
    rate: float = 0  # messages/s for one sender, 0 = unlimited
    pair_seconds: float = 0  # seconds between messages to one recipient
    pair_burst: int = 1


class ErrorTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Provider code -> outcome. `unknown` is for codes nobody has seen: they are never retried blindly."""

    codes: dict[str, Outcome]
    scopes: dict[str, str] = {}
    unknown: Outcome = Outcome.CONTENT_REJECTED

    def outcome(self, code: str) -> Outcome:
        """The outcome of `code`."""
        return self.codes.get(code, self.unknown)


def load_capabilities(path: Path) -> Capabilities:
    """Reads a `limits.yaml`. Raises ConfigurationError."""
    return _load(path, Capabilities)


def load_errors(path: Path) -> ErrorTable:
    """Reads an `errors.yaml`: `codes: {outcome: [code, …]}`. Raises ConfigurationError."""
    raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    codes = {str(code): outcome for outcome, listed in raw.get("codes", {}).items() for code in listed}
    return _convert(path, {**raw, "codes": codes}, ErrorTable)


def _load(path: Path, kind: type[T]) -> T:
    return _convert(path, YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")), kind)


def _convert(path: Path, raw: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{path}: {error}") from error
