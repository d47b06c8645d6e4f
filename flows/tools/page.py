"""Draws flows as one page to look at: SVG made here, no script, nothing from elsewhere."""

from collections.abc import Iterator
from html import escape

from flows.engine.model import COLLECT
from flows.tools.graph import Edge, Graph, Node, reached

WIDTH, HEIGHT, ACROSS, DOWN, MARGIN = 200, 44, 36, 70, 20
SIDE = 70  # at the right, for ways that lead back up
TITLE_MAX, LABEL_MAX = 27, 34

_STYLE = """
:root{color-scheme:light dark;--ink:#1d2733;--soft:#5b6b7b;--line:#9aa8b5;--paper:#fff;--card:#f5f7f9;--ask:#dbeafe;
--say:#e7f6e9;--do:#fff1d6;--deed:#ffd9d2;--end:#e8eaed;--person:#f3e1fb}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#a7b4c0;--line:#71808e;--paper:#14191f;--card:#1c232b;
--ask:#1e3a5f;--say:#1f4028;--do:#4a3a14;--deed:#5c2a22;--end:#333b44;--person:#432a52}}
body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
header,section{padding:16px 24px}nav{display:flex;flex-wrap:wrap;gap:6px 14px;margin-top:8px}
a{color:inherit}h1{font-size:22px;margin:0}h2{font-size:18px;margin:0}p{margin:4px 0;color:var(--soft)}
section{border-top:1px solid var(--line)}figure{margin:12px 0;overflow-x:auto;background:var(--card);border-radius:8px}
svg{display:block}text{fill:var(--ink);font:12px system-ui,sans-serif}.small{font-size:10.5px;fill:var(--soft);
paint-order:stroke;stroke:var(--card);stroke-width:4px}
rect{stroke:var(--line)}path{fill:none;stroke:var(--line);stroke-width:1.4}.rare{stroke-dasharray:4 4}
.collect{fill:var(--ask)}.utter{fill:var(--say)}.action,.set_slots,.call,.link,.wait{fill:var(--do)}.end,.noop{fill:var(--end)}
.person,.handoff{fill:var(--person)}
.key{display:flex;flex-wrap:wrap;gap:4px 16px}.key span::before{content:"";display:inline-block;width:12px;height:12px;
margin-right:5px;border-radius:3px;border:1px solid var(--line);background:var(--tone);vertical-align:-1px}
"""
_KEY = (
    ("ask", "asks the customer"),
    ("say", "says something"),
    ("do", "does something"),
    ("person", "a person"),
    ("end", "ends"),
)


def page(graphs: list[Graph], title: str = "Flows") -> str:
    """Writes the page: a list of the flows, then each as a picture."""
    links = "".join(f'<a href="#{escape(graph.flow)}">{escape(graph.flow)}</a>' for graph in graphs)
    key = "".join(f'<span style="--tone:var(--{tone})">{escape(words)}</span>' for tone, words in _KEY)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head><body>'
        f'<header><h1>{escape(title)}</h1><div class="key">{key}</div><nav>{links}</nav></header>'
        f"{''.join(_section(graph) for graph in graphs)}</body></html>\n"
    )


def _section(graph: Graph) -> str:
    starts = f"<p>Starts for: {escape(', '.join(graph.triggers))}</p>" if graph.triggers else ""
    return (
        f'<section id="{escape(graph.flow)}"><h2>{escape(graph.flow)}</h2><p>{escape(graph.description)}</p>{starts}'
        f"<figure>{svg(graph)}</figure></section>"
    )


def svg(graph: Graph) -> str:
    """Draws one flow, row by row."""
    places, width, height = _places(graph)
    drawn = [*_ways(graph, places), *(part for node in graph.nodes for part in _box(node, *places[node.id]))]
    shape = '<path d="M0 0L8 4L0 8z" style="fill:var(--line);stroke:none"/>'
    marker = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"'
    arrow = f'<defs><marker id="a-{escape(graph.flow)}" {marker}>{shape}</marker></defs>'
    label = escape(f"{graph.flow}: {graph.description}")
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" {size}>{arrow}{"".join(drawn)}</svg>'
    )


