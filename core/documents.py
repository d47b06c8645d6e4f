"""YAML files with line numbers, and complaints that name file, line and what is expected.

YAML 1.2 core: `no`, `on` and `12:30` stay text.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase
from ruamel.yaml.error import MarkedYAMLError

from core.errors import ConfigurationError


class Place(msgspec.Struct, frozen=True):
    """Where something is written; `line` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def read(path: Path) -> Any:
    """The document in `path`; {} when it is empty. Raises ConfigurationError."""
    try:
        return YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8")) or {}
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{path}:{line}: {error.problem}; expected YAML") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from error


def files(folder: Path) -> list[Path]:
    """The YAML files of a folder, by name; a file stands for itself."""
    if folder.is_dir():
        return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    return [folder]


def place(file: Path | str, node: Any, key: Any = None) -> Place:
    """Where `node`, or its entry `key`, is written."""
    line = 0
    if isinstance(node, CommentedBase):
        line = node.lc.line or 0
        if key is not None and node.lc.data and key in node.lc.data:
            line = node.lc.data[key][0]
    return Place(str(file), line + 1)


def plain(node: Any) -> Any:
    """The same data in plain Python types; days and moments (UTC unless they say otherwise) as ISO text."""
    if isinstance(node, Mapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [plain(value) for value in node]
    if isinstance(node, str):
        return str(node)
    if isinstance(node, datetime):
        return (node if node.tzinfo else node.replace(tzinfo=UTC)).isoformat()
    if isinstance(node, date):
        return node.isoformat()
    return _plain_scalar(node)


def _plain_scalar(node: Any) -> Any:
    if isinstance(node, bool):
        return bool(node)
    return int(node) if isinstance(node, int) else float(node) if isinstance(node, float) else node


def fail(where: Place, problem: str, expected: str) -> NoReturn:
    """Raises the ConfigurationError of one place in a file."""
    raise ConfigurationError(f"{where}: {problem}; expected {expected}")


def mapping(where: Place, node: Any, known: Sequence[str] | None = None) -> Mapping[str, Any]:
    """`node` if it is a mapping with none but `known` keys. Raises ConfigurationError."""
    if not isinstance(node, Mapping):
        fail(where, f"found {_kind(node)}", "a mapping" + (f" of {', '.join(known)}" if known else ""))
    for key in node:
        if known is not None and key not in known:
            fail(place(where.file, node, key), f"unknown field {key!r}", f"one of {', '.join(known)}")
    return node


def sequence(where: Place, node: Any) -> Sequence[Any]:
    """`node` if it is a list. Raises ConfigurationError."""
    if not isinstance(node, Sequence) or isinstance(node, str):
        fail(where, f"found {_kind(node)}", "a list")
    return node


def text(where: Place, node: Any) -> str:
    """`node` if it is text. Raises ConfigurationError."""
    if not isinstance(node, str):
        fail(where, f"found {_kind(node)}", "text")
    return str(node)


def _kind(node: Any) -> str:
    if node is None:
        return "nothing"
    return {bool: "true/false", int: "a number", float: "a number"}.get(type(node), f"{node!r:.40}")
