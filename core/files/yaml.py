"""Reads YAML text as plain values that know their lines.

Scalars follow YAML 1.2's core schema (yaml.org/spec/1.2.2, 10.3): `no`, `on`, `12:30` and `2026-12-24` stay text.
libyaml composes the nodes: fifteen times as fast as a reader in Python, and a process reads dozens of files at start.
"""

import re
from collections.abc import Callable
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError
from yaml.cyaml import CParser
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.resolver import BaseResolver

MERGE = "<<"
MOST = 200_000  # values of one file
DEEPEST = 100  # in one another, where it is checked
LONGEST_NUMBER = 300  # digits; Python writes no more than 4,300
HARMLESS = 20_000  # characters: too few to nest more deeply than Python itself notices


class Fault(ValueError):
    """The text is no YAML; `line` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


class Map(dict[str, Any]):
    """A mapping, its keys always text; `line` is where it begins, `lines` where each key is written."""

    __slots__ = ("line", "lines")
    line: int
    lines: dict[str, int]


class Items(list[Any]):
    """A list; `line` is where it begins, `lines` where each item does."""

    __slots__ = ("line", "lines")
    line: int
    lines: list[int]


def parse(text: str) -> Any:
    """Parses the only document in `text`: `Map`, `Items`, str, int, float, bool or None. Raises Fault.

    Nothing in a text makes more of it than a text can be: MOST values, aliases written out; DEEPEST in one another.
    """
    try:
        if len(text) > HARMLESS:
            _check_depth(text)
        node = _Composer(text).get_single_node()
        return None if node is None else _Values().of(node)
    except RecursionError as error:
        raise Fault(1, "nested too deeply") from error
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = min(mark.line, text.rstrip().count("\n")) if mark else text.count("\n", 0, getattr(error, "position", 0))
        raise Fault(line + 1, getattr(error, "problem", None) or str(getattr(error, "reason", error))) from error


def _check_depth(text: str) -> None:
    """Refuses what is nested so deeply that libyaml, which composes by recursion in C, would end the process."""
    composer, depth = _Composer(text), 0
    while (event := composer.get_event()) is not None:
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise Fault(event.start_mark.line + 1, "nested too deeply")


class _Composer(CParser, BaseResolver):  # type: ignore[misc]  # PyYAML has no types
    """Composes values of libyaml's nodes; BaseResolver leaves the meaning of plain scalars to us."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        BaseResolver.__init__(self)


class _Values:
    """Makes values of nodes, and counts them: an alias is a copy each time, aliases of aliases soon are millions."""

    def __init__(self) -> None:
        self._left = MOST

    def of(self, node: Node) -> Any:
        """Makes the value of a node. Raises Fault."""
        self._left -= 1
        if self._left < 0:
            raise Fault(_line(node), f"found more than {MOST} values, aliases (*) written out")
        if isinstance(node, ScalarNode):
            return node.value if node.style else _scalar(node)
        return self._map(node) if isinstance(node, MappingNode) else self._items(node)

    def _map(self, node: MappingNode) -> Map:
        made = Map()
        below: list[Node] = []
        made.line, made.lines = _line(node), {}
        for name, value in node.value:
            key = name.value
            if not isinstance(key, str):
                raise Fault(_line(name), "found a mapping or a list as a key")
            if key == MERGE:
                below += value.value if isinstance(value, SequenceNode) else [value]
            elif key in made:
                raise Fault(_line(name), f"the key {key!r} is there twice")
            else:
                made[key], made.lines[key] = self.of(value), _line(name)
        for each in below:
            _merge(made, self.of(each), each)
        return made

    def _items(self, node: SequenceNode) -> Items:
        made = Items(self.of(item) for item in node.value)
        made.line, made.lines = _line(node), [_line(item) for item in node.value]
        return made


def _merge(made: Map, base: Any, node: Node) -> None:
    """Merges `<<: *base` (yaml.org/type/merge): what `made` does not say itself is as in `base`."""
    if not isinstance(base, Map):
        raise Fault(_line(node), f"found something else than a mapping to merge by {MERGE}")
    for key in base.keys() - made.keys():
        made[key], made.lines[key] = base[key], base.lines[key]


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _scalar(node: ScalarNode) -> Any:
    """Reads what an unquoted word means. Raises Fault."""
    text = node.value
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _NUMERIC:
        for form, make in _NUMBERS:
            if form.fullmatch(text):
                if len(text) > LONGEST_NUMBER:
                    raise Fault(_line(node), "found a number that is too long")
                return make(text)
    return text


_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC = frozenset("+-.0123456789")
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"[-+]?[0-9]+(_[0-9]+)*"), int),  # 1_000 is not in the schema, but easier to read
    (re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
)