def _places(graph: Graph) -> tuple[dict[str, tuple[int, int]], int, int]:
    """Places each node; within a row by where the nodes stand that lead to it, and by the order of their ways."""
    rows: dict[int, list[str]] = {}
    for node, row in reached(graph).items():
        rows.setdefault(row, []).append(node)
    columns: dict[str, float] = {}
    for _, row_nodes in sorted(rows.items()):
        wishes = {node: _wish(graph, columns, node) for node in row_nodes}
        row_nodes.sort(key=wishes.__getitem__)
        middle = (len(row_nodes) - 1) / 2
        around = sum(wishes.values()) / len(wishes)
        columns |= {node: around + index - middle for index, node in enumerate(row_nodes)}
    left, right = min(columns.values()), max(columns.values())
    places = {
        node: (round(MARGIN + (columns[node] - left) * (WIDTH + ACROSS)), MARGIN + row * (HEIGHT + DOWN))
        for row, row_nodes in rows.items()
        for node in row_nodes
    }
    width = 2 * MARGIN + round((right - left) * (WIDTH + ACROSS)) + WIDTH + SIDE
    return places, width, 2 * MARGIN + max(rows) * (HEIGHT + DOWN) + HEIGHT


def _wish(graph: Graph, columns: dict[str, float], node: str) -> float:
    """Says where a node would best stand: below those that lead to it, their first way to the left."""
    found: list[float] = []
    for start in dict.fromkeys(edge.start for edge in graph.edges if edge.end == node):
        ways = [edge.end for edge in graph.edges if edge.start == start]
        if start in columns:
            found.append(columns[start] + (ways.index(node) - (len(ways) - 1) / 2) * 0.9)
    return sum(found) / len(found) if found else 0.0


def _box(node: Node, x: int, y: int) -> Iterator[str]:
    corner = HEIGHT // 2 if node.kind in ("end", "person", "handoff") else 16 if node.kind == COLLECT else 6
    kind = escape(node.kind)
    yield f'<rect class="{kind}" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="{corner}"/>'
    whole = escape(f"{node.title}" + (f" (line {node.line})" if node.line else ""))
    up = 4 if not node.condition else -3
    yield _text(node.title, TITLE_MAX, x + WIDTH // 2, y + HEIGHT // 2 + up, tip=whole)
    if node.condition:
        said = f"if {node.condition.replace('slots.', '')}"
        yield _text(said, LABEL_MAX, x + WIDTH // 2, y + HEIGHT // 2 + 13, "small", said)


def _ways(graph: Graph, places: dict[str, tuple[int, int]]) -> Iterator[str]:
    right = max(x for x, _ in places.values()) + WIDTH
    labels: list[str] = []
    told: dict[str, int] = {}
    for node in graph.nodes:
        leaving = [edge for edge in graph.edges if edge.start == node.id]
        for nth, edge in enumerate(leaving, 1):
            share = nth / (len(leaving) + 1)
            yield _way(graph.flow, edge, places, share, right + 10 + 8 * nth)
            if edge.label:
                above = told[edge.end] = told.get(edge.end, 0) + 1
                labels.append(_label(edge, places, share, above))
    yield from labels


def _way(flow: str, edge: Edge, places: dict[str, tuple[int, int]], share: float, out: int) -> str:
    (x1, y1), (x2, y2) = places[edge.start], places[edge.end]
    start, low, goal = x1 + WIDTH * share, y1 + HEIGHT, x2 + WIDTH / 2
    if y2 > y1:
        bend = min(60.0, (y2 - low) * 0.6)
        line = f"M{start:.0f} {low}C{start:.0f} {low + bend:.0f} {goal:.0f} {y2 - bend:.0f} {goal:.0f} {y2 - 1}"
    else:
        from_, to = y1 + HEIGHT / 2, y2 + HEIGHT / 2
        line = f"M{x1 + WIDTH} {from_:.0f}C{out} {from_:.0f} {out} {to:.0f} {x2 + WIDTH + 1} {to:.0f}"
    rare = ' class="rare"' if edge.rare else ""
    return f'<path{rare} d="{line}" marker-end="url(#a-{escape(flow)})"/>'


def _label(edge: Edge, places: dict[str, tuple[int, int]], share: float, above: int) -> str:
    """Writes why a way is taken: above where it leads; of one that leads back up, beside where it begins."""
    (x1, y1), (x2, y2) = places[edge.start], places[edge.end]
    if y2 > y1:
        return _text(edge.label, LABEL_MAX, x2 + WIDTH // 2, y2 - 10 - 13 * (above - 1), "small", edge.label)
    return _text(edge.label, LABEL_MAX, round(x1 + WIDTH * share), y1 + HEIGHT + 14, "small", edge.label)


def _text(words: str, most: int, x: int, y: int, style: str = "", tip: str = "") -> str:
    shown = words if len(words) <= most else f"{words[: most - 1]}…"
    tone = f' class="{style}"' if style else ""
    return f'<text{tone} x="{x}" y="{y}" text-anchor="middle">{escape(shown)}<title>{escape(tip)}</title></text>'
