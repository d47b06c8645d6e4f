"""Reads one flow, step or slot from its YAML. Nested steps are flattened: every step knows the one that follows."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.documents import Place, fail, mapping, place, sequence, text
from core.templating.expressions import Expression
from core.templating.sandbox import ExpressionRefused
from flows.engine.actions import ACTIONS
from flows.engine.model import (
    ACTION,
    CALL,
    COLLECT,
    END,
    HAND_OVER,
    HANDOFF,
    LINK,
    NOOP,
    SET_SLOTS,
    SLOT_TYPES,
    UTTER,
    Branch,
    ChoiceSpec,
    Flow,
    Rejection,
    Slot,
    Step,
)
from flows.language.responses import ENV

KINDS = (COLLECT, UTTER, ACTION, SET_SLOTS, CALL, LINK, HAND_OVER)
_COMMON = ("id", "description", "if", "next")
_FIELDS = {
    COLLECT: (
        *(
            "utter",
            "choices_from",
            "args",
            "fill_single",
            "optional",
            "ask_before_filling",
            "rejections",
            "max_attempts",
        ),
        *("on_max_attempts", "on_error"),
    ),
    UTTER: (),
    ACTION: ("args", "save", "on_error"),
    SET_SLOTS: (),
    CALL: ("args",),
    LINK: ("args",),
    HAND_OVER: ("args",),
    NOOP: (),
}
_FLOW_FIELDS = ("description", "triggers", "otherwise", "if", "read_only", "persist", "fills", "covers", "steps")
_SLOT_FIELDS = ("type", "choices", "min", "max", "private", "description")


def read_slot(path: Path, listed: Mapping[str, Any], name: str) -> Slot:
    """Reads a slot's declaration. Raises ConfigurationError."""
    where, node = place(path, listed, name), listed[name]
    fields = mapping(where, node, _SLOT_FIELDS)
    kind = fields.get("type")
    if kind not in SLOT_TYPES:
        fail(where, f"slot {name} has type {kind!r}", f"one of {', '.join(SLOT_TYPES)}")
    choices = tuple(_choice(path, node, item) for item in sequence(where, fields.get("choices") or []))
    return Slot(
        name, str(kind), where, choices, fields.get("min"), fields.get("max"), bool(fields.get("private", False))
    )


def read_flow(path: Path, listed: Mapping[str, Any], name: str) -> Flow:
    """Reads a flow. Raises ConfigurationError."""
    where, node = place(path, listed, name), listed[name]
    fields = mapping(where, node, _FLOW_FIELDS)
    steps_at = place(path, node, "steps")
    nodes = sequence(steps_at, fields.get("steps"))
    if not nodes:
        fail(steps_at, f"flow {name} has no steps", "a list of steps")
    reader = _StepReader(path)
    first = reader.block(nodes, END)
    version = hashlib.blake2s(msgspec.json.encode(node), digest_size=6).hexdigest()
    return Flow(
        id=name,
        description=str(fields.get("description", name)),
        place=where,
        version=version,
        short="".join(word[:1] for word in name.split("_"))[:6],
        steps=reader.steps,
        first=first,
        triggers=tuple(map(str, fields.get("triggers") or ())),
        condition=_optional_expression(place(path, node, "if"), fields, "if"),
        otherwise=bool(fields.get("otherwise", False)),
        read_only=bool(fields.get("read_only", False)),
        persist=tuple(map(str, fields.get("persist") or ())),
        fills=tuple(map(str, fields.get("fills") or ())),
        covers=tuple(map(str, fields.get("covers") or ())),
    )


