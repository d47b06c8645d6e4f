"""Checks that every name in a flow exists: slots, settings, steps, flows, responses, actions, their arguments."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.files.documents import Place
from core.files.near import hint
from core.templating.expressions import Expression
from flows.engine.actions import ACTIONS
from flows.engine.flowset import FlowSet
from flows.engine.model import (
    ACTION,
    ANYTHING,
    ASK,
    CALL,
    COLLECT,
    END,
    HANDOFF,
    LINK,
    SET_SLOTS,
    UTTER,
    WAIT,
    Flow,
    Step,
)
from flows.engine.stepping.asking import ENDINGS, question
from flows.language.responses import DEFAULT_LOCALE
from flows.linting.finding import Finding, error, warning

ROOTS = ("slots", "settings", "dialog", "message")
DIALOG = ("locale", "channel", "idle", "digression", "again", "focus", "languages")
MESSAGE = ("text", "quoted", "shared", "kinds", "came_by")


def name_findings(flows: FlowSet) -> Iterator[Finding]:
    """Finds unknown names, flow by flow."""
    for slot in flows.slots.values():
        for choice in slot.choices:
            yield from expression_findings(flows, slot.place, [choice.condition])
    for flow in flows.flows.values():
        yield from flow_findings(flows, flow)


def flow_findings(flows: FlowSet, flow: Flow) -> Iterator[Finding]:
    """Finds unknown names in one flow."""
    yield from _flow(flows, flow)
    for step in flow.steps.values():
        yield from _step(flows, flow, step)


def expression_findings(flows: FlowSet, where: Place, expressions: Iterable[Expression | None]) -> Iterator[Finding]:
    """Finds names in expressions that nothing declares."""
    for expression in expressions:
        for path in sorted(expression.names if expression else ()):
            yield from path_findings(flows, where, path, ROOTS)


def path_findings(flows: FlowSet, where: Place, path: tuple[str, ...], roots: tuple[str, ...]) -> Iterator[Finding]:
    """Checks one dotted name: its root, then the slot, setting or fact behind it."""
    if path[0] not in roots:
        yield error(where, f"{'.'.join(path)}: nothing is called {path[0]!r}; there are {', '.join(roots)}")
    elif path[0] == "slots" and len(path) > 1:
        yield from _known(where, "slot", path[1], flows.slots)
    elif path[0] == "dialog" and len(path) > 1:
        yield from _known(where, "dialog fact", path[1], DIALOG)
    elif path[0] == "message" and len(path) > 1:
        yield from _known(where, "message fact", path[1], MESSAGE)
    elif path[0] == "settings":
        yield from _setting(flows.settings, where, path)


def _flow(flows: FlowSet, flow: Flow) -> Iterator[Finding]:
    yield from expression_findings(flows, flow.place, [flow.condition])
    named = flows.responses.find(f"flow_name_{flow.id}", DEFAULT_LOCALE) is not None
    if not named and (not flow.interruptible or flow.resume == ASK):
        yield error(flow.place, f"{flow.id} is named to customers; expected a `name`, or a text flow_name_{flow.id}")
    for name in (*flow.persist, *flow.fills):
        yield from _known(flow.place, "slot", name, flows.slots)
    for intent in flow.triggers:
        yield from _known(flow.place, "intent", intent, flows.interpreter.intents)


def _step(flows: FlowSet, flow: Flow, step: Step) -> Iterator[Finding]:
    conditions = [
        step.condition,
        step.told_in,
        *(b.condition for b in step.branches),
        *(r.condition for r in step.rejections),
    ]
    yield from expression_findings(flows, step.place, [*conditions, *step.args.values()])
    for target in (*(branch.target for branch in step.branches), step.on_error, step.on_max_attempts):
        if target != END and not target.startswith(HANDOFF):
            yield from _known(step.place, "step", target, flow.steps)
    for rejection in step.rejections:
        yield from _known(step.place, "response", rejection.utter, flows.responses.by_locale[DEFAULT_LOCALE])
    for hint_ in step.hints:
        yield from _known(step.place, "response", hint_, flows.responses.by_locale[DEFAULT_LOCALE])
    if step.save:
        yield from _known(step.place, "slot", step.save, flows.slots)
    yield from _by_kind(flows, step)


def _by_kind(flows: FlowSet, step: Step) -> Iterator[Finding]:
    responses = flows.responses.by_locale[DEFAULT_LOCALE]
    if step.kind == UTTER:
        yield from _known(step.place, "response", step.name, responses)
    elif step.kind in (CALL, LINK):
        yield from _known(step.place, "flow", step.name, flows.flows)
    elif step.kind == ACTION:
        yield from _action(step, step.name)
    elif step.kind == COLLECT:
        yield from _known(step.place, "slot", step.name, flows.slots)
        yield from _known(step.place, "response", question(step), responses)
        yield from _collect(flows, step)
    elif step.kind == WAIT and step.name and "key" not in step.args:
        yield error(step.place, f"a wait for {step.name!r} without a key; expected what it is about, `key: …`")
    if step.kind in (CALL, LINK, SET_SLOTS):
        for name in step.args:
            yield from _known(step.place, "slot", name, flows.slots)


def _collect(flows: FlowSet, step: Step) -> Iterator[Finding]:
    if step.choices_from:
        yield from _action(step, step.choices_from)
    slot = flows.slots.get(step.name)
    taken = [choice.value for choice in slot.choices if choice.value in ENDINGS] if slot and slot.multiple else []
    if slot and taken:
        yield error(
            slot.place, f"{taken[0]!r} ends a question for several; expected another value in slot {slot.name!r}"
        )
    if step.accept == ANYTHING and slot and slot.type not in ("text", "any"):
        yield error(
            step.place, f"slot {step.name!r} of type {slot.type} takes no anything; expected a slot of type text"
        )
    if step.remind_after and step.optional:
        yield warning(step.place, f"{step.name!r} may be left open, and yet its customer is reminded")
    if slot and slot.type == "choice" and not slot.choices and not step.choices_from:
        yield error(step.place, f"slot {step.name!r} has no choices and the step no choices_from")


def _action(step: Step, name: str) -> Iterator[Finding]:
    yield from _known(step.place, "action", name, ACTIONS)
    found = ACTIONS.get(name)
    if found is None:
        return
    for argument in sorted(found.required - set(step.args)):
        yield error(step.place, f"action {name!r} needs the argument {argument!r}")
    for argument in step.args:
        yield from _known(step.place, f"argument of {name!r}", argument, found.allowed)


def _setting(settings: Mapping[str, Any], where: Place, path: tuple[str, ...]) -> Iterator[Finding]:
    value: Any = settings
    for name in path[1:]:
        if not isinstance(value, Mapping):
            return
        if name not in value:
            yield error(where, f"{'.'.join(path)}: there is no such setting")
            return
        value = value[name]


def _known(where: Place, kind: str, name: str, known: Iterable[str]) -> Iterator[Finding]:
    names = list(known)
    if name not in names:
        yield error(where, f"there is no {kind} {name!r}{hint(name, names)}")
