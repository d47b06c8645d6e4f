"""Checks what a message fills into a template, as Meta does before it takes the message, and fills it in."""

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.platforms.meta.errors import GraphError
from sandbox.world.people import Choice

if TYPE_CHECKING:
    from sandbox.platforms.meta.templates.registered import Template

Json = dict[str, Any]
HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
UNNAMED = "(#100) Invalid parameter: Parameter name is missing or empty"


class Button(msgspec.Struct):
    """A button of a template; `url` may end in {{1}}, `payload` is what a press brings back where no message says."""

    type: str = "QUICK_REPLY"
    text: str = ""
    url: str = ""
    payload: str = ""
    phone_number: str = ""

    @property
    def is_open(self) -> bool:
        """Tells whether each message has to end its address."""
        return bool(HOLE.search(self.url))

    def shown(self) -> Json:
        """Describes it as the Graph API lists it."""
        return {name: value for name, value in msgspec.to_builtins(self).items() if value}

    def choice(self, given: str) -> Choice:
        """Makes what the customer sees; `given` is the payload, or the end of the address."""
        if self.type == "URL":
            url = HOLE.sub(lambda _: given, self.url)
            return Choice(url, self.text, "url", url=url)
        return Choice(given or self.payload or self.text, self.text, "template")


def check(template: "Template", components: list[Json]) -> None:
    """Raises GraphError for parameters that do not fit the template (Cloud API "Error codes", 132xxx, 131008, 100)."""
    is_named = template.parameter_format == "NAMED"
    _header(template, _parameters(components, "header"), is_named)
    _texts("body", template.body, _parameters(components, "body"), is_named)
    given = _of_buttons(components)
    for index, button in enumerate(template.keys):
        if button.is_open and not given.get(index):
            details = f"buttons: Button at index {index} of type Url requires a parameter"
            raise GraphError(131008, details)
    for index in given:
        if index >= len(template.keys):
            raise GraphError(132018, f"buttons: there is no button at index {index}")
        if template.keys[index].type == "URL" and not template.keys[index].is_open:
            raise GraphError(132018, f"buttons: Button at index {index} of type Url does not require parameters")


def filled(text: str, parameters: list[Json]) -> str:
    """Fills a text in, by names or in order."""
    values = {str(value.get("parameter_name", n)): str(value.get("text", "")) for n, value in enumerate(parameters, 1)}
    return HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text)


def choices(template: "Template", components: list[Json]) -> list[Choice]:
    """Lists the buttons of a message by `template`."""
    given = _of_buttons(components)
    return [button.choice(given.get(index, "")) for index, button in enumerate(template.keys)]


def _of_buttons(components: list[Json]) -> dict[int, str]:
    """Reads what buttons are given: one component each (WhatsApp), or one for all in their order (Messenger)."""
    found: dict[int, str] = {}
    for part in components:
        values = part.get("parameters") or [{}]
        if part.get("type") == "button":
            found[int(part.get("index", 0))] = _given(values[0])
        elif part.get("type") == "buttons":
            found.update({index: _given(value) for index, value in enumerate(values)})
    return found


def _given(value: Json) -> str:
    return str(value.get("payload") or value.get("url") or value.get("text") or "")


def _parameters(components: list[Json], kind: str) -> list[Json]:
    return [value for part in components if part.get("type") == kind for value in part.get("parameters") or []]


def _header(template: "Template", given: list[Json], is_named: bool) -> None:
    expected = template.header_format
    for value in given:
        kind = str(value.get("type", "text")).upper()
        if kind != expected:
            details = f"header: Format mismatch, expected {expected}, received {kind}"
            raise GraphError(132012, details)
    if expected == "TEXT":
        _texts("header", template.header, given, is_named)
    elif not given:
        raise GraphError(132012, f"header: Format mismatch, expected {expected}, received UNKNOWN")


def _texts(where: str, text: str, given: list[Json], is_named: bool) -> None:
    holes = list(dict.fromkeys(HOLE.findall(text)))
    if is_named and any(not value.get("parameter_name") for value in given):
        raise GraphError(100, message=UNNAMED)
    if len(given) != len(holes):
        details = f"number of localizable_params ({len(given)}) does not match the expected number of params"
        raise GraphError(132000, f"{where}: {details} ({len(holes)})")
    strange = [value["parameter_name"] for value in given if is_named and value["parameter_name"] not in holes]
    if strange:
        raise GraphError(100, message=f"(#100) Invalid parameter: {where} has no parameter {strange[0]}")
