"""Finds answers in what the customer wrote before they are asked: in the request, or at an earlier question."""

from collections.abc import Sequence

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
    later = reachable(dialog.flow, dialog.step.id) - {dialog.step.id}
    for step in dialog.flow.steps.values():
        if step.id in later and step.kind == COLLECT and step.told_in is not None:
            value = _named(text, _names(dialog, step))
            if value is not None:
                dialog.fill({step.name: value})
                dialog.change(told=told_with(dialog.top, step.name))
                return True
    return False


def _names(dialog: Dialog, step: Step) -> list[Offered]:
    try:
        return names(dialog, step)
    except ExpressionFailed:  # its wording hangs on what is not known yet
        return []


def _named(text: str, offered: Sequence[Offered]) -> str | None:
    found = told(text, offered)
    return found.value if found else None
