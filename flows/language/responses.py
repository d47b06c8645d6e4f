"""Reads and renders what we say: one file per locale, the same keys; variations, choices, links, placeholders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from core.errors import ConfigurationError
from core.files.documents import Place, fail, mapping, place, read, sequence, text
from core.templating.expressions import Expression, Text
from core.templating.sandbox import ExpressionFailed, ExpressionRefused, environment
from flows.files import add, layered, text_files
from flows.language.formats import FILTERS, SCOPE

DEFAULT_LOCALE = "en"
NESTING = 4  # how deep a phrase may include phrases
ENV = environment(FILTERS)
FIELDS = (
    *("text", "if", "channel", "choices", "each", "menu_title", "link", "link_title", "link_preview"),
    *("request", "request_title"),
)
_REQUESTS = ("location", "contact")


class ChoiceText(msgspec.Struct, frozen=True):
    """Says how a choice is shown and by which other words it is known."""

    title: Text
    description: Text | None = None
    synonyms: tuple[str, ...] = ()


class Variation(msgspec.Struct, frozen=True):
    """Holds one wording. `each` shows the choices that an action returned, with `item` for each. `request` asks for the
    customer's location or contact by a button, where the channel has one. `link_preview` shows a link in the text with
    its page's picture, or not; without it the store's setting for the channel decides."""

    text: Text
    condition: Expression | None = None
    channel: str = ""
    choices: dict[str, ChoiceText] = {}
    each: ChoiceText | None = None
    menu_title: Text | None = None
    link: Text | None = None
    link_title: Text | None = None
    link_preview: bool | None = None
    request: str = ""
    request_title: Text | None = None


class Response(msgspec.Struct, frozen=True):
    """Holds a key's wordings, in the order of the file."""

    key: str
    locale: str
    place: Place
    variations: tuple[Variation, ...]


class Reader:
    """Renders for one customer: who reads, when, and the values at hand."""

    __slots__ = ("_depth", "_responses", "locale", "now", "scope", "timezone")

    def __init__(
        self, responses: "Responses", scope: Mapping[str, Any], locale: str, timezone: str, now: datetime | None
    ) -> None:
        self._responses = responses
        self._depth = 0
        self.locale = locale
        self.timezone = timezone
        self.now = now
        self.scope = {**scope, SCOPE: self}

    def phrase(self, key: str, item: Any) -> str:
        """Renders response `key` about `item`. Raises ExpressionFailed when phrases include each other too deep."""
        if self._depth >= NESTING:
            raise ExpressionFailed(f"{key}: phrases are nested more than {NESTING} deep")
        self._depth += 1
        try:
            scope = {**self.scope, "item": item}
            return self._responses.wording(key, self.locale, scope).text(scope)
        finally:
            self._depth -= 1


class Responses:
    """Holds all responses of all locales; a missing key falls back zh-HK -> zh -> en.

    `added` are those whose key none of the files we ship has.
    """

    def __init__(self, by_locale: Mapping[str, Mapping[str, Response]], added: Sequence[Response] = ()) -> None:
        self.by_locale = by_locale
        self.added = added
        self._chains: dict[str, tuple[Mapping[str, Response], ...]] = {}

    def find(self, key: str, locale: str) -> Response | None:
        """Finds the response in the nearest locale."""
        chain = self._chains.get(locale)
        if chain is None:
            chain = tuple(self.by_locale[tag] for tag in fallbacks(locale) if tag in self.by_locale)
            if len(self._chains) < 1000:
                self._chains[locale] = chain
        for responses in chain:
            if key in responses:
                return responses[key]
        return None

    def wording(self, key: str, locale: str, scope: dict[str, Any]) -> Variation:
        """Chooses the first variation whose conditions hold, else the first without any. Raises ExpressionFailed."""
        found = self.find(key, locale)
        if found is None:
            raise ExpressionFailed(f"there is no response {key!r}")
        if len(found.variations) == 1:
            return found.variations[0]
        general = None
        for variation in found.variations:
            if not variation.channel and variation.condition is None:
                general = general or variation
            elif _holds(variation, scope):
                return variation
        return general or found.variations[0]

    def reader(
        self, scope: Mapping[str, Any], locale: str, timezone: str = "UTC", now: datetime | None = None
    ) -> Reader:
        """Makes a rendering for one customer."""
        return Reader(self, scope, locale, timezone, now)


