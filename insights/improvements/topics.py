"""Tells which flow says a text: what a change of it can move are the numbers of that flow."""

from collections.abc import Iterator

from flows.engine.flowset import FlowSet
from flows.engine.model import COLLECT, UTTER, Flow


def topic_of_text(flows: FlowSet, key: str) -> str:
    """Returns the flow in which the text with this key is said; "" for one that several say, or none by itself."""
    saying = [flow.id for flow in flows.flows.values() if key in _texts(flow)]
    return saying[0] if len(saying) == 1 else ""


def _texts(flow: Flow) -> Iterator[str]:
    for step in flow.steps.values():
        yield step.utter
        yield from step.hints
        yield from (each.utter for each in step.rejections)
        if step.kind == UTTER:
            yield step.name
        if step.kind == COLLECT:
            yield from (f"{begin}_{step.name}" for begin in ("utter_ask", "utter_retry", "change"))
