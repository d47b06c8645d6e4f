"""Carries out what a customer may ask for at any step: another flow, the menu, to stop, a person; runs patterns."""

from typing import Any

from flows.engine.dialog import Dialog
from flows.engine.hearing.mentioned import mentioned
from flows.engine.model import HAND_OVER, NEVER, NOOP, UTTER, Flow
from flows.engine.session import Entry
from flows.engine.stepping.afterwards import keep
from flows.engine.stepping.moving import TOO_LATE, hand_over, leave, resume
from flows.engine.stepping.steps import run
from flows.engine.stepping.waiting import make_room, set_aside
from flows.engine.stepping.ways import reachable
from flows.understanding.interpreter import HUMAN
from flows.understanding.lexicon.words import WORDS
from flows.understanding.reading import Reading
from flows.understanding.values.parsers import MAX_VALUE

MENU = "menu"
SWITCH = "pattern_switch"
PROOFS_READ = 5  # messages of a conversation
GIVE_UP = 3  # unmatched messages in a row


def named_command(reading: Reading) -> str:
    """Names the command that a message is; a wish for a person is one too."""
    return reading.command or (HUMAN if reading.intent == HUMAN else "")


def startable(dialog: Dialog, intent: str) -> str:
    """Finds the flow that an intent starts now; "" when there is none or its guard refuses."""
    flow = dialog.flows.flows.get(dialog.flows.triggers.get(intent, ""))
    if flow is None or (flow.condition is not None and not dialog.value(flow.condition)):
        return ""
    return flow.id


def repeats(dialog: Dialog, flow_id: str, text: str) -> bool:
    """Tells whether a message asks for the very flow that is asking, and tells it nothing new."""
    if not (dialog.stack and dialog.awaiting) or seen(dialog) != flow_id:
        return False
    told = mentioned(dialog, dialog.flows.flows[flow_id], text)
    if any(isinstance(value, str) for value in told.values()):
        return False
    return not _may_leave(dialog)


def is_covered(dialog: Dialog, intent: str, text: str) -> bool:
    """Tells whether a message says what the flow that is asking comes to by itself ("just refund it"), and asks
    nothing."""
    if not (dialog.stack and dialog.awaiting) or dialog.step.optional or WORDS.asking.search(text.casefold()):
        return False
    running = dialog.flows.flows[seen(dialog)]
    return intent in running.covers and not running.read_only


def insists(dialog: Dialog) -> bool:
    """Tells whether whoever says once more what they want passes the open question over: it may be left out, and a
    summary comes yet ("just cancel it")."""
    step = dialog.step
    return step.optional and dialog.flows.slots[step.name].type == "choice" and not _may_leave(dialog)


def start(
    dialog: Dialog,
    flow_id: str,
    slots: dict[str, Any] | None = None,
    text: str = "",
    intent: str = "",
    *,
    forced: bool = False,
    told: tuple[str, ...] = (),
) -> None:
    """Starts a flow, with what the message already tells; one that cannot be interrupted lets in only what is `forced`.

    `told` are those of `slots` that are the customer's own answers; choices that the message names are too.

    What only reads is answered inside what runs, which then goes on; whoever would lose what they told is asked first.
    A flow of several intents reads which one it was in its slot `intent`; one that looks for words of the request reads
    them in `wish_text`.
    """
    flow = dialog.flows.flows[flow_id]
    read = _limited(dialog, mentioned(dialog, flow, text))
    told = tuple(dict.fromkeys((*told, *(name for name in read if dialog.flows.slots[name].type == "choice"))))
    filled = {**read, **(slots or {}), **_words_of(flow, intent, text)}
    running = [frame.flow for frame in dialog.stack]
    if dialog.patient and flow_id in running and not filled:
        one_moment(dialog)
        return
    if flow_id in running and not filled and not _may_leave(dialog) and not looks_anew(dialog, flow_id):
        del dialog.stack[running.index(flow_id) + 1 + _callees(dialog, running.index(flow_id)) :]
        again(dialog)
        return
    if not forced and _is_closed(dialog) and flow_id not in running:
        dialog.say("utter_finish_first", flow=seen(dialog))
        again(dialog)
        return
    insisted = bool(dialog.stack) and dialog.top.flow == SWITCH and _wanted(dialog) in flow.triggers
    _leave_what_may_be_left(dialog)
    if dialog.stack and flow.read_only and dialog.flows.flows[seen(dialog)].resume != NEVER:
        dialog.still()
        dialog.track("flow_interrupted", **dialog.place())
        dialog.push(flow_id, Entry.DIGRESSION, filled, told)
    elif flow.triggers and not insisted and _would_lose(dialog) and not _hands_over(flow):
        wanted = {"intent": intent or flow.triggers[0], "text": text, "slots": dict(slots or {}), "flow": seen(dialog)}
        pattern(dialog, SWITCH, wanted=wanted)
        return
    else:
        make_room(dialog)
        dialog.push(flow_id, Entry.ROOT, filled, told)
    run(dialog)


def _words_of(flow: Flow, intent: str, text: str) -> dict[str, str]:
    """Returns the request itself, as far as a flow reads it."""
    words = {"intent": intent, "wish_text": text[:MAX_VALUE]}
    return {name: value for name, value in words.items() if value and name in flow.fills}


