"""Reads a flow as a graph: what a customer may come by, from where to where, and why."""

from collections.abc import Iterator, Mapping

import msgspec

from flows.engine.model import ACTION, CALL, COLLECT, END, HAND_OVER, HANDOFF, LINK, NOOP, SET_SLOTS, UTTER, Flow, Step

DEFAULTS = (f"{HANDOFF}max_attempts", f"{HANDOFF}action_failed")  # where every step leads that says nothing else
LABEL_MAX = 60
NOTHING_TOLD: Mapping[tuple[str, str], str] = {}


class Node(msgspec.Struct, frozen=True):
    """Describes a step, or an end: `kind` is the step's, "end" or "person"."""

    id: str
    kind: str
    title: str
    condition: str = ""
    line: int = 0


class Edge(msgspec.Struct, frozen=True):
    """Describes a way, with the condition under which it is taken; `rare` for what goes wrong."""

    start: str
    end: str
    label: str = ""
    rare: bool = False


class Graph(msgspec.Struct, frozen=True):
    """Holds a flow's steps and ends, the first of them first, and the ways between."""

    flow: str
    description: str
    triggers: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph_of(flow: Flow, told: Mapping[tuple[str, str], str] = NOTHING_TOLD) -> Graph:
    """Reads a flow's graph. Where every step leads that fails is left out, unless it says where itself. `told` is what
    stands beside a step, by flow and step: how many came by."""
    edges = tuple(edge for step in flow.steps.values() for edge in _edges(step))
    first = [flow.steps[flow.first], *(step for step in flow.steps.values() if step.id != flow.first)]
    nodes = [_node(step, told.get((flow.id, step.id), "")) for step in first]
    ends = dict.fromkeys(edge.end for edge in edges if edge.end not in flow.steps)
    return Graph(flow.id, flow.description, flow.triggers, (*nodes, *map(_end, ends)), edges)


def _node(step: Step, told: str) -> Node:
    condition = step.condition.source if step.condition else ""
    title = _TITLES.get(step.kind, "{name}").format(name=step.name or step.id)
    title = f"{title} · {told}" if told else title
    return Node(step.id, step.kind, title, condition, step.place.line)


def _end(target: str) -> Node:
    if target.startswith(HANDOFF):
        return Node(target, "person", f"a person: {target.removeprefix(HANDOFF)}")
    return Node(target, "end", "end")


_TITLES = {
    COLLECT: "ask {name}",
    UTTER: "say {name}",
    ACTION: "do {name}",
    SET_SLOTS: "set {name}",
    CALL: "call {name}",
    LINK: "go on with {name}",
    HAND_OVER: "a person: {name}",
    NOOP: "{name}",
}


def _edges(step: Step) -> Iterator[Edge]:
    if step.condition is not None:
        yield _edge(step, step.following, "if not", rare=True)
    if step.kind in (LINK, HAND_OVER):
        return
    for branch in step.branches:
        label = branch.condition.source if branch.condition else ("else" if len(step.branches) > 1 else "")
        yield _edge(step, branch.target, _short(label))
    if not any(branch.condition is None for branch in step.branches):
        yield _edge(step, step.following, "else" if step.branches else "")
    if step.kind == COLLECT and step.on_max_attempts not in DEFAULTS:
        yield _edge(step, step.on_max_attempts, "not understood", rare=True)
    if step.on_error not in DEFAULTS and step.kind in (ACTION, COLLECT):
        yield _edge(step, step.on_error, "fails", rare=True)


def _edge(step: Step, target: str, label: str, *, rare: bool = False) -> Edge:
    """Makes a way; each step has an end of its own, so that no line crosses the picture to reach it."""
    return Edge(step.id, f"{END}_{step.id}" if target == END else target, label, rare)


def _short(text: str) -> str:
    text = text.replace("slots.", "")
    return text if len(text) <= LABEL_MAX else f"{text[: LABEL_MAX - 1]}…"


def reached(graph: Graph) -> dict[str, int]:
    """Places each node in a row: one below the lowest that leads to it, but for ways that lead back."""
    walk = _Walk(graph)
    walk.visit(graph.nodes[0].id)
    rows = dict.fromkeys(reversed(walk.done), 0)
    for node in reversed(walk.done):
        for target in walk.ways.get(node, ()):
            if (node, target) not in walk.back:
                rows[target] = max(rows[target], rows[node] + 1)
    lowest = max(rows.values()) + 1
    return rows | {node.id: lowest for node in graph.nodes if node.id not in rows}


class _Walk:
    """Goes through a graph, as deep as it can first: `done` are nodes, the last first; `back` ways that lead back."""

    def __init__(self, graph: Graph) -> None:
        self.ways: dict[str, list[str]] = {}
        for edge in graph.edges:
            self.ways.setdefault(edge.start, []).append(edge.end)
        self.done: list[str] = []
        self.back: set[tuple[str, str]] = set()
        self._under: list[str] = []

    def visit(self, node: str) -> None:
        self._under.append(node)
        for target in self.ways.get(node, ()):
            if target in self._under:
                self.back.add((node, target))
            elif target not in self.done:
                self.visit(target)
        self._under.pop()
        self.done.append(node)


def mermaid(graphs: list[Graph]) -> str:
    """Writes graphs as a Mermaid diagram."""
    return "\n".join(["flowchart TD", *(line for graph in graphs for line in _mermaid(graph))])


def _mermaid(graph: Graph) -> Iterator[str]:
    yield f'  subgraph {graph.flow}["{graph.flow}"]'
    for node in graph.nodes:
        shape = ("([", "])") if node.kind in ("end", "person") else ("{{", "}}") if node.kind == COLLECT else ("[", "]")
        yield f'    {_name(graph.flow, node.id)}{shape[0]}"{_quoted(node.title)}"{shape[1]}'
    for edge in graph.edges:
        arrow = "-.->" if edge.rare else "-->"
        label = f'|"{_quoted(edge.label)}"|' if edge.label else ""
        yield f"    {_name(graph.flow, edge.start)} {arrow}{label} {_name(graph.flow, edge.end)}"
    yield "  end"


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")


def _name(flow: str, step: str) -> str:
    return f"{flow}__{step}".replace(":", "_").replace("-", "_").replace(" ", "_")
