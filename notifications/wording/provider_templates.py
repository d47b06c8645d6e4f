"""Finds the approved template for a notice at a provider, and fills it (`templates.yaml`)."""

from collections.abc import Iterator, Mapping, Set
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Meta

from core.messages.outbound import TemplateButton, TemplateCall, TemplateHeader

Filled = Annotated[str, Meta(min_length=1)]
Values = dict[str, Filled] | tuple[Filled, ...]
LINK = "link"  # our name of the kind's link

# Part of an address that a button may be given: what else would be read as a new part of it is written as %xx.
_SUFFIX_SAFE = "/?=&-._~"


class MissingValue(Exception):
    """A value of the template is not there, and no word stands for it; the name is ours."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describes what stands above the body: a text with `values`, or a file at `link`."""

    type: Literal["text", "image", "document"]
    values: Values = ()
    link: str = ""


class Button(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describes a button that is given something: `suffix` names the value that ends an address, `payload` is what a
    press brings back.
    """

    type: Literal["url", "quick_reply"]
    index: Annotated[int, Meta(ge=0, le=9)]
    suffix: str = ""
    payload: str = ""


class ProviderTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describes a template. `languages`: our locale to the provider's language; without `name` to the template's own id
    (a ContentSid).

    `body` names our values: theirs to ours, or in the provider's order (`variables` is another word for that). `link`
    is the kind's link. `missing`: what stands where a value is not there, by our name and locale.
    """

    languages: dict[str, Filled]
    name: str = ""
    category: Literal["utility", "marketing"] = "utility"
    status: Literal["approved", "suspended"] = "approved"
    parameter_format: Literal["named", "positional", ""] = ""
    header: Header | None = None
    body: Values = ()
    variables: tuple[Filled, ...] = ()
    buttons: tuple[Button, ...] = ()
    missing: dict[str, dict[str, Filled]] = {}

    @property
    def is_named(self) -> bool:
        """Tells whether the provider knows the values by names, not by their order."""
        return self.parameter_format == "named"

    def call(self, locale: str, values: Mapping[str, str] | None = None) -> TemplateCall:
        """Makes the call in `locale`, one of `languages`; without `values` only its name.

        Values are on one line. Raises MissingValue where one is empty and no word stands for it.
        """
        language = self.languages[locale]
        call = TemplateCall(
            name=self.name or language, language=language if self.name else locale, category=self.category
        )
        if values is None:
            return call
        names, body = self._filled(self.body or self.variables, locale, values)
        return msgspec.structs.replace(
            call,
            names=names,
            values=body,
            header=self._header(locale, values),
            buttons=tuple(self._button(each, locale, values) for each in self.buttons),
        )

    def form(self, locale: str) -> str:
        """Describes how a call in `locale` is filled in (TemplateCall.form)."""
        return self.call(locale, {name: "x" for _, name in self.ours()}).form

    def ours(self) -> Iterator[tuple[str, str]]:
        """Lists (field, our name) of each value that is filled in."""
        for name in _ours(self.header.values if self.header else ()):
            yield "header", name
        for name in _ours(self.body):
            yield "body", name
        for name in self.variables:
            yield "variables", name
        for button in self.buttons:
            if button.suffix:
                yield "buttons", button.suffix

    def _header(self, locale: str, values: Mapping[str, str]) -> TemplateHeader | None:
        if self.header is None:
            return None
        names, filled = self._filled(self.header.values, locale, values)
        return TemplateHeader(self.header.type, filled, names, self.header.link)

    def _button(self, button: Button, locale: str, values: Mapping[str, str]) -> TemplateButton:
        if button.type == "quick_reply":
            return TemplateButton(button.type, button.index, button.payload)
        value = self._value(button.suffix, locale, values)
        suffix = _behind_host(value) if button.suffix == LINK else quote(value, safe=_SUFFIX_SAFE)
        return TemplateButton(button.type, button.index, suffix)

    def _filled(
        self, wanted: Values, locale: str, values: Mapping[str, str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Fills values in; returns (their names, the values), without names where they go by order."""
        filled = tuple(self._value(name, locale, values) for name in _ours(wanted))
        return (tuple(wanted) if self.is_named else ()), filled

    def _value(self, name: str, locale: str, values: Mapping[str, str]) -> str:
        value = " ".join(values.get(name, "").split()) or self.missing.get(name, {}).get(locale, "")
        if not value:
            raise MissingValue(name)
        return value


class ProviderTemplates(msgspec.Struct, frozen=True):
    """Holds templates by provider and kind. `undeliverable`: regions a channel's marketing templates do not reach."""

    sections: Mapping[str, Mapping[str, ProviderTemplate]]
    undeliverable: Mapping[str, tuple[str, ...]]

    def forms(self, provider: str, name: str, language: str) -> set[str]:
        """Lists the forms in which a template is filled in, by its name and language at the provider."""
        section = self.sections.get(provider, {}).values()
        calls = [(each, locale, each.call(locale)) for each in section for locale in each.languages]
        return {each.form(locale) for each, locale, call in calls if (call.name, call.language) == (name, language)}

    def find(self, provider: str, kind: str) -> ProviderTemplate | None:
        """Finds the template of `kind` at `provider`."""
        return self.sections.get(provider, {}).get(kind)

    def by_any(self, kind: str, names: Set[str]) -> bool:
        """Tells whether notices of `kind` go by any of these at some provider: names, or ids where they go by that."""
        found = (section[kind] for section in self.sections.values() if kind in section)
        return any(not names.isdisjoint((each.name, *each.languages.values())) for each in found)


def _ours(values: Values) -> tuple[str, ...]:
    """Lists our names in the provider's order: a mapping of numbers has its own."""
    if not isinstance(values, Mapping):
        return tuple(values)
    if all(name.isdecimal() for name in values):
        return tuple(values[name] for name in sorted(values, key=int))
    return tuple(values.values())


def _behind_host(link: str) -> str:
    """Returns what follows the host: the address of the button itself ends there, registered with the provider."""
    parts = urlsplit(link)
    return link.partition(f"{parts.netloc}/")[2] if parts.netloc else link