class _StepReader:
    """Collects the steps of one flow, nested ones too, under unique ids."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.steps: dict[str, Step] = {}
        self._taken: set[str] = set()

    def block(self, nodes: Sequence[Any], following: str) -> str:
        """Reads a list of steps that ends at `following`; returns the id of the first."""
        named = [self._identify(node, nodes) for node in nodes]
        for index, (node, step_id) in enumerate(zip(nodes, named, strict=True)):
            self.steps[step_id] = self._step(node, step_id, named[index + 1] if index + 1 < len(named) else following)
        return named[0]

    def _identify(self, node: Any, nodes: Sequence[Any]) -> str:
        where = place(self._path, node if isinstance(node, Mapping) else nodes)
        fields = mapping(where, node)
        kind = _kind(where, fields)
        wanted = str(fields.get("id") or (fields[COLLECT] if kind == COLLECT else _default_id(kind, fields)))
        if wanted in self._taken:
            if "id" in fields or kind == COLLECT:
                fail(where, f"two steps are called {wanted!r}", "an id that is used once in the flow")
            wanted = next(name for n in range(2, 1000) if (name := f"{wanted}_{n}") not in self._taken)
        self._taken.add(wanted)
        return wanted

    def _step(self, node: Mapping[str, Any], step_id: str, following: str) -> Step:
        where = place(self._path, node)
        kind = _kind(where, node)
        mapping(where, node, (*((kind,) if kind != NOOP else ()), *_COMMON, *_FIELDS[kind]))
        name = text(place(self._path, node, kind), node[kind]) if kind not in (SET_SLOTS, NOOP) else ""
        values = node.get(SET_SLOTS) if kind == SET_SLOTS else node.get("args")
        known = ACTIONS.get(name) if kind == ACTION else None
        return Step(
            id=step_id,
            kind=kind,
            name=name,
            place=where,
            following=following,
            condition=_optional_expression(place(self._path, node, "if"), node, "if"),
            branches=self._branches(node, following),
            args=self._expressions(node, "args" if kind != SET_SLOTS else SET_SLOTS, values or {}),
            save=str(node.get("save", "")),
            utter=str(node.get("utter", "")) if kind == COLLECT else "",
            choices_from=str(node.get("choices_from", "")),
            fill_single=bool(node.get("fill_single", False)),
            optional=bool(node.get("optional", False)),
            ask_before_filling=bool(node.get("ask_before_filling", False)),
            rejections=self._rejections(node),
            max_attempts=self._attempts(node),
            on_max_attempts=self._target(node, "on_max_attempts", HANDOFF + "max_attempts", following),
            on_error=self._target(node, "on_error", HANDOFF + "action_failed", following),
            consequential=known is not None and known.consequential,
        )

    def _attempts(self, node: Mapping[str, Any]) -> int:
        attempts = node.get("max_attempts", 3)
        if not isinstance(attempts, int) or isinstance(attempts, bool) or attempts < 1:
            fail(place(self._path, node, "max_attempts"), f"max_attempts is {attempts!r}", "a number from 1")
        return int(attempts)

    def _branches(self, node: Mapping[str, Any], following: str) -> tuple[Branch, ...]:
        if "next" not in node:
            return ()
        where, listed = place(self._path, node, "next"), node["next"]
        if isinstance(listed, str):
            return (Branch(None, str(listed)),)
        return tuple(self._branch(place(self._path, branch), branch, following) for branch in sequence(where, listed))

    def _branch(self, where: Place, node: Any, following: str) -> Branch:
        fields = mapping(where, node, ("if", "then", "else"))
        if "else" in fields:
            return Branch(None, self._goal(place(self._path, node, "else"), fields["else"], following))
        if "if" not in fields or "then" not in fields:
            fail(where, "a branch without if and then", "{if: …, then: …} or {else: …}")
        condition = _expression(place(self._path, node, "if"), fields["if"])
        return Branch(condition, self._goal(place(self._path, node, "then"), fields["then"], following))

    def _goal(self, where: Place, node: Any, following: str) -> str:
        """Reads a step id, END, {handoff: reason}, or steps written in place."""
        if isinstance(node, str):
            return str(node)
        if isinstance(node, Mapping):
            return HANDOFF + text(where, mapping(where, node, (HAND_OVER,)).get(HAND_OVER))
        if not sequence(where, node):
            fail(where, "an empty list", "a step id, END, {handoff: reason} or a list of steps")
        return self.block(node, following)

    def _target(self, node: Mapping[str, Any], field: str, otherwise: str, following: str) -> str:
        return self._goal(place(self._path, node, field), node[field], following) if field in node else otherwise

    def _rejections(self, node: Mapping[str, Any]) -> tuple[Rejection, ...]:
        read = []
        for item in sequence(place(self._path, node, "rejections"), node.get("rejections") or []):
            where = place(self._path, item)
            fields = mapping(where, item, ("if", "utter"))
            read.append(Rejection(_expression(where, fields.get("if")), text(where, fields.get("utter"))))
        return tuple(read)

    def _expressions(self, node: Mapping[str, Any], field: str, values: Any) -> dict[str, Expression]:
        where = place(self._path, node, field)
        return {
            str(name): _expression(place(self._path, values, name), value)
            for name, value in mapping(where, values).items()
        }


def _kind(where: Place, fields: Mapping[str, Any]) -> str:
    found = [kind for kind in KINDS if kind in fields and not (kind == UTTER and COLLECT in fields)]
    if len(found) > 1:
        fail(where, f"a step that is {' and '.join(found)}", "one kind for a step")
    if not found and "next" not in fields:
        fail(where, f"a step with {', '.join(map(str, fields)) or 'nothing'}", f"one of {', '.join(KINDS)}, or next")
    return found[0] if found else NOOP


def _default_id(kind: str, fields: Mapping[str, Any]) -> str:
    name = fields.get(kind)
    return f"{kind}_{name}" if isinstance(name, str) else kind


def _choice(path: Path, node: Any, item: Any) -> ChoiceSpec:
    if isinstance(item, Mapping):
        where = place(path, item)
        fields = mapping(where, item, ("value", "if"))
        return ChoiceSpec(text(where, fields.get("value")), _optional_expression(where, fields, "if"))
    return ChoiceSpec(text(place(path, node), item))


def _expression(where: Place, node: Any) -> Expression:
    """Reads an expression; numbers, true and false stand for themselves."""
    source = "none" if node is None else str(node).lower() if isinstance(node, bool) else str(node)
    try:
        return Expression(ENV, source)
    except ExpressionRefused as error:
        fail(where, str(error), "an expression like slots.name == 'value'")


def _optional_expression(where: Place, fields: Mapping[str, Any], key: str) -> Expression | None:
    return _expression(where, fields[key]) if key in fields else None
