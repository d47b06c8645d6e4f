"""Reads the fields that flows, steps and slots share: expressions, times, words of a few, numbers."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.files.documents import Place, fail, place
from core.files.durations import EXPECTED, duration
from core.files.near import one_of
from core.templating.expressions import Expression
from core.templating.sandbox import ExpressionRefused
from flows.language.responses import ENV

NAME_MAX = 58  # "start." and a name are the id of a button: 64 bytes (core.messages.outbound.Option)
_NAME = re.compile(rf"[a-zA-Z][a-zA-Z0-9_]{{0,{NAME_MAX - 1}}}")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class Fields:
    """Holds a mapping of a file, whose entries are read one by one. Raises ConfigurationError at the entry's line."""

    def __init__(self, path: Path, node: Mapping[str, Any]) -> None:
        self._path = path
        self._node = node

    def where(self, name: str) -> Place:
        """Tells where an entry is written."""
        return place(self._path, self._node, name)

    def flag(self, name: str, otherwise: bool = False) -> bool:
        """Reads true or false."""
        value = self._node.get(name, otherwise)
        if not isinstance(value, bool):
            fail(self.where(name), f"{name} is {value!r}", "true or false")
        return value

    def word(self, name: str, known: Sequence[str], otherwise: str) -> str:
        """Reads one of a few words."""
        value = self._node.get(name, otherwise)
        if value not in known and value != otherwise:
            fail(self.where(name), f"{name} is {value!r}", one_of(str(value), known).removeprefix("expected "))
        return str(value)

    def count(self, name: str, otherwise: int) -> int:
        """Reads a whole number from 1."""
        value = self._node.get(name, otherwise)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            fail(self.where(name), f"{name} is {value!r}", "a number from 1")
        return value

    def number(self, name: str) -> int | float | None:
        """Reads a number, if there is one; money may be text, as it is elsewhere."""
        value = self._node.get(name)
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            return float(value)
        if not (value is None or isinstance(value, int | float)) or isinstance(value, bool):
            fail(self.where(name), f"{name} is {value!r}", "a number")
        return value

    def time(self, name: str) -> timedelta | None:
        """Reads a length of time, if there is one."""
        if name not in self._node:
            return None
        try:
            return duration(str(self._node[name]))
        except ValueError:
            fail(self.where(name), f"{name} is {self._node[name]!r}", EXPECTED)

    def names(self, name: str) -> tuple[str, ...]:
        """Reads a list of names; a single one stands for itself."""
        value = self._node.get(name) or ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, Sequence):
            fail(self.where(name), f"{name} is {value!r}", "a list of names")
        return tuple(map(str, value))

    def expression(self, name: str) -> Expression | None:
        """Reads an expression, if there is one."""
        return expression(self.where(name), self._node[name]) if name in self._node else None


def require_name(where: Place, what: str, name: str) -> None:
    """Requires the name of a flow, slot or step to be a word: it becomes part of buttons' ids, expressions and files.

    Raises ConfigurationError.
    """
    if not _NAME.fullmatch(name):
        fail(where, f"the {what} is called {name!r}", f"a-z, 0-9 and _, a letter first, at most {NAME_MAX} characters")


def expression(where: Place, node: Any) -> Expression:
    """Reads an expression; numbers, true and false stand for themselves."""
    source = "none" if node is None else str(node).lower() if isinstance(node, bool) else str(node)
    try:
        return Expression(ENV, source)
    except ExpressionRefused as error:
        fail(where, str(error), "an expression like slots.name == 'value'")
