"""Goes from step to step and from flow to flow, or over to a person."""

from collections.abc import Mapping
from typing import Any

from flows.engine.dialog import Dialog
from flows.engine.effects import Handoff
from flows.engine.model import ASK, HANDOFF, Step
from flows.engine.session import Entry, Frame
from flows.engine.stepping.afterwards import forget
from flows.engine.stepping.summary import guarded, summarise, wanted

RESUME = "pattern_resume"  # asks whether an unfinished flow goes on
TOO_LATE = "change_after"  # why a person must mend what is done already
PATTERN = "pattern_"  # begins the names of flows that the engine starts itself
UNHEARD = ("no_match", "asked_back", "unheard")  # count what was not understood


def leave(dialog: Dialog, step: Step) -> None:
    """Goes on after a step that is done: the first branch that holds, else the step below."""
    for branch in step.branches:
        if branch.condition is None or dialog.value(branch.condition):
            go(dialog, branch.target)
            return
    go(dialog, step.following)


def go(dialog: Dialog, target: str) -> None:
    """Goes to a step of the top frame, its end, or the team."""
    if target.startswith(HANDOFF):
        hand_over(dialog, target.removeprefix(HANDOFF))
    else:
        dialog.change(step=target, gathered=())


def hand_over(dialog: Dialog, reason: str, details: Mapping[str, Any] | None = None) -> None:
    """Tells the customer, opens a case with `details` and ends what runs: a person goes on from here."""
    key = f"utter_handoff_{reason}"
    known = dialog.flows.responses.find(key, dialog.locale) is not None
    intent = wanted(dialog)
    summary = " ".join(filter(None, (summarise(dialog), forget(dialog))))
    dialog.say(key if known else "utter_handoff", reason=reason)
    dialog.effects.append(Handoff(reason, summary, guarded(dialog, details or {}), intent))
    dialog.track("handed_off", reason=reason, **dialog.place())
    dialog.clear()
    dialog.handed_over = True
    heard(dialog)


def heard(dialog: Dialog) -> None:
    """Ends a row of messages that were not understood: something was done for the customer."""
    for name in UNHEARD:
        dialog.counters.pop(name, None)


def finish(dialog: Dialog) -> None:
    """Ends the top frame's flow: back to the caller, to what was interrupted, or to rest."""
    done = dialog.stack.pop()
    dialog.track("flow_completed", flow=done.flow)
    if not dialog.stack:
        dialog.still()
        if not done.flow.startswith(PATTERN):
            heard(dialog)
    elif done.entry is Entry.CALL:
        persist = dialog.flows.running(done.flow, done.version).persist
        dialog.fill({name: done.slots.get(name) for name in persist})
        dialog.change(told=told_with(dialog.top, *(name for name in done.told if name in persist)))
        shown = {name: choices for name, choices in done.listed.items() if name in persist}
        if shown:
            dialog.change(listed={**dialog.top.listed, **shown})
        leave(dialog, dialog.step)
    elif done.entry is Entry.DIGRESSION:
        resume(dialog)


def resume(dialog: Dialog) -> None:
    """Says that the interrupted flow is back, and its question follows by itself; or asks whether it goes on. A
    question of the engine's own has no name to be told by."""
    flow = dialog.stack[dialog.visible()].flow
    if flow.startswith(PATTERN):
        return
    if dialog.flows.flows[flow].resume == ASK and RESUME in dialog.flows.flows:
        dialog.push(RESUME, Entry.PATTERN, {"wanted": {"flow": flow}})
        return
    dialog.track("flow_resumed", flow=dialog.top.flow)
    dialog.say("utter_continue_interrupted", flow=flow)


def told_with(frame: Frame, *slots: str) -> tuple[str, ...]:
    """Returns what the customer told, with these slots as the last."""
    return (*(name for name in frame.told if name not in slots), *slots)