def load_responses(folders: Sequence[Path]) -> Responses:
    """Reads `<locale>.yaml` of each folder and of the flows in it, the first of them ours.

    Later folders replace single keys, or a whole file of a flow (`flows.files.layered`). Raises ConfigurationError.
    """
    by_locale: dict[str, dict[str, Response]] = {}
    known, added = set[str](), list[Response]()
    for layer, paths in enumerate(layered(folders, text_files)):
        found: dict[str, dict[str, Response]] = {}
        for path in paths:
            add(found.setdefault(path.stem, {}), _read_file(path))
        for locale, responses in found.items():
            by_locale.setdefault(locale, {}).update(responses)
            added += [each for key, each in responses.items() if layer and key not in known]
        if not layer:
            replaced = set(text_files(folders[0])) - set(paths)
            known = {key for each in [*found.values(), *map(read, replaced)] for key in each}
    if DEFAULT_LOCALE not in by_locale:
        raise ConfigurationError(f"there are no responses for {DEFAULT_LOCALE!r}; expected {DEFAULT_LOCALE}.yaml")
    return Responses(by_locale, added)


def fallbacks(locale: str) -> tuple[str, ...]:
    """Lists the locales to look in: zh-HK -> (zh-HK, zh, en)"""
    language = locale.replace("_", "-").partition("-")[0]
    return tuple(dict.fromkeys((locale.replace("_", "-"), language, DEFAULT_LOCALE)))


def titled_in(titles: Mapping[str, str], locale: str) -> str:
    """Returns a title in the locale, else in the nearest that there is."""
    return next((titles[tag] for tag in fallbacks(locale) if tag in titles), next(iter(titles.values())))


def _holds(variation: Variation, scope: dict[str, Any]) -> bool:
    if variation.channel and variation.channel != scope.get("dialog", {}).get("channel", ""):
        return False
    return variation.condition is None or bool(variation.condition(scope))


def _read_file(path: Path) -> dict[str, Response]:
    document = mapping(Place(str(path), 1), read(path))
    return {str(key): _response(path, document, str(key)) for key in document}


def _response(path: Path, document: Mapping[str, Any], key: str) -> Response:
    where, node = place(path, document, key), document[key]
    if isinstance(node, str):
        return Response(key, path.stem, where, (Variation(_text(where, node)),))
    nodes = [node] if isinstance(node, Mapping) else sequence(where, node)
    if not nodes:
        fail(where, f"{key} says nothing", "a text or a list of variations")
    first = _variation(path, nodes[0], where, None)
    return Response(key, path.stem, where, (first, *(_variation(path, n, where, first) for n in nodes[1:])))


def _variation(path: Path, node: Any, where: Place, first: Variation | None) -> Variation:
    fields = mapping(where, node, FIELDS)
    if "text" not in fields:
        fail(place(path, node), "a variation without text", "text: …")
    inherited = first or Variation(_text(where, ""))

    def optional(name: str, otherwise: Text | None) -> Text | None:
        return _text(place(path, node, name), fields[name]) if name in fields else otherwise

    return Variation(
        text=_text(place(path, node, "text"), fields["text"]),
        condition=_condition(place(path, node, "if"), fields.get("if")),
        channel=str(fields.get("channel", "")),
        choices=_choices(path, node) or inherited.choices,
        each=_choice(place(path, node, "each"), fields["each"]) if "each" in fields else inherited.each,
        menu_title=optional("menu_title", inherited.menu_title),
        link=optional("link", inherited.link),
        link_title=optional("link_title", inherited.link_title),
        link_preview=_yes_or_no(place(path, node, "link_preview"), fields.get("link_preview", inherited.link_preview)),
        request=_request(place(path, node, "request"), fields.get("request", "")),
        request_title=optional("request_title", inherited.request_title),
    )


def _yes_or_no(where: Place, node: Any) -> bool | None:
    if not (node is None or isinstance(node, bool)):
        fail(where, f"link_preview is {node!r}", "true or false")
    return node


def _request(where: Place, node: Any) -> str:
    if node and node not in _REQUESTS:
        fail(where, f"there is no request {node!r}", " or ".join(_REQUESTS))
    return str(node)


def _choices(path: Path, node: Mapping[str, Any]) -> dict[str, ChoiceText]:
    where = place(path, node, "choices")
    listed = mapping(where, node.get("choices") or {})
    return {str(value): _choice(place(path, listed, value), shown) for value, shown in listed.items()}


def _choice(where: Place, node: Any) -> ChoiceText:
    if isinstance(node, str):
        return ChoiceText(_text(where, node))
    fields = mapping(where, node, ("title", "description", "synonyms"))
    if "title" not in fields:
        fail(where, "a choice without title", "title: …")
    described = _text(where, fields["description"]) if "description" in fields else None
    return ChoiceText(_text(where, fields["title"]), described, tuple(map(str, fields.get("synonyms", []))))


def _text(where: Place, node: Any) -> Text:
    try:
        return Text(ENV, text(where, node))
    except ExpressionRefused as error:
        fail(where, str(error), "a text with placeholders like {{ slots.name }}")


def _condition(where: Place, node: Any) -> Expression | None:
    if node is None:
        return None
    try:
        return Expression(ENV, str(node))
    except ExpressionRefused as error:
        fail(where, str(error), "an expression")
