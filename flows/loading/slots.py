"""Reads one slot's declaration from its YAML."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.files.documents import Place, fail, mapping, place, sequence, text
from core.files.near import one_of
from flows.engine.model import LISTED, LONG_PATTERN, MASK, NEVER_STORE, PATTERNED, RANGED, SLOT_TYPES, ChoiceSpec, Slot
from flows.loading.fields import Fields, expression, require_name

FIELDS = ("type", "choices", "min", "max", "multiple", "pattern", "pii", "private", "description")
# Two quantifiers on one another take time without end on some texts.
_NESTED = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]")


def read_slot(path: Path, listed: Mapping[str, Any], name: str) -> Slot:
    """Reads a slot's declaration. Raises ConfigurationError."""
    where, node = place(path, listed, name), listed[name]
    require_name(where, "slot", name)
    fields = mapping(where, node, FIELDS)
    kind = fields.get("type")
    if kind not in SLOT_TYPES:
        fail(where, f"slot {name} has type {kind!r}", one_of(str(kind), SLOT_TYPES).removeprefix("expected "))
    read = Fields(path, fields)
    slot = Slot(
        name,
        str(kind),
        where,
        choices=tuple(_choice(path, node, item) for item in sequence(where, fields.get("choices") or [])),
        minimum=read.number("min"),
        maximum=read.number("max"),
        private=read.flag("private"),
        multiple=read.flag("multiple"),
        pattern=_pattern(read.where("pattern"), fields.get("pattern")),
        pii=read.word("pii", (MASK, NEVER_STORE), ""),
    )
    _check(read, slot)
    return slot


def _check(read: Fields, slot: Slot) -> None:
    """Refuses fields that a slot's type does not have."""
    low, high = slot.minimum, slot.maximum
    if (low is not None or high is not None) and not (slot.type in RANGED or slot.multiple):
        field = "min" if low is not None else "max"
        fail(read.where(field), f"slot {slot.name} of type {slot.type} has {field}", f"it on {', '.join(RANGED)}")
    if low is not None and high is not None and low > high:
        fail(read.where("min"), f"min {low} is above max {high}", "min up to max")
    if slot.multiple and slot.type not in LISTED:
        fail(read.where("multiple"), f"slot {slot.name} of type {slot.type} is multiple", f"it on {', '.join(LISTED)}")
    if slot.pattern and slot.type not in PATTERNED:
        fail(read.where("pattern"), f"slot {slot.name} of type {slot.type} has a pattern", "it on text")


def _pattern(where: Place, node: Any) -> str:
    if node is None:
        return ""
    source = str(node)
    try:
        re.compile(source)
    except re.error as error:
        fail(where, f"pattern {source!r}: {error}", "a regular expression like [A-Z]{2}[0-9]+")
    if len(source) > LONG_PATTERN or _NESTED.search(source):
        fail(where, f"pattern {source!r} may take long", "one without a repeated group of repetitions")
    return source


def _choice(path: Path, node: Any, item: Any) -> ChoiceSpec:
    if isinstance(item, Mapping):
        where = place(path, item)
        fields = mapping(where, item, ("value", "if"))
        condition = expression(where, fields["if"]) if "if" in fields else None
        return ChoiceSpec(text(where, fields.get("value")), condition)
    return ChoiceSpec(text(place(path, node), item))
