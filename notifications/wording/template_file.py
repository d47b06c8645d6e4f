"""Reads `templates.yaml`, and refuses what no provider would take: with file, line and the nearest name."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec

from core.files.documents import Document
from core.files.near import hint, one_of
from notifications.notice import Kinds
from notifications.wording.case_templates import VARIABLES
from notifications.wording.provider_templates import LINK, Button, Header, ProviderTemplate, ProviderTemplates, Values
from notifications.wording.texts import SHARED, Texts

Where = tuple[str | int, ...]
Fault = tuple[str, Where]  # what is wrong, and where


def load_provider_templates(path: Path, known: Kinds, texts: Texts, providers: Collection[str]) -> ProviderTemplates:
    """Reads `templates.yaml`: a section for each of `providers`, in the languages of `texts`.

    Raises ConfigurationError.
    """
    document = Document(path)
    read = document.read(_form(providers))
    templates = ProviderTemplates({name: getattr(read, name) for name in providers}, read.undeliverable)
    for provider, section in templates.sections.items():
        for kind, template in section.items():
            for message, where in _faults(kind, template, known, texts):
                raise document.fault(message, provider, kind, *where)
    return templates


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads `templates.yaml`, but for the providers' sections."""

    undeliverable: dict[str, tuple[str, ...]] = {}


def _form(providers: Collection[str]) -> type[_File]:
    """Makes the form of the file with a section for each of `providers`."""
    sections: list[tuple[str, Any, Any]] = [(name, dict[str, ProviderTemplate], {}) for name in providers]
    form = msgspec.defstruct("ProviderTemplates", sections, bases=(_File,), frozen=True, forbid_unknown_fields=True)
    return cast("type[_File]", form)


def _faults(kind: str, template: ProviderTemplate, known: Kinds, texts: Texts) -> Iterator[Fault]:
    if kind not in known and kind not in VARIABLES:
        yield one_of(kind, [*known, *VARIABLES]), ()
        return
    yield from _of_languages(kind, template, texts)
    yield from _of_format(template)
    yield from _of_values(known[kind].variables if kind in known else VARIABLES[kind], template)
    for number, button in enumerate(template.buttons):
        yield from ((message, ("buttons", number)) for message in _of_button(button))
    if len({button.index for button in template.buttons}) < len(template.buttons):
        yield "two buttons have one index: expected the place of each in the template, from 0", ("buttons",)


def _of_languages(kind: str, template: ProviderTemplate, texts: Texts) -> Iterator[Fault]:
    languages = texts.common.keys() & texts.kinds.get(kind, texts.common).keys()
    if not template.languages or template.languages.keys() - languages:
        yield f"expected some of {', '.join(sorted(languages))}", ("languages",)
    for name, words in template.missing.items():
        strange = sorted(words.keys() - template.languages.keys())
        if strange:
            expected = one_of(strange[0], template.languages)
            yield f"{strange[0]} is no language of this template: {expected}", ("missing", name)


def _of_format(template: ProviderTemplate) -> Iterator[Fault]:
    """Finds forms that contradict each other: names or order, ours or a set of the provider's own."""
    if template.body and template.variables:
        yield "expected body or variables, not both: they mean the same", ("variables",)
    if not template.name and (template.header or template.buttons):
        field = "header" if template.header else "buttons"
        yield "a template that goes by its id has one set of values: put them all into body", (field,)
    if template.is_named and template.variables:
        yield f"variables go by order: {_MAPPING}", ("variables",)
    yield from _of_names(template.is_named, template.body, ("body",))
    if template.header:
        yield from _of_names(template.is_named, template.header.values, ("header", "values"))
        yield from ((message, ("header",)) for message in _of_header(template.header))


def _of_names(is_named: bool, values: Values, where: Where) -> Iterator[Fault]:
    if values and is_named != _has_names(values):
        yield _MAPPING if is_named else _LIST, where
    elif isinstance(values, Mapping) and not is_named and sorted(map(int, values)) != _counted(values):
        yield "expected the numbers 1, 2, 3, … without a gap", where


def _of_header(header: Header) -> Iterator[str]:
    if header.type == "text" and (header.link or not header.values):
        yield "expected values, and no link: leave a header out whose text is always the same"
    if header.type != "text" and (header.values or not header.link.startswith("https://")):
        yield "expected link: https://…, where the provider fetches the file, and no values"


def _of_values(variables: Collection[str], template: ProviderTemplate) -> Iterator[Fault]:
    """Finds names that are none of ours. One that has its words in `missing` may be the store's own: a fixed word."""
    allowed = {*SHARED, *variables, LINK}
    used = list(template.ours())
    for field, name in used:
        fixed = template.missing.get(name, {}).keys() >= template.languages.keys()
        if name not in allowed and not fixed:
            yield f"there is no {name}: {one_of(name, sorted(allowed), 'some')}", (field,)
    names = {name for _, name in used}
    for name in template.missing.keys() - names:
        yield f"{name} is filled in nowhere{hint(name, names)}", ("missing", name)


def _of_button(button: Button) -> Iterator[str]:
    if button.type == "url" and (not button.suffix or button.payload):
        yield "expected suffix: the value that ends the button's address (a button without one is not named here)"
    if button.type == "quick_reply" and (not button.payload or button.suffix):
        yield "expected payload: what a press brings back, like order_status"


_MAPPING = "expected their names with ours, {customer_name: name}, as parameter_format is named"
_LIST = "expected a list of our names in their order (or parameter_format: named)"


def _has_names(values: object) -> bool:
    return isinstance(values, Mapping) and not all(str(name).isdecimal() for name in values)


def _counted(values: Collection[str]) -> list[int]:
    return list(range(1, len(values) + 1))
