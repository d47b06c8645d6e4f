"""Reads files of settings and wording as typed values; a complaint names file, line and what is expected."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec

from core.errors import ConfigurationError
from core.files.complaints import complaint
from core.files.near import one_of
from core.files.yaml import Fault, Items, Map, parse

T = TypeVar("T")


class Place(msgspec.Struct, frozen=True):
    """Where something is written; `line` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Document:
    """One YAML file, read whole: `data` is {} when it is empty. Raises ConfigurationError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = read(path)

    def read(self, kind: type[T]) -> T:
        """Reads the whole file as `kind`. Raises ConfigurationError."""
        try:
            return msgspec.convert(self.data, kind)
        except msgspec.ValidationError as error:
            steps, words = complaint(error, kind, self.data)
            raise self.fault(words, *steps) from error

    def fault(self, message: str, *steps: str | int) -> ConfigurationError:
        """Makes the error for the value at `steps` ("routes", 0, "carrier"), or for the nearest thing around it."""
        node: Any = self.data
        line = 1
        for step in steps:
            known = node if isinstance(node, Map) else range(len(node)) if isinstance(node, Items) else ()
            if step not in known:
                break
            node, line = node[step], node.lines[step]
        where = ".".join(map(str, steps))
        return ConfigurationError(f"{self.path}:{line}: {where + ': ' if where else ''}{message}")


def read(path: Path) -> Any:
    """Reads the document in `path`, with lines (core.files.yaml); {} when it is empty. Raises ConfigurationError."""
    try:
        return parse(path.read_text(encoding="utf-8")) or Map()
    except Fault as fault:
        raise ConfigurationError(f"{path}:{fault.line}: not readable as YAML: {fault}") from fault
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}; expected UTF-8") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror or error}") from error


def found_in(name: str, *folders: Path) -> Path:
    """Finds a file in the first of the folders that has it; where none has, it is missing in the first."""
    return next((folder / name for folder in folders if (folder / name).exists()), folders[0] / name)


def listed_in(name: str, *folders: Path) -> list[Path]:
    """Lists the files of this name in those of the folders that have it, for what adds up."""
    return [path for path in dict.fromkeys(folder / name for folder in folders) if path.exists()]


def files(folder: Path) -> list[Path]:
    """Lists the YAML files of a folder, by name; a file stands for itself."""
    if folder.is_dir():
        return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    return [folder]


def place(file: Path | str, node: Any, key: Any = None) -> Place:
    """Tells where `node`, or its entry `key`, is written."""
    if isinstance(node, Map) and key in node:
        return Place(str(file), node.lines[key])
    return Place(str(file), node.line if isinstance(node, Map | Items) else 1)


def fail(where: Place, problem: str, expected: str) -> NoReturn:
    """Raises the ConfigurationError of one place in a file."""
    raise ConfigurationError(f"{where}: {problem}; expected {expected}")


def mapping(where: Place, node: Any, known: Sequence[str] | None = None) -> Mapping[str, Any]:
    """Returns `node` if it is a mapping with none but `known` keys. Raises ConfigurationError."""
    if not isinstance(node, Mapping):
        fail(where, f"found {_kind(node)}", "a mapping" + (f" of {', '.join(known)}" if known else ""))
    for key in node:
        if known is not None and key not in known:
            raise ConfigurationError(f"{place(where.file, node, key)}: unknown field {key!r}; {one_of(key, known)}")
    return node


def sequence(where: Place, node: Any) -> Sequence[Any]:
    """Returns `node` if it is a list. Raises ConfigurationError."""
    if not isinstance(node, Sequence) or isinstance(node, str):
        fail(where, f"found {_kind(node)}", "a list")
    return node


def text(where: Place, node: Any) -> str:
    """Returns `node` if it is text. Raises ConfigurationError."""
    if not isinstance(node, str):
        fail(where, f"found {_kind(node)}", "text")
    return node


def _kind(node: Any) -> str:
    if node is None:
        return "nothing"
    return {bool: "true/false", int: "a number", float: "a number"}.get(type(node), f"{node!r:.40}")
