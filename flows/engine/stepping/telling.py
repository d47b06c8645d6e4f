"""Finds answers in what the customer wrote before they are asked: in the request, or at an earlier question."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from core.templating.sandbox import ExpressionFailed
from flows.engine.dialog import Dialog
from flows.engine.model import COLLECT, Step
from flows.engine.session import Offered
from flows.engine.stepping.asking import names, worded
from flows.engine.stepping.moving import told_with
from flows.engine.stepping.ways import reachable
from flows.understanding.values.recogniser import told


def told_before(dialog: Dialog, step: Step) -> str | None:
    """Finds the value of the choice that the text names in which a step looks for it; None where there is none."""
    text = dialog.value(step.told_in) if step.told_in is not None else None
    return _named(text, worded(dialog, step)) if isinstance(text, str) and text else None


def told_ahead(dialog: Dialog, text: str) -> bool:
    """Keeps what an answer to the open question says of a later one that may be told before it is asked ("make it store
    credit"); false where it says nothing of any."""
    for place, step in ahead(dialog):
        value = _named(text, _names(dialog, step)) if step.told_in is not None else None
        if value is not None:
            keep_for(dialog, place, step, value)
            return True
    return False


def ahead(dialog: Dialog) -> Iterator[tuple[int, Step]]:
    """Lists what the flow that is seen, and those that it called, may yet ask, each with its frame's place."""
    for place in range(len(dialog.stack) - 1, dialog.visible() - 1, -1):
        frame = dialog.stack[place]
        flow = dialog.flows.running(frame.flow, frame.version)
        later = reachable(flow, frame.step) - {frame.step}
        yield from ((place, step) for step in flow.steps.values() if step.id in later and step.kind == COLLECT)


def keep_for(dialog: Dialog, place: int, step: Step, value: Any) -> None:
    """Fills the slot of a later question: what the customer told of it."""
    frame = dialog.stack[place]
    slots = {**frame.slots, step.name: value}
    dialog.stack[place] = replace(frame, slots=slots, told=told_with(frame, step.name))


def _names(dialog: Dialog, step: Step) -> list[Offered]:
    try:
        return names(dialog, step)
    except ExpressionFailed:  # its wording hangs on what is not known yet
        return []


def _named(text: str, offered: Sequence[Offered]) -> str | None:
    found = told(text, offered)
    return found.value if found else None
