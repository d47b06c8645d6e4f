"""Carries out what a customer may ask for at any step: another flow, the menu, to stop, a person; runs patterns."""

from typing import Any

from msgspec.structs import replace

from flows.engine.dialog import Dialog
from flows.engine.session import Entry
from flows.engine.steps import leave, resume, run
from flows.understanding import entities

MENU = "menu"
PROOFS_READ = 5  # messages of a conversation
DIGRESSIONS = 3  # flows that may lie interrupted under each other


def startable(dialog: Dialog, intent: str) -> str:
    """Finds the flow that an intent starts now; "" when there is none or its guard refuses."""
    flow = dialog.flows.flows.get(dialog.flows.triggers.get(intent, ""))
    if flow is None or (flow.condition is not None and not dialog.value(flow.condition)):
        return ""
    return flow.id


def repeats(dialog: Dialog, flow_id: str, text: str) -> bool:
    """Tells whether a message asks for the very flow that is asking, and tells it nothing new."""
    if not (dialog.stack and dialog.awaiting) or dialog.stack[dialog.visible()].flow != flow_id:
        return False
    told = _mentioned(dialog, dialog.flows.flows[flow_id].fills, text)
    if any(isinstance(value, str) for value in told.values()):
        return False
    return not _may_leave(dialog)


def start(dialog: Dialog, flow_id: str, slots: dict[str, Any] | None = None, text: str = "", intent: str = "") -> None:
    """Starts a flow, with what the message already tells. A question asked inside another flow lets that one wait.

    A list in a slot was only read in the message: numbers that may be the order's, facts that may prove it.

    A flow of several intents reads which one it was in its slot `intent`.
    """
    flow = dialog.flows.flows[flow_id]
    filled = {**_limited(dialog, _mentioned(dialog, flow.fills, text)), **(slots or {})}
    if intent and "intent" in flow.fills:
        filled["intent"] = intent
    running = [frame.flow for frame in dialog.stack]
    if flow_id in running and not filled and not _may_leave(dialog) and not looks_anew(dialog, flow_id):
        del dialog.stack[running.index(flow_id) + 1 + _callees(dialog, running.index(flow_id)) :]
        again(dialog)
        return
    if _interrupts(dialog, flow_id):
        dialog.still()
        dialog.track("flow_interrupted", flow=dialog.stack[dialog.visible()].flow)
        dialog.push(flow_id, Entry.DIGRESSION, filled)
    else:
        dialog.clear()
        dialog.push(flow_id, Entry.ROOT, filled)
    run(dialog)


def human(dialog: Dialog) -> None:
    """Brings in a person, at once."""
    pattern(dialog, dialog.flows.triggers.get("human", "pattern_human_handoff"))


def menu(dialog: Dialog) -> None:
    """Ends everything else and shows the menu."""
    dialog.clear()
    dialog.push(MENU, Entry.ROOT, {})
    run(dialog)


def cancel(dialog: Dialog) -> None:
    """Ends the flow that the customer is in, as they see it, with its callers; what it interrupted goes on."""
    if not dialog.stack:
        pattern(dialog, "pattern_nothing_to_cancel")
        return
    index = dialog.visible()
    ended = dialog.stack[index]
    del dialog.stack[index:]
    dialog.still()
    dialog.track("flow_cancelled", flow=ended.flow)
    if dialog.stack:
        resume(dialog)
        run(dialog)
    else:
        pattern(dialog, "pattern_cancel_flow")


def pattern(dialog: Dialog, flow_id: str, **slots: Any) -> None:
    """Runs a pattern on top of what runs; then that asks again."""
    dialog.still()
    dialog.push(flow_id, Entry.PATTERN if dialog.stack else Entry.ROOT, slots)
    run(dialog)


def again(dialog: Dialog) -> None:
    """Asks the open question again."""
    dialog.still()
    run(dialog)


def drop_optional(dialog: Dialog) -> None:
    """Passes an optional question over: the flow goes on without the answer."""
    step = dialog.step
    dialog.still()
    leave(dialog, step)
    run(dialog)


def settle_versions(dialog: Dialog) -> None:
    """Moves frames whose flow has changed: to the same step if it is still there, else to the top, slots filled.

    A flow that is gone ends, with everything above it.
    """
    for index, frame in enumerate(dialog.stack):
        flow = dialog.flows.flows.get(frame.flow)
        if flow is None:
            del dialog.stack[index:]
            dialog.still()
            return
        if flow.version == frame.version:
            continue
        kept = frame.step in flow.steps or frame.step == "END"
        dialog.stack[index] = replace(frame, version=flow.version, step=frame.step if kept else flow.first)
        if not kept or not _asks_the_same(dialog, index):
            del dialog.stack[index + 1 :]
            dialog.still()
            return


def _asks_the_same(dialog: Dialog, index: int) -> bool:
    """Tells whether a migrated frame's step still is what the session waits for (or calls what lies above it)."""
    frame = dialog.stack[index]
    step = dialog.flows.flows[frame.flow].steps.get(frame.step)
    if index < len(dialog.stack) - 1:
        return dialog.stack[index + 1].entry is not Entry.CALL or (
            step is not None and step.name == dialog.stack[index + 1].flow
        )
    return not dialog.awaiting or (step is not None and step.name == dialog.awaiting)


def _mentioned(dialog: Dialog, fills: tuple[str, ...], text: str) -> dict[str, Any]:
    if not text or not fills:
        return {}
    given = entities.mentioned_order(text) or entities.only_number(text)
    number = given or entities.quoted_order(dialog.message.quoted) or entities.bare_numbers(text)
    found: dict[str, Any] = {}
    for name in fills:
        kind = dialog.flows.slots[name].type
        if kind == "order_number" and number:
            found[name] = number
        elif kind == "proof" and number:
            found[name] = entities.read_proof(text)
        elif kind == "email":
            found[name] = entities.email(text)
    return {name: value for name, value in found.items() if value}


def _limited(dialog: Dialog, told: dict[str, Any]) -> dict[str, Any]:
    """Leaves proofs out that were read once too often: as they are no guesses, nobody shall try them all."""
    read = [name for name in told if dialog.flows.slots[name].type == "proof"]
    tried = bool(read) and dialog.count("proofs_read") > PROOFS_READ
    return {name: value for name, value in told.items() if not (tried and name in read)}


def _interrupts(dialog: Dialog, flow_id: str) -> bool:
    """Tells whether a flow that only reads is asked for inside one that has something to lose."""
    if not dialog.stack or not dialog.flows.flows[flow_id].read_only or _may_leave(dialog):
        return False
    waiting = sum(frame.entry is Entry.DIGRESSION for frame in dialog.stack)
    below = dialog.flows.flows[dialog.stack[dialog.visible()].flow]
    return not below.read_only and waiting < DIGRESSIONS


def looks_anew(dialog: Dialog, flow_id: str) -> bool:
    """Tells whether a flow only reads, and nothing waits for it: it begins again, as its facts may have changed."""
    alone = len(dialog.stack) == 1 + _callees(dialog, 0)
    return alone and dialog.stack[0].flow == flow_id and dialog.flows.flows[flow_id].read_only


def _may_leave(dialog: Dialog) -> bool:
    return bool(dialog.stack) and bool(dialog.awaiting) and dialog.step.optional


def _callees(dialog: Dialog, index: int) -> int:
    """Counts the frames above `index` that were called from it."""
    above = dialog.stack[index + 1 :]
    return next((n for n, frame in enumerate(above) if frame.entry is not Entry.CALL), len(above))
