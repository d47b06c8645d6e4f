"""Carries out the customer's yes or no to a question of the engine's own: another request, a switch, an old flow."""

from collections.abc import Callable
from typing import Any

from flows.engine.dialog import Dialog
from flows.engine.hearing.commands import SWITCH, again, cancel, pattern, start, startable
from flows.engine.stepping.afterwards import NEXT, keep
from flows.engine.stepping.moving import RESUME
from flows.engine.stepping.steps import run


def decide(dialog: Dialog, yes: bool) -> None:
    """Takes the answer to the question on top, which is one of DECISIONS."""
    asked = dialog.stack.pop()
    dialog.still()
    DECISIONS[asked.flow](dialog, asked.slots.get("wanted") or {}, yes)


def _next(dialog: Dialog, wanted: dict[str, Any], yes: bool) -> None:
    if yes and _begin(dialog, wanted):
        return
    run(dialog)  # another one may wait
    if not dialog.stack:
        pattern(dialog, "pattern_acknowledge")


def _switch(dialog: Dialog, wanted: dict[str, Any], yes: bool) -> None:
    if yes:
        dialog.clear()
        if _begin(dialog, wanted):
            return
        pattern(dialog, "pattern_cannot_handle")
    else:
        keep(dialog, wanted["intent"], wanted["text"], wanted["slots"])
        again(dialog)


def _resume(dialog: Dialog, _wanted: dict[str, Any], yes: bool) -> None:
    if yes:
        again(dialog)
    else:
        cancel(dialog)


def _begin(dialog: Dialog, wanted: dict[str, Any]) -> bool:
    flow = startable(dialog, wanted.get("intent", ""))
    if flow:
        start(dialog, flow, wanted["slots"], wanted["text"], wanted["intent"])
    return bool(flow)


DECISIONS: dict[str, Callable[[Dialog, dict[str, Any], bool], None]] = {
    NEXT: _next,
    SWITCH: _switch,
    RESUME: _resume,
}