def keep_also(dialog: Dialog, flow_id: str, intent: str, text: str) -> None:
    """Keeps the second request of a message for later, unless the flow of the first covers it."""
    other = startable(dialog, intent)
    first = dialog.flows.flows[flow_id]
    if other and intent not in first.covers and not (other == flow_id and first.read_only):
        keep(dialog, intent, text)


def one_moment(dialog: Dialog) -> None:
    """Says that the flow itself is waiting."""
    dialog.say("utter_one_moment")


def human(dialog: Dialog) -> None:
    """Brings in a person, at once."""
    pattern(dialog, dialog.flows.triggers.get(HUMAN, "pattern_human_handoff"))


def menu(dialog: Dialog) -> None:
    """Ends everything else and shows the menu."""
    make_room(dialog)
    dialog.push(MENU, Entry.ROOT, {})
    run(dialog)


def cancel(dialog: Dialog) -> None:
    """Ends the flow that the customer is in, as they see it, with its callers; what it interrupted goes on."""
    if not dialog.stack:
        pattern(dialog, "pattern_nothing_to_cancel")
        return
    index = dialog.visible()
    place = dialog.place()
    if dialog.top.wait is not None and any(frame.memo for frame in dialog.stack[index:]):
        hand_over(dialog, TOO_LATE)
        return
    del dialog.stack[index:]
    dialog.still()
    dialog.track("flow_cancelled", **place)
    if dialog.stack:
        resume(dialog)
        run(dialog)
    else:
        pattern(dialog, "pattern_cancel_flow")


def pattern(dialog: Dialog, flow_id: str, **slots: Any) -> None:
    """Runs a pattern on top of what runs, in place of the same one where it is open; then that asks again."""
    dialog.still()
    if dialog.stack and dialog.top.flow == flow_id:
        dialog.stack.pop()
    dialog.push(flow_id, Entry.PATTERN if dialog.stack else Entry.ROOT, slots)
    run(dialog)


def again(dialog: Dialog) -> None:
    """Asks the open question again."""
    dialog.still()
    run(dialog)


def drop_optional(dialog: Dialog) -> None:
    """Passes an optional question over: the flow goes on without the answer, or with what was gathered for it."""
    step = dialog.step
    if dialog.top.gathered:
        dialog.fill({step.name: list(dialog.top.gathered)})
    dialog.still()
    leave(dialog, step)
    run(dialog)


def _limited(dialog: Dialog, told: dict[str, Any]) -> dict[str, Any]:
    """Leaves proofs out that were read once too often: as they are no guesses, nobody shall try them all."""
    read = [name for name in told if dialog.flows.slots[name].type == "proof"]
    tried = bool(read) and dialog.count("proofs_read") > PROOFS_READ
    return {name: value for name, value in told.items() if not (tried and name in read)}


def seen(dialog: Dialog) -> str:
    """Names the flow that the customer sees."""
    return dialog.stack[dialog.visible()].flow


def _leave_what_may_be_left(dialog: Dialog) -> None:
    """Ends what the customer sees as long as nothing is lost with it: what only reads, asks for something that may stay
    open, or is a question of our own. What waits is set aside."""
    left = _may_leave(dialog)
    while dialog.stack:
        index = dialog.visible()
        frame = dialog.stack[index]
        if any(each.wait is not None for each in dialog.stack[index:]):
            set_aside(dialog)
            continue
        if not (left or frame.entry is Entry.PATTERN or dialog.flows.flows[frame.flow].read_only):
            return
        del dialog.stack[index:]
        dialog.still()
        left = False


def _is_closed(dialog: Dialog) -> bool:
    """Tells whether the flow that the customer sees must be finished, or cancelled, before another one."""
    return bool(dialog.awaiting) and not dialog.flows.flows[seen(dialog)].interruptible


def _would_lose(dialog: Dialog) -> bool:
    """Tells whether the customer told something to what runs."""
    return any(frame.told for frame in dialog.stack)


def _hands_over(flow: Flow) -> bool:
    """Tells whether a flow brings in a person without a question."""
    return all(step.kind in (HAND_OVER, NOOP, UTTER) for step in flow.steps.values())


def _wanted(dialog: Dialog) -> str:
    return str((dialog.top.slots.get("wanted") or {}).get("intent", ""))


def looks_anew(dialog: Dialog, flow_id: str) -> bool:
    """Tells whether a flow only reads, and nothing waits for it: it begins again, as its facts may have changed."""
    alone = len(dialog.stack) == 1 + _callees(dialog, 0)
    return alone and dialog.stack[0].flow == flow_id and dialog.flows.flows[flow_id].read_only


def _may_leave(dialog: Dialog) -> bool:
    """Tells whether the open question may stay open, and nothing that was told is lost with it: no summary comes."""
    if not (dialog.stack and dialog.awaiting and dialog.step.optional):
        return False
    coming = reachable(dialog.flow, dialog.step.id)
    return not any(dialog.flow.steps[name].ask_before_filling for name in coming)


def _callees(dialog: Dialog, index: int) -> int:
    """Counts the frames above `index` that were called from it."""
    above = dialog.stack[index + 1 :]
    return next((n for n, frame in enumerate(above) if frame.entry is not Entry.CALL), len(above))
