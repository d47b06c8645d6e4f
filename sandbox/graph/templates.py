"""WhatsApp message templates as the stand-in knows them."""

from typing import Any

import msgspec

from sandbox import ids
from sandbox.graph.errors import GraphError

Json = dict[str, Any]


class Template(msgspec.Struct):
    """A template in one language; an empty `body` means: named by the product, wording unknown here."""

    name: str
    language: str
    category: str = "UTILITY"
    status: str = "APPROVED"
    body: str = ""
    buttons: list[str] = []


class Templates:
    """Templates by name and language. Names nobody described are approved, unless `strict`."""

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict
        self._known: dict[tuple[str, str], Template] = {}

    def add(self, template: Template) -> None:
        """Describe or change a template."""
        self._known[(template.name, template.language)] = template

    def use(self, body: Json) -> Template:
        """The template that a message names; GraphError when it is missing, paused, disabled or miscounted."""
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
        _count(known, body)
        return known

    def listing(self) -> list[Json]:
        """The `data` of GET /{business}/message_templates."""
        return [
            {
                "id": ids.numeric(f"{known.name}/{known.language}", 15),
                "name": known.name,
                "language": known.language,
                "category": known.category,
                "status": known.status,
                "components": [{"type": "BODY", "text": known.body}],
            }
            for known in self._known.values()
        ]


def _count(known: Template, body: Json) -> None:
    if not known.body:
        return
    given = sum(
        len(part.get("parameters") or []) for part in body.get("components") or [] if part.get("type") == "body"
    )
    expected = known.body.count("{{")
    if given != expected:
        raise GraphError(
            132000,
            f"body: number of localizable_params ({given}) does not match the expected number of params ({expected})",
        )
