"""Compares the store's files as they were with what they are: which text, policy or rule is another one. Pure.

changed({"policies.yaml": {"returns": {"window_days": 30}}}, {"policies.yaml": {"returns": {"window_days": 45}}})
# [Change("policies.yaml", ("returns", "window_days"), "changed", "30", "45")]
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from core.content.text import shorten
from core.files.yaml import Items, Map

ADDED, CHANGED, REMOVED = "added", "changed", "removed"
NAMES = ("id", "kind", "name")  # what items of a list are called by
LONGEST = 200  # characters of what something was, or is
_NOTHING: Mapping[str, Any] = {}


class Change(msgspec.Struct, frozen=True):
    """Says that the entry at `keys` of a file was added, changed or removed; `before` and `after` are short."""

    file: str
    keys: tuple[str, ...]
    what: str
    before: str = ""
    after: str = ""

    @property
    def key(self) -> str:
        """Names the entry: returns.window_days."""
        return ".".join(self.keys)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Compares all files, each by its path in the store's folder."""
    found: list[Change] = []
    for file in sorted({*before, *after}):
        was, is_ = before.get(file, _NOTHING), after.get(file, _NOTHING)
        if not was and _is_named(file):
            found.append(Change(file, (), ADDED))
        elif not is_ and _is_named(file):
            found.append(Change(file, (), REMOVED))
        else:
            was, is_ = _with_lists_of(was, is_), _with_lists_of(is_, was)
            found += [Change(file, *each) for each in _differences(was, is_, ())]
    return found


def line_of(document: Any, keys: Sequence[str]) -> int:
    """Finds the line of an entry, or of the nearest thing around it, in a file as `core.files.documents` reads it."""
    line = 1
    for key in keys:
        entries = _entries(document)
        if not entries or key not in entries:
            break
        if isinstance(document, Map):
            line = document.lines[key]
        elif isinstance(document, Items):
            line = document.lines[list(entries).index(key)]
        document = entries[key]
    return line


def _is_named(file: str) -> bool:
    """Tells whether the file itself is what was added: a flow, a kind of notice."""
    return file.startswith(("flows/", "notices/"))


def _differences(was: Any, is_: Any, keys: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    old, new = _entries(was), _entries(is_)
    if was == is_ and list(old or ()) == list(new or ()):
        return
    if old is None or new is None:
        yield keys, CHANGED, _short(was), _short(is_)
        return
    for name in dict.fromkeys([*old, *new]):
        if name not in old:
            yield (*keys, name), ADDED, "", _short(new[name])
        elif name not in new:
            yield (*keys, name), REMOVED, _short(old[name]), ""
        else:
            yield from _differences(old[name], new[name], (*keys, name))
    if isinstance(is_, list) and list(old) != list(new) and old.keys() == new.keys():
        yield keys, CHANGED, _short(list(old)), _short(list(new))  # in another order


def _with_lists_of(there: Any, other: Any) -> Any:
    """Adds the lists that only the other file has, empty: of a list that is new, each item is."""
    if not isinstance(there, Mapping) or not isinstance(other, Mapping):
        return there
    lists: dict[str, Any] = {
        key: [] for key, value in other.items() if isinstance(value, list) and _entries(value) is not None
    }
    return {**lists, **there}


def _entries(value: Any) -> Mapping[str, Any] | None:
    """Returns what is in a mapping, or a list of named items, by name; None for anything else."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, list):
        return None
    names = [_name(item) for item in value]
    return dict(zip(names, value, strict=True)) if all(names) and len(set(names)) == len(names) else None


def _name(item: Any) -> str:
    if not isinstance(item, Mapping):
        return ""
    return next((str(item[each]) for each in NAMES if item.get(each)), "")


def _short(value: Any) -> str:
    """Writes a value on one line: a text as it is, anything else as JSON."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping) and list(value) == ["text"]:
        value = value["text"]
    written = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return shorten(" ".join(written.split()), LONGEST)
