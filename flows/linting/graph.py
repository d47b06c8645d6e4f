"""Checks the shape of flows: flows and steps nobody reaches, circles that never wait, no else, an unconfirmed deed."""

from collections.abc import Iterator

from core.files.near import hint
from flows.engine.flowset import FlowSet
from flows.engine.model import CALL, COLLECT, LINK, WAIT, Flow, Step
from flows.engine.stepping.ways import reachable, successors
from flows.linting.finding import Finding, error, warning

Node = tuple[str, str]

# What begins without a trigger or another flow: the patterns of the engine, and what the desk opens.
BEGUN = frozenset(
    (
        *("csat", "restocked", "pattern_session_start", "pattern_greeting", "pattern_thanks", "pattern_goodbye"),
        *("pattern_acknowledge", "pattern_clarify", "pattern_clarify_handoff", "pattern_cannot_handle"),
        *("pattern_no_match_handoff", "pattern_next", "pattern_completed", "pattern_switch", "pattern_resume"),
        *("pattern_change", "pattern_expired", "pattern_language", "pattern_language_switch"),
        *("pattern_unsupported_language", "pattern_contact_proved", "pattern_cancel_flow", "pattern_stale_choice"),
        *("pattern_nothing_to_cancel", "pattern_human_handoff", "pattern_media_not_supported", "pattern_media_handoff"),
    )
)
BY_KIND = "pattern_media_"  # and the kind of a file


def graph_findings(flows: FlowSet) -> Iterator[Finding]:
    """Finds what is wrong with the ways through flows."""
    begun = BEGUN | _entered(flows)
    for flow in flows.flows.values():
        if not (flow.triggers or flow.id in begun or flow.id.startswith(BY_KIND)):
            cure = "expected `triggers`, or a flow that calls it"
            yield warning(flow.place, f"nothing starts {flow.id}{hint(flow.id, sorted(BEGUN))}; {cure}")
        reached = reachable(flow, flow.first)
        for step in flow.steps.values():
            if step.id not in reached:
                yield error(step.place, f"no way leads to step {step.id!r} of {flow.id}")
            if step.branches and step.branches[-1].condition is not None:
                yield warning(step.place, f"the branches of {step.id!r} have no else: the step below follows")
        yield from _unconfirmed(flows, flow)
    yield from _circles(flows)


def _entered(flows: FlowSet) -> set[str]:
    """Lists the flows that others call, or go on with."""
    return {step.name for flow in flows.flows.values() for step in flow.steps.values() if step.kind in (CALL, LINK)}


def _unconfirmed(flows: FlowSet, flow: Flow) -> Iterator[Finding]:
    confirms = frozenset(step.id for step in flow.steps.values() if _is_confirmation(flows, step))
    for name in sorted(reachable(flow, flow.first, confirms)):
        if flow.steps[name].consequential:
            yield error(
                flow.steps[name].place,
                f"action {flow.steps[name].name!r} has consequences; expected a `collect` of a bool slot with"
                " `ask_before_filling: true` on every way to it",
            )


def _is_confirmation(flows: FlowSet, step: Step) -> bool:
    slot = flows.slots.get(step.name) if step.kind == COLLECT else None
    asked = step.ask_before_filling and not step.optional and step.condition is None
    return asked and slot is not None and slot.type == "bool"


def _circles(flows: FlowSet) -> Iterator[Finding]:
    """Finds circles over steps and links in which no customer is waited for."""
    done: set[Node] = set()
    for flow in flows.flows.values():
        for step in flow.steps:
            circle = _circle(flows, (flow.id, step), done)
            if circle:
                place = flows.flows[circle[0]].steps[circle[1]].place
                yield error(
                    place, f"steps run in a circle through {circle[1]!r} of {circle[0]} without a collect or wait"
                )


def _circle(flows: FlowSet, start: Node, done: set[Node]) -> Node | None:
    path: list[Node] = []
    stack: list[tuple[Node, bool]] = [(start, False)]
    while stack:
        node, leaving = stack.pop()
        if leaving:
            path.pop()
            done.add(node)
            continue
        if node in path:
            return node
        if node in done:
            continue
        path.append(node)
        stack.append((node, True))
        stack.extend((follower, False) for follower in _followers(flows, node))
    return None


def _followers(flows: FlowSet, node: Node) -> list[Node]:
    flow = flows.flows[node[0]]
    step = flow.steps[node[1]]
    if step.kind in (COLLECT, WAIT) or (step.kind == CALL and _asks(flows, step.name)):
        return []
    found = [(flow.id, target) for target in successors(step) if target in flow.steps]
    if step.kind == LINK and step.name in flows.flows:
        found.append((step.name, flows.flows[step.name].first))
    return found


def _asks(flows: FlowSet, flow: str) -> bool:
    return flow in flows.flows and any(step.kind in (COLLECT, WAIT) for step in flows.flows[flow].steps.values())
