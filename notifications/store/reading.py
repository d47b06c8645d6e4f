"""The operator's YAML files as typed values; a fault names the file, the line and what is expected."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from core.errors import ConfigurationError

T = TypeVar("T")
Steps = Sequence[str | int]

WALL_TIME, CURRENCY, COUNTRY, SLUG = r"^([01]\d|2[0-3]):[0-5]\d$", "^[A-Z]{3}$", "^[A-Z]{2}$", "^[a-z0-9-]+$"
EXAMPLES = {WALL_TIME: '"09:00", in quotes', CURRENCY: "USD", COUNTRY: "US", SLUG: "christmas-2026"}

_PLACE = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]|\[(\.\.\.)\]")


class Source:
    """One file. Raises ConfigurationError when it cannot be read as YAML."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._text = path.read_text(encoding="utf-8")
            self.data: Any = YAML(typ="safe", pure=True).load(self._text)
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ConfigurationError(f"{path}:{line}: {error.problem}") from error
        except (OSError, UnicodeDecodeError, YAMLError) as error:
            raise ConfigurationError(f"{path}: {error}") from error

    def read(self, kind: type[T]) -> T:
        """The whole file as `kind`. Raises ConfigurationError."""
        try:
            return msgspec.convert(self.data, kind)
        except msgspec.ValidationError as error:
            message = str(error)
            place = _PLACE.search(message)
            unknown = _UNKNOWN.search(message)
            steps = [*(_steps(place.group(1)) if place else []), *(unknown.groups() if unknown else ())]
            raise self.fault(_plain(message[: place.start()] if place else message), *steps) from error

    def fault(self, message: str, *steps: str | int) -> ConfigurationError:
        """The error to raise for the value at `steps` ("routes", 0, "carrier")."""
        where = ".".join(str(step) for step in steps)
        return ConfigurationError(f"{self.path}:{self._line(steps)}: {where + ': ' if where else ''}{message}")

    def _line(self, steps: Steps) -> int:
        """The line of the value, or of the nearest thing around it that is there."""
        node: Node | None = YAML(typ="rt", pure=True).compose(self._text)
        line = 1
        for step in steps:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line


def _plain(message: str) -> str:
    """What is expected by example, where msgspec shows a pattern."""
    return next(
        (f"expected text like {like}" for pattern, like in EXAMPLES.items() if repr(pattern) in message), message
    )


def _child(node: Node | None, step: str | int) -> tuple[int, Node] | None:
    if isinstance(node, MappingNode):
        return next(((key.start_mark.line + 1, value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None


def _steps(path: str) -> list[str | int]:
    """msgspec's `.routes[0].carrier`; it writes `[...]` for a key of a dictionary, where we stop."""
    steps: list[str | int] = []
    for name, place, anything in _STEP.findall(path):
        if anything:
            break
        steps.append(name or int(place))
    return steps
