"""Keeps message templates of a WhatsApp business account or of a page."""

from collections.abc import Mapping
from typing import Any

import msgspec

from sandbox.platforms.meta.errors import GraphError
from sandbox.platforms.meta.templates import parameters
from sandbox.platforms.meta.templates.parameters import Button
from sandbox.platforms.wordings.registered import WORDINGS
from sandbox.world import ids

Json = dict[str, Any]


class Template(msgspec.Struct):
    """A template in one language; an empty `body` means: named by the product, wording unknown here.

    A button that is only a text is a quick reply. `pacing`: "held" while Meta looks at its quality (it is delivered all
    the same), "dropped" when it fails there. `library`: the entry of Meta's library that it was made of.
    """

    name: str
    language: str
    category: str = "UTILITY"
    status: str = "APPROVED"
    body: str = ""
    buttons: list[str | Button] = []
    header: str = ""
    header_format: str = "TEXT"
    parameter_format: str = "POSITIONAL"
    footer: str = ""
    quality: str = "UNKNOWN"
    pacing: str = ""
    previous_category: str = ""
    library: str = ""

    @property
    def keys(self) -> list[Button]:
        """Lists the buttons."""
        return [Button(text=each) if isinstance(each, str) else each for each in self.buttons]

    @property
    def id(self) -> str:
        """Meta's number for it."""
        return ids.numeric(f"{self.name}/{self.language}", 15)


class Templates:
    """Keeps templates by name and language. Names that nobody described are approved, unless `strict`."""

    def __init__(self, languages: Mapping[str, str], strict: bool = False, *, buttons: bool = True) -> None:
        """Begins with the demo shop's own; `languages`: what ours are called at this platform, `buttons`: whether they
        were submitted with them."""
        self.strict = strict
        self._known: dict[tuple[str, str], Template] = {}
        for name, wording in WORDINGS.items():
            for language, body in wording.texts.items():
                keys: list[str | Button] = [*wording.buttons[language]] if buttons else []
                form = "NAMED" if wording.is_named else "POSITIONAL"
                category = wording.category
                self.add(Template(name, languages[language], category, body=body, buttons=keys, parameter_format=form))

    def add(self, template: Template) -> None:
        """Describes or changes a template."""
        self._known[(template.name, template.language)] = template

    def kept(self) -> list[Template]:
        """Lists all that are known."""
        return list(self._known.values())

    def take_up(self, templates: list[Template]) -> None:
        """Goes on with those that were known before."""
        for template in templates:
            self.add(template)

    def get(self, name: str, language: str) -> Template | None:
        """Finds a template that was described or used before."""
        return self._known.get((name, language))

    def use(self, body: Json) -> Template:
        """Finds the template that a message names; GraphError when it is missing, paused, disabled or miscounted."""
        name, language = body["name"], body["language"]["code"]
        known = self._known.get((name, language))
        if known is None:
            if self.strict:
                raise GraphError(132001, f"template name ({name}) does not exist in {language}")
            known = Template(name, language)
            self.add(known)
        if known.status in {"PAUSED", "DISABLED"}:
            raise GraphError(132015 if known.status == "PAUSED" else 132016)
        if known.status != "APPROVED":
            raise GraphError(132001, f"template name ({name}) does not exist in {language}")
        if known.body:
            parameters.check(known, body.get("components") or [])
        return known

    def news(self, field: str, value: Json) -> None:
        """Does to a template what a webhook about it says."""
        known = self.get(str(value.get("message_template_name")), str(value.get("message_template_language")))
        if known is None:
            return
        if "event" in value:
            known.status = str(value["event"])
        if "new_category" in value:
            known.previous_category, known.category = known.category, str(value["new_category"])
        if field.endswith("quality_update"):
            known.quality = str(value.get("new_quality_score", known.quality))

    def listing(self) -> list[Json]:
        """Lists the `data` of GET /{business}/message_templates."""
        return [_shown(known) for known in self._known.values()]


def _shown(known: Template) -> Json:
    parts: list[Json] = [{"type": "BODY", "text": known.body}]
    if known.header_format != "TEXT":
        parts.insert(0, {"type": "HEADER", "format": known.header_format})
    elif known.header:
        parts.insert(0, {"type": "HEADER", "format": "TEXT", "text": known.header})
    if known.footer:
        parts.append({"type": "FOOTER", "text": known.footer})
    if known.buttons:
        parts.append({"type": "BUTTONS", "buttons": [button.shown() for button in known.keys]})
    shown: Json = {
        "id": known.id,
        "name": known.name,
        "language": known.language,
        "category": known.category,
        "status": known.status,
        "parameter_format": known.parameter_format,
        "components": parts,
        "quality_score": {"score": known.quality},
    }
    if known.previous_category:
        shown["previous_category"] = known.previous_category
    if known.library:
        shown["library_template_name"] = known.library
    if known.status == "REJECTED":
        shown["rejected_reason"] = "INVALID_FORMAT"
    return shown
