"""Says in plain words what a form (a msgspec type) does not take, and where in the value that is."""

import functools
import itertools
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import inspect

from core.desk.workspaces import ACCOUNT
from core.files.near import hint, one_of

WALL_TIME, END_TIME = r"^([01]\d|2[0-3]):[0-5]\d$", r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"
CURRENCY, COUNTRY, SLUG = "^[A-Z]{3}$", "^[A-Z]{2}$", "^[a-z0-9-]+$"
WORD = "^[a-z0-9_-]{1,64}$"
PLACE = "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"
DESK_ID = f"^({ACCOUNT}[A-Z0-9]+)?$"
MONEY, PERCENT = r"^\d{1,9}(\.\d{1,3})?$", r"^(\d{1,2}(\.\d{1,2})?|100)%$"
PRICE = r"^\d{1,4}(\.\d{1,6})?$"  # of a message, often less than a cent
SUM = r"^(\d{1,9}(\.\d{1,3})?|(\d{1,2}(\.\d{1,2})?|100)%)$"
EXAMPLES = {
    **dict.fromkeys((WALL_TIME, END_TIME), '"09:00", in quotes'),
    CURRENCY: "USD",
    COUNTRY: "US",
    SLUG: "christmas-2026",
    WORD: "vip_stuck (small letters, digits, _ and -, 64 at most)",
    PLACE: "US or US-HI",
    DESK_ID: "C024BE91L, the desk's own id of a channel or person",
    MONEY: '"5.90", in quotes',
    PRICE: '"0.0083", in quotes',
    PERCENT: '"10%", in quotes',
    SUM: '"5.90" or "10%", in quotes',
}

# How msgspec ends its messages: " - at `$.routes[0].carrier`", or "`key` in `$.routes`"; `[...]` stands for a key.
_AT = re.compile(r" - at (?P<key>`key` in )?`\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]|\[(\.\.\.)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")
_ENUM = re.compile(r"Invalid enum value (.+)$")

_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
    "date": "a day like 2026-12-24",
}
_BOUNDS = {">=": "{} or more", "<=": "{} or less", ">": "more than {}", "<": "less than {}"}

Steps = tuple[str | int, ...]


def complaint(error: msgspec.ValidationError, form: Any, value: Any) -> tuple[Steps, str]:
    """Returns where `value` is not as `form` wants it, and what is expected there."""
    message = str(error)
    at = _AT.search(message)
    steps = _located(at["path"], form, value) if at else ()
    message = message[: at.start()] if at else message
    unknown = _UNKNOWN.search(message)
    if unknown:
        return (*steps, unknown[1]), _unknown(unknown[1], form, steps)
    types = _types(form, steps)
    if at and at["key"]:
        steps = (*steps, *itertools.islice(_wrong(_node(value, steps), steps, form, value), 1))
        types = [each.key_type for each in types if isinstance(each, inspect.DictType)]
    return steps, _words(message, types)


def _node(value: Any, steps: Steps) -> Any:
    return functools.reduce(operator.getitem, steps, value)


def _located(path: str, form: Any, value: Any) -> Steps:
    """Reads msgspec's `.routes[0].carrier`. A key of a dictionary, which it does not name, is found by trying."""
    steps: list[str | int] = []
    node = value
    for name, index, anything in _STEP.findall(path):
        step = next(_wrong(node, steps, form, value), None) if anything else name or int(index)
        if step is None:
            break
        steps.append(step)
        node = node[step]
    return tuple(steps)


def _wrong(node: Any, steps: Sequence[str | int], form: Any, value: Any) -> Iterator[str]:
    """Finds the keys of `node`, at `steps` of `value`, that the form does not take even alone."""
    for key in node:
        try:
            msgspec.convert(_with_only(value, steps, key), form)
        except msgspec.ValidationError:
            yield key


def _with_only(node: Any, steps: Sequence[str | int], key: str) -> Any:
    """Copies `node`, the mapping at `steps` cut down to one key."""
    if not steps:
        return {key: node[key]}
    copied: Any = list(node) if isinstance(node, list) else dict(node)
    copied[steps[0]] = _with_only(node[steps[0]], steps[1:], key)
    return copied


def _unknown(name: str, form: Any, steps: Steps) -> str:
    known = sorted({field for each in _types(form, steps) for field in _fields(each)})
    listed = f"; expected one of {', '.join(known)}" if known else ""
    return f"unknown field {name!r}{listed}{hint(name, known)}"


def _words(message: str, types: Iterable[inspect.Type]) -> str:
    example = next((like for pattern, like in EXAMPLES.items() if repr(pattern) in message), "")
    if example:
        return f"expected text like {example}"
    if found := _ENUM.fullmatch(message):
        allowed = [str(value) for each in types for value in _values(each)]
        said = found[1].strip("'")
        return f"{said}: {one_of(said, allowed)}"
    for pattern, word in _WORDS:
        if found := pattern.search(message):
            return word(*found.groups())
    return message[:1].lower() + message[1:]


def _other(wanted: str, given: str) -> str:
    return f"expected {' or '.join(map(_named, wanted.split(' | ')))}, found {_named(given)}"


def _bound(kind: str, sign: str, number: str) -> str:
    return f"expected {_named(kind)}, {_BOUNDS[sign].format(number)}"


def _length(kind: str, sign: str, number: str) -> str:
    return f"expected {_BOUNDS[sign].format(number)} {'characters' if kind == 'str' else 'entries'}"


def _named(kind: str) -> str:
    return _TYPES.get(kind, kind)


_WORDS: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = (
    (re.compile(r"missing required field `([^`]+)`"), lambda name: f"{name} is missing"),
    (re.compile(r"^Expected `([^`]+)`, got `([^`]+)`$"), _other),
    (re.compile(r"^Expected `(\w+)` ([<>]=?) ([-\d.]+)$"), _bound),
    (re.compile(r"^Expected `(\w+)` of length ([<>]=?) (\d+)$"), _length),
)


def _types(form: Any, steps: Steps) -> Sequence[inspect.Type]:
    """Finds what the form takes at `steps`: a type, or those of a union."""
    found = _alternatives(inspect.type_info(form))
    for step in steps:
        found = [inner for each in found for inner in _alternatives(_inside(each, step))]
    return found


def _alternatives(each: inspect.Type | None) -> list[inspect.Type]:
    if each is None:
        return []
    each = each.type if isinstance(each, inspect.Metadata) else each
    return [*each.types] if isinstance(each, inspect.UnionType) else [each]


def _inside(each: inspect.Type, step: str | int) -> inspect.Type | None:
    if isinstance(each, inspect.StructType):
        return next((field.type for field in each.fields if field.encode_name == step), None)
    if isinstance(each, inspect.DictType):
        return each.value_type
    return getattr(each, "item_type", None)


def _values(each: inspect.Type) -> Iterable[Any]:
    if isinstance(each, inspect.EnumType):
        return [member.value for member in each.cls]
    return getattr(each, "values", ())


def _fields(each: inspect.Type) -> list[str]:
    return [field.encode_name for field in each.fields] if isinstance(each, inspect.StructType) else []
