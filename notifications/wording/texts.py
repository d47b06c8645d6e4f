"""Reads the wording of notices: one file per kind and language, checked when loaded.

`<kind>/<locale>.yaml` (or `<kind>.<locale>.yaml`) holds `text` and, where a channel needs its own, one by its name
(`sms`); `link_title` names the link. `common.<locale>.yaml` holds what all share. A text with a variable that its
kind does not have is an error, so is an SMS that does not name the shop.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta

from core.documents import Document
from core.templating.expressions import Text as Template
from core.templating.sandbox import ExpressionRefused, environment
from notifications import kinds
from notifications.catalogue import KINDS

SHARED = ("shop", "name", "place")  # variables of every text: the store, the customer, the city of their zone
PACKAGED = (Path(__file__).parent, Path(kinds.__file__ or "").parent)
Words = Annotated[str, Meta(min_length=1)]

_JINJA = environment({})


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads a `<kind>.<locale>.yaml`, but for the channels' own texts."""

    text: Words
    link_title: str = ""


class Common(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads a `common.<locale>.yaml`. `opt_out` ends every marketing message, `opt_out_sms` on SMS."""

    opt_out: Words
    opt_out_sms: Words


class Text(msgspec.Struct, frozen=True):
    """Holds a wording ready to be filled, by channel."""

    templates: Mapping[str, Template]
    link_title: str

    def fill(self, channel: str, values: Mapping[str, str]) -> str:
        """Fills the text for `channel`. Raises ExpressionFailed for a variable that has no value."""
        return self.templates[channel](dict(values)).strip()


class Texts(msgspec.Struct, frozen=True):
    """Holds all wordings: by kind and locale, and the common ones by locale."""

    kinds: Mapping[str, Mapping[str, Text]]
    common: Mapping[str, Common]


def load_texts(channels: Collection[str], *folders: Path) -> Texts:
    """Reads the texts of `folders`; a file of a later folder replaces the one of the same name.

    `channels` are those that there are: each may have a text of its own. Raises ConfigurationError.
    """
    files = {_names(path): path for folder in folders for path in _files(folder)}
    form = _form(channels)
    found: dict[str, dict[str, Text]] = {name: {} for name in KINDS}
    common: dict[str, Common] = {}
    for (name, locale), path in files.items():
        document = Document(path)
        if name == "common":
            common[locale] = document.read(Common)
        elif name in found:
            found[name][locale] = _text(document, name, form, channels)
        else:
            raise document.fault(f"expected the file's name to begin with common or one of {', '.join(KINDS)}")
    return Texts(found, common)


def _files(folder: Path) -> list[Path]:
    """Lists `<name>.<locale>.yaml`, and `<locale>.yaml` in the folder `<name>`."""
    inside = [path for path in folder.glob("*/*.yaml") if path.parent.name in KINDS and "." not in path.stem]
    return sorted([*folder.glob("*.*.yaml"), *inside])


def _names(path: Path) -> tuple[str, str]:
    """Reads (kind or `common`, locale) from a file's name."""
    name, _, locale = path.stem.rpartition(".")
    return (name or path.parent.name, locale)


def _form(channels: Collection[str]) -> type[Wording]:
    """Makes the form of a wording with a text for each of `channels`."""
    own: list[tuple[str, Any, Any]] = [(channel, Words, "") for channel in channels]
    form = msgspec.defstruct("Wording", own, bases=(Wording,), frozen=True, forbid_unknown_fields=True)
    return cast("type[Wording]", form)


def _text(document: Document, kind: str, form: type[Wording], channels: Collection[str]) -> Text:
    wording = document.read(form)
    allowed = {*SHARED, *KINDS[kind].variables}
    written = {channel: channel if getattr(wording, channel) else "text" for channel in channels}
    compiled = {field: _template(document, field, wording, allowed) for field in set(written.values())}
    if "sms" in written and ("shop",) not in compiled[written["sms"]].names:
        raise document.fault("expected {{ shop }} in it: an SMS names who writes", written["sms"])
    return Text({channel: compiled[field] for channel, field in written.items()}, wording.link_title)


def _template(document: Document, field: str, wording: Wording, allowed: set[str]) -> Template:
    try:
        template = Template(_JINJA, getattr(wording, field))
    except ExpressionRefused as error:
        raise document.fault(str(error), field) from error
    unknown = sorted({path[0] for path in template.names} - allowed)
    if unknown:
        raise document.fault(f"there is no {unknown[0]}: expected some of {', '.join(sorted(allowed))}", field)
    return template
