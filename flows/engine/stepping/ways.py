"""Finds the ways through a flow: what may come after a step, and what follows from a slot."""

from collections.abc import Iterable, Iterator

from core.templating.expressions import Expression
from flows.engine.flowset import FlowSet
from flows.engine.model import ACTION, CALL, COLLECT, HAND_OVER, LINK, SET_SLOTS, Flow, Step


def successors(step: Step) -> list[str]:
    """Lists the ids of the steps that may come next, END and handoffs among them."""
    if step.kind in (LINK, HAND_OVER):
        return [step.following] if step.condition is not None else []
    targets = [branch.target for branch in step.branches]
    if step.condition is not None or not targets or step.branches[-1].condition is not None:
        targets.append(step.following)
    if step.kind in (ACTION, COLLECT):
        targets += [step.on_error, step.on_max_attempts]
    return targets


def reachable(flow: Flow, first: str, without: frozenset[str] = frozenset()) -> set[str]:
    """Finds the steps that may follow, from `first` on, passing none of `without`."""
    reached: set[str] = set()
    open_ends = [first]
    while open_ends:
        name = open_ends.pop()
        if name in flow.steps and name not in reached and name not in without:
            reached.add(name)
            open_ends.extend(successors(flow.steps[name]))
    return reached


def source(flows: FlowSet, flow: Flow, slot: str) -> Step | None:
    """Finds the step that asks for a slot, itself or by the flow that it calls."""
    asking = (step for step in flow.steps.values() if step.kind == COLLECT and step.name == slot)
    calling = (step for step in flow.steps.values() if step.kind == CALL and slot in filled_by(flows, step))
    return next(asking, None) or next(calling, None)


def filled_by(flows: FlowSet, step: Step) -> tuple[str, ...]:
    """Names the slots that a step fills."""
    if step.kind == CALL:
        called = flows.flows.get(step.name)
        return called.persist if called else ()
    if step.kind == SET_SLOTS:
        return tuple(step.args)
    name = step.name if step.kind == COLLECT else step.save
    return (name,) if name else ()


def answers_of(flows: FlowSet, flow: Flow) -> set[str]:
    """Names the slots that hold what the customer answered in a flow or in one that it calls, but for confirmations."""
    asked = (step for step in flow.steps.values() if step.kind in (COLLECT, CALL) and not step.ask_before_filling)
    return {name for step in asked for name in filled_by(flows, step)}


def following(flows: FlowSet, flow: Flow, step: Step, slot: str) -> set[str]:
    """Finds the slots that do not hold any more when `slot`, asked for by `step`, changes: those filled by it, from it,
    or on a way chosen by it, and every confirmation.

    What is offered counts where an answer decides it. Where facts do, the old answer holds as long as it is offered. A
    condition on what only later steps fill asks whether they were there already, and hangs on nothing.
    """
    after = [flow.steps[name] for name in reachable(flow, step.id)]
    later = _filled_later(flows, flow)
    answers = {each.name for each in flow.steps.values() if each.kind == COLLECT}
    found = {slot, *(filled_by(flows, step) if step.kind == CALL else ())}
    found |= {each.name for each in after if each.kind == COLLECT and each.ask_before_filling}
    while True:
        chosen = {b.target for each in after for b in each.branches if _reads([b.condition], found)}
        more = {
            name
            for each in after
            if each.id in chosen
            or _reads([each.condition], found - later[each.id])
            or _reads(_expressions(each), found)
            or _reads(_offering(flows, each), found & answers)
            for name in filled_by(flows, each)
        }
        if more <= found:
            return found
        found |= more


def _filled_later(flows: FlowSet, flow: Flow) -> dict[str, set[str]]:
    """Tells for each step which slots are filled by steps below it and by none from the top up to it."""
    before: set[str] = set()
    every = {name for step in flow.steps.values() for name in filled_by(flows, step)}
    found = {}
    for step in flow.steps.values():
        before |= set(filled_by(flows, step))
        found[step.id] = every - before
    return found


def _expressions(step: Step) -> Iterator[Expression | None]:
    yield step.told_in
    yield from step.args.values()
    yield from (rejection.condition for rejection in step.rejections)


def _offering(flows: FlowSet, step: Step) -> Iterator[Expression | None]:
    if step.kind == COLLECT and step.name in flows.slots:
        yield from (choice.condition for choice in flows.slots[step.name].choices)


def _reads(expressions: Iterable[Expression | None], slots: set[str]) -> bool:
    names = (path for each in expressions if each is not None for path in each.names)
    return any(path[0] == "slots" and (len(path) == 1 or path[1] in slots) for path in names)
