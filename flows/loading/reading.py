"""Reads one flow or step from its YAML. Nested steps are flattened: every step knows the one that follows."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.files.documents import Place, fail, mapping, place, sequence, text
from core.files.durations import EXPECTED, duration
from core.templating.expressions import Expression
from flows.engine.actions import ACTIONS
from flows.engine.model import (
    ACTION,
    ANSWER,
    ANYTHING,
    ASK,
    AUTO,
    CALL,
    COLLECT,
    END,
    EXPIRES,
    HAND_OVER,
    HANDOFF,
    LINK,
    MIGRATE,
    NEVER,
    NOOP,
    PIN,
    SET_SLOTS,
    UTTER,
    WAIT,
    Branch,
    Flow,
    Rejection,
    Step,
    Tells,
)
from flows.loading.fields import Fields, expression, require_name

KINDS = (COLLECT, UTTER, ACTION, SET_SLOTS, CALL, LINK, HAND_OVER, WAIT)
COMMON = ("id", "description", "if", "next")
FIELDS = {
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
        *("on_max_attempts", "on_error", "accept", "hints", "told_in", "remind_after", "tells"),
    ),
    UTTER: (),
    ACTION: ("args", "save", "on_error"),
    SET_SLOTS: ("told",),
    CALL: ("args",),
    LINK: ("args",),
    HAND_OVER: ("args",),
    WAIT: ("save",),
    NOOP: (),
}
FLOW_FIELDS = (
    *("name", "description", "triggers", "otherwise", "if", "read_only", "persist", "fills", "covers", "steps"),
    *("expire_after", "remind_after", "interruptible", "resume", "version_policy"),
)


def read_flow(path: Path, listed: Mapping[str, Any], name: str) -> Flow:
    """Reads a flow. Raises ConfigurationError."""
    where, node = place(path, listed, name), listed[name]
    require_name(where, "flow", name)
    fields = mapping(where, node, FLOW_FIELDS)
    steps_at = place(path, node, "steps")
    nodes = sequence(steps_at, fields.get("steps"))
    if not nodes:
        fail(steps_at, f"flow {name} has no steps", "a list of steps")
    reader = _StepReader(path)
    first = reader.block(nodes, END)
    source = msgspec.json.encode(node)
    version = hashlib.blake2s(source, digest_size=6).hexdigest()
    read = Fields(path, fields)
    return Flow(
        id=name,
        description=str(fields.get("description", name)),
        place=where,
        version=version,
        short="".join(word[:1] for word in name.split("_"))[:6],
        steps=reader.steps,
        first=first,
        triggers=read.names("triggers"),
        condition=read.expression("if"),
        otherwise=read.flag("otherwise"),
        read_only=read.flag("read_only"),
        persist=read.names("persist"),
        fills=read.names("fills"),
        covers=read.names("covers"),
        expire_after=read.time("expire_after") or EXPIRES,
        remind_after=read.time("remind_after"),
        interruptible=read.flag("interruptible", True),
        resume=read.word("resume", (ASK, AUTO, NEVER), AUTO),
        version_policy=read.word("version_policy", (PIN, MIGRATE), MIGRATE),
        source=source.decode() if fields.get("version_policy") == PIN else "",
        name=str(fields.get("name", "")),
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
        if "id" in fields:
            require_name(where, "step", wanted)
        if wanted in self._taken:
            if "id" in fields or kind == COLLECT:
                fail(where, f"two steps are called {wanted!r}", "an id that is used once in the flow")
            wanted = next(name for n in range(2, 1000) if (name := f"{wanted}_{n}") not in self._taken)
        self._taken.add(wanted)
        return wanted

    def _step(self, node: Mapping[str, Any], step_id: str, following: str) -> Step:
        where = place(self._path, node)
        kind = _kind(where, node)
        mapping(where, node, (*((kind,) if kind != NOOP else ()), *COMMON, *FIELDS[kind]))
        read = Fields(self._path, node)
        name, args = self._subject(node, kind)
        known = ACTIONS.get(name) if kind == ACTION else None
        return Step(
            id=step_id,
            kind=kind,
            name=name,
            place=where,
            following=following,
            condition=read.expression("if"),
            branches=self._branches(node, following),
            args=args,
            save=str(node.get("save", "")),
            utter=str(node.get("utter", "")) if kind == COLLECT else "",
            choices_from=str(node.get("choices_from", "")),
            fill_single=read.flag("fill_single"),
            optional=read.flag("optional"),
            ask_before_filling=read.flag("ask_before_filling"),
            rejections=self._rejections(node),
            max_attempts=read.count("max_attempts", 3),
            on_max_attempts=self._target(node, "on_max_attempts", HANDOFF + "max_attempts", following),
            on_error=self._target(node, "on_error", HANDOFF + "action_failed", following),
            consequential=known is not None and known.consequential,
            accept=read.word("accept", (ANSWER, ANYTHING), ANSWER),
            hints=read.names("hints"),
            told_in=read.expression("told_in"),
            remind_after=read.time("remind_after"),
            tells=self._told_to_the_store(node),
            told=read.flag("told"),
        )

    def _subject(self, node: Mapping[str, Any], kind: str) -> tuple[str, dict[str, Expression]]:
        """Reads what a step is about: its name and arguments."""
        if kind == WAIT:
            return self._awaited(node)
        if kind in (SET_SLOTS, NOOP):
            return "", self._expressions(node, SET_SLOTS, node.get(SET_SLOTS) or {})
        name = text(place(self._path, node, kind), node[kind])
        return name, self._expressions(node, "args", node.get("args") or {})

    def _awaited(self, node: Mapping[str, Any]) -> tuple[str, dict[str, Expression]]:
        """Reads what a flow waits for: an event's name with its key, and for how long at most."""
        where, wanted = place(self._path, node, WAIT), node[WAIT]
        if isinstance(wanted, str):
            return "", {"for": _length(where, wanted)}
        fields = mapping(where, wanted, ("event", "key", "for"))
        if "for" not in fields:
            fail(where, "a wait without `for`", f"how long it waits at most, {EXPECTED}")
        args = {"for": _length(place(self._path, wanted, "for"), fields["for"])}
        if "key" in fields:
            args["key"] = expression(place(self._path, wanted, "key"), fields["key"])
        return str(fields.get("event", "")), args

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
        condition = expression(place(self._path, node, "if"), fields["if"])
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
            read.append(Rejection(expression(where, fields.get("if")), text(where, fields.get("utter"))))
        return tuple(read)

    def _told_to_the_store(self, node: Mapping[str, Any]) -> Tells | None:
        """Reads which choices the store hears of."""
        if "tells" not in node:
            return None
        fields = mapping(place(self._path, node, "tells"), node["tells"], ("kind", "as"))
        where = place(self._path, node["tells"], "kind")
        names = mapping(place(self._path, node["tells"], "as"), fields.get("as"))
        return Tells(text(where, fields.get("kind")), {str(value): str(name) for value, name in names.items()})

    def _expressions(self, node: Mapping[str, Any], field: str, values: Any) -> dict[str, Expression]:
        where = place(self._path, node, field)
        return {
            str(name): expression(place(self._path, values, name), value)
            for name, value in mapping(where, values).items()
        }


def _length(where: Place, node: Any) -> Expression:
    """Reads a length of time, or an expression that gives one (`settings.lost.look_again`)."""
    try:
        duration(str(node))
    except ValueError:
        found = expression(where, node)
        if not found.names:
            fail(where, f"{node!r}", f"{EXPECTED}, or an expression that gives one")
        return found
    return expression(where, f"'{str(node).strip()}'")


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
