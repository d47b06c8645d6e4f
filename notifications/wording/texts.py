"""Reads the wording of notices: one file per kind and language, checked when loaded.

`<kind>/<locale>.yaml` (or `<kind>.<locale>.yaml`) holds `text` and, where a channel needs its own, one by its name
(`sms`); `link_title` names the link. `common.<locale>.yaml` holds what all share. The store's own files come over
ours: a `text` of its own takes the place of all our wordings, anything else of just that. A text with a variable that
its kind does not have is an error, so is an SMS that does not name the shop.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from core.errors import ConfigurationError
from core.files.documents import Document
from core.files.near import one_of
from core.templating.expressions import Text as Template
from core.templating.sandbox import ExpressionRefused, environment
from notifications import kinds
from notifications.catalogue.kind_file import FILE
from notifications.notice import Kinds

SHARED = ("shop", "name", "place")  # variables of every text: the store, the customer, the city of their zone
COMMON = "common"
BANNERS = frozenset({"banner", "banner_late", "banner_busy"})
BANNER = {"holiday", "service", "order_by", "place", "pick_up", "pick_up_by", "gift_card"}
PACKAGED = (Path(__file__).parent, Path(kinds.__file__ or "").parent)
Words = Annotated[str, Meta(min_length=1)]

LIKE = "notices/shipped.en.yaml or notices/shipped/en.yaml"
_LOCALE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_JINJA = environment({})


class Common(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads a `common.<locale>.yaml`. `opt_out` ends every marketing message, `opt_out_sms` on SMS; `choices` are the
    titles of buttons by what they start. `banner` is for the shop's site in peak season: until when to order;
    `banner_late` when that is over, `banner_busy` where no holiday is ahead."""

    opt_out: str = ""
    opt_out_sms: str = ""
    choices: dict[str, Words] = {}
    banner: str = ""
    banner_late: str = ""
    banner_busy: str = ""


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


class Written(msgspec.Struct, frozen=True):
    """Holds one wording as it stands in a file, checked."""

    template: Template
    document: Document


def check_own(folder: Path) -> None:
    """Raises ConfigurationError for a file in the store's folder of texts that would never be read."""
    texts = {path for _, _, path in _files(folder)}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".py":
            raise ConfigurationError(f"{path}: Python is not run from the store's folder; expected YAML")
        if path.suffix in (".yaml", ".yml") and path not in texts and path.name != FILE:
            raise ConfigurationError(
                f"{path}: this file is not read; expected a text by kind and language, like {LIKE}"
            )


def load_texts(known: Kinds, channels: Collection[str], *folders: Path) -> Texts:
    """Reads the texts of `folders`, later ones over earlier, for the kinds that are known.

    `channels` are those that there are: each may have a text of its own. Raises ConfigurationError.
    """
    form = _form(channels)
    found: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in (COMMON, *known)}
    for name, locale, path in (each for folder in folders for each in _files(folder)):
        document = Document(path)
        if name not in found:
            raise document.fault(f"no kind of notice is called {name}; {one_of(name, found)}")
        before = found[name].get(locale, {})
        found[name][locale] = (
            _common(document, before) if name == COMMON else _over(document, before, known[name].variables, form)
        )
    common = found.pop(COMMON)
    return Texts(
        {kind: {locale: _text(wordings, channels) for locale, wordings in of.items()} for kind, of in found.items()},
        {locale: Common(**words) for locale, words in common.items()},
    )


def load_common(*folders: Path) -> Mapping[str, Common]:
    """Reads what all notices share, by locale, and no more. Raises ConfigurationError."""
    found: dict[str, dict[str, Any]] = {}
    for name, locale, path in (each for folder in folders for each in _files(folder)):
        if name == COMMON:
            found[locale] = _common(Document(path), found.get(locale, {}))
    return {locale: Common(**words) for locale, words in found.items()}


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fills in a text of `Common`. Raises ExpressionRefused, ExpressionFailed."""
    return Template(_JINJA, text)(dict(values)).strip()


def _files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Lists a folder's texts with kind (or `common`) and locale: `<kind>.<locale>.yaml`, `<kind>/<locale>.yaml`."""
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*/*.yaml")]):
        name, _, locale = path.stem.rpartition(".")
        if path.parent != folder:
            name, locale = path.parent.name, path.stem
        if path.name != FILE and _LOCALE.fullmatch(locale):
            yield name, locale, path


def _form(channels: Collection[str]) -> type[msgspec.Struct]:
    """Makes the form of a wording with a text for each of `channels`."""
    return _of_texts("Wording", ("text", "link_title", *channels))


def _of_texts(name: str, fields: Iterable[str]) -> type[msgspec.Struct]:
    own: list[tuple[str, Any, Any]] = [(field, Words, "") for field in fields]
    return msgspec.defstruct(name, own, frozen=True, forbid_unknown_fields=True)


def _said(document: Document, form: type[msgspec.Struct]) -> dict[str, Any]:
    return {field: said for field, said in msgspec.structs.asdict(document.read(form)).items() if said}


def _common(document: Document, before: Mapping[str, Any]) -> dict[str, Any]:
    read = _said(document, Common)
    said = {**before, **read, "choices": {**before.get("choices", {}), **read.get("choices", {})}}
    for field in BANNERS & read.keys():
        _template(document, field, read[field], BANNER)
    missing = [field for field in ("opt_out", "opt_out_sms") if field not in said]
    if missing:
        raise document.fault(f"{missing[0]} is missing")
    return said


def _over(
    document: Document, before: Mapping[str, Any], variables: Collection[str], form: type[msgspec.Struct]
) -> dict[str, Any]:
    """Puts what a file says over what earlier ones say of the same kind and language."""
    read = _said(document, form)
    if "text" not in read and "text" not in before:
        raise document.fault("text is missing")
    link_title = read.pop("link_title", before.get("link_title", ""))
    allowed = {*SHARED, *variables}
    own = {field: Written(_template(document, field, said, allowed), document) for field, said in read.items()}
    return {**({} if "text" in own else before), **own, "link_title": link_title}


def _text(wordings: Mapping[str, Any], channels: Collection[str]) -> Text:
    used: dict[str, Written] = {channel: wordings.get(channel, wordings["text"]) for channel in channels}
    if "sms" in used and ("shop",) not in used["sms"].template.names:
        field = "sms" if "sms" in wordings else "text"
        raise used["sms"].document.fault("expected {{ shop }} in it: an SMS names who writes", field)
    return Text({channel: written.template for channel, written in used.items()}, wordings["link_title"])


def _template(document: Document, field: str, said: str, allowed: set[str]) -> Template:
    try:
        template = Template(_JINJA, said)
    except ExpressionRefused as error:
        raise document.fault(str(error), field) from error
    unknown = sorted({path[0] for path in template.names} - allowed)
    if unknown:
        raise document.fault(f"there is no {unknown[0]}: {one_of(unknown[0], sorted(allowed), 'some')}", field)
    return template
