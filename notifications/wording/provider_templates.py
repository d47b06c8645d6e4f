"""Finds the approved template for a notice at a provider (`templates.yaml`)."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta

from core.documents import Document
from core.messages import TemplateCall
from notifications.catalogue import KINDS
from notifications.wording.texts import SHARED, Texts

Filled = Annotated[str, Meta(min_length=1)]


class ProviderTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describes a template. `languages`: our locale to the provider's language; without `name` to the template's own id
    (a ContentSid).

    `variables` in the provider's order. `link` joins the values when the kind has a link: `variables: [..., link]`.
    """

    languages: dict[str, Filled]
    variables: tuple[str, ...] = ()
    name: str = ""
    category: Literal["utility", "marketing"] = "utility"
    status: Literal["approved", "suspended"] = "approved"

    def call(self, locale: str, values: Mapping[str, str] | None = None) -> TemplateCall:
        """Makes the call in `locale`, one of `languages`; without `values` only its name. They are on one line, not
        empty."""
        language = self.languages[locale]
        return TemplateCall(
            name=self.name or language,
            language=language if self.name else locale,
            values=tuple(" ".join(values[name].split()) or "-" for name in self.variables) if values else (),
            category=self.category,
        )


class ProviderTemplates(msgspec.Struct, frozen=True):
    """Holds templates by provider and kind. `undeliverable`: regions a channel's marketing templates do not reach."""

    sections: Mapping[str, Mapping[str, ProviderTemplate]]
    undeliverable: Mapping[str, tuple[str, ...]]

    def find(self, provider: str, kind: str) -> ProviderTemplate | None:
        """Finds the template of `kind` at `provider`."""
        return self.sections.get(provider, {}).get(kind)


def load_provider_templates(path: Path, texts: Texts, providers: Collection[str]) -> ProviderTemplates:
    """Reads `templates.yaml`: a section for each of `providers`, in the languages of `texts`.

    Raises ConfigurationError.
    """
    document = Document(path)
    read = document.read(_form(providers))
    templates = ProviderTemplates({name: getattr(read, name) for name in providers}, read.undeliverable)
    for provider, section in templates.sections.items():
        for kind, template in section.items():
            _check(document, (provider, kind), template, texts)
    return templates


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads `templates.yaml`, but for the providers' sections."""

    undeliverable: dict[str, tuple[str, ...]] = {}


def _form(providers: Collection[str]) -> type[_File]:
    """Makes the form of the file with a section for each of `providers`."""
    sections: list[tuple[str, Any, Any]] = [(name, dict[str, ProviderTemplate], {}) for name in providers]
    form = msgspec.defstruct("ProviderTemplates", sections, bases=(_File,), frozen=True, forbid_unknown_fields=True)
    return cast("type[_File]", form)


def _check(document: Document, where: tuple[str, str], template: ProviderTemplate, texts: Texts) -> None:
    kind = where[1]
    if kind not in KINDS:
        raise document.fault(f"expected one of {', '.join(KINDS)}", *where)
    allowed = {*SHARED, *KINDS[kind].variables, "link"}
    unknown = [name for name in template.variables if name not in allowed]
    if unknown:
        message = f"there is no {unknown[0]}: expected some of {', '.join(sorted(allowed))}"
        raise document.fault(message, *where, "variables")
    languages = texts.kinds[kind].keys() & texts.common.keys()
    if not template.languages or template.languages.keys() - languages:
        raise document.fault(f"expected some of {', '.join(sorted(languages))}", *where, "languages")
