"""Runs steps, each kind by its function, until the customer or an action is waited for."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from core.templating.expressions import Expression
from core.templating.sandbox import ExpressionFailed
from flows.engine.dialog import STEPS_PER_TURN, Dialog
from flows.engine.effects import Handoff, Redact, RunAction
from flows.engine.model import (
    ACTION,
    ASK,
    CALL,
    COLLECT,
    END,
    HAND_OVER,
    HANDOFF,
    LINK,
    NEVER_STORE,
    NOOP,
    SET_SLOTS,
    UTTER,
    WAIT,
    Step,
)
from flows.engine.session import Entry, Frame, Pending
from flows.engine.stepping.afterwards import DEEDS, forget, go_on
from flows.engine.stepping.asking import ask, ask_again
from flows.engine.stepping.summary import guarded, summarise, wanted
from flows.engine.stepping.waiting import begin, take_up
from flows.understanding.values.parsers import MAX_VALUE

RESUME = "pattern_resume"  # asks whether an unfinished flow goes on
TOO_LATE = "change_after"  # why a person must mend what is done already
PATTERN = "pattern_"  # begins the names of flows that the engine starts itself
UNHEARD = ("no_match", "asked_back", "unheard")  # count what was not understood


def run(dialog: Dialog) -> None:
    """Runs steps until something is waited for or nothing runs; then what was set aside and may go on, or what was
    kept for later.

    Raises ExpressionFailed and LimitReached.
    """
    while not dialog.waiting and (dialog.stack or take_up(dialog) or go_on(dialog)):
        if dialog.top.step == END:
            _finish(dialog)
            continue
        dialog.count("steps", STEPS_PER_TURN)
        step = dialog.step
        if step.condition is not None and not dialog.value(step.condition):
            go(dialog, step.following)
        else:
            dialog.visited.append((dialog.top.flow, step.id))
            KINDS[step.kind](dialog, step)


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
    dialog.track("handed_off", reason=reason)
    dialog.clear()
    dialog.handed_over = True
    heard(dialog)


def heard(dialog: Dialog) -> None:
    """Ends a row of messages that were not understood: something was done for the customer."""
    for name in UNHEARD:
        dialog.counters.pop(name, None)


def take_result(dialog: Dialog, value: Any, error: str) -> None:
    """Goes on with what the pending action returned."""
    dialog.pending = None
    step = dialog.step
    if error:
        dialog.track("action_failed", step=step.id, flow=dialog.top.flow)
        go(dialog, step.on_error)
    elif step.kind == COLLECT:
        _offer_listed(dialog, step, value)
    else:
        if step.consequential:
            dialog.count(DEEDS)
            dialog.change(memo={**dialog.top.memo, _memo_key(step, _arguments(dialog, step.args)): value})
        _keep(dialog, step, value)


def answered(dialog: Dialog, step: Step, value: Any, told: bool = True) -> None:
    """Takes an answer: fills the slot, or rejects it and counts the attempt. `told`: the customer gave it."""
    dialog.fill({step.name: value})
    for rejection in step.rejections:
        if dialog.value(rejection.condition):
            said = {k: v for k, v in dialog.top.slots.items() if k != step.name}
            dialog.say(rejection.utter)
            dialog.change(slots=said)
            dialog.track("slot_rejected", slot=step.name, flow=dialog.top.flow)
            misunderstood(dialog, say=False)
            return
    dialog.change(attempts=0)
    if dialog.flows.slots[step.name].pii == NEVER_STORE:
        dialog.effects.append(Redact())
    if told and not step.ask_before_filling:
        dialog.change(told=_with(dialog.top, step.name))
    dialog.still()
    leave(dialog, step)


def misunderstood(dialog: Dialog, say: bool = True, reason: str = "", key: str = "") -> None:
    """Counts an attempt at the awaited slot: rephrases, then shows the way to a person, then goes to `on_max_attempts`.

    `say=False` when the customer was told already what was wrong; `reason` replaces the default reason of the handoff,
    `key` the sentence before the question.
    """
    step, attempt = dialog.step, dialog.top.attempts + 1
    dialog.change(attempts=attempt)
    dialog.track("reprompted", slot=step.name, flow=dialog.top.flow, attempt=attempt)
    if attempt >= step.max_attempts:
        dialog.still()
        go(dialog, HANDOFF + reason if reason and step.on_max_attempts.startswith(HANDOFF) else step.on_max_attempts)
    elif say and dialog.switched and step.choices_from:
        dialog.say("utter_retry", question="")
        dialog.still()  # the list is made anew, in the other language
    elif say:
        ask_again(dialog, step, attempt, key)


def _collect(dialog: Dialog, step: Step) -> None:
    if dialog.top.slots.get(step.name) is not None and not _is_closed(dialog, step):
        leave(dialog, step)
    elif step.choices_from:
        _run(dialog, step, step.choices_from)
    else:
        ask(dialog, step)


def _is_closed(dialog: Dialog, step: Step) -> bool:
    """Tells whether the answer that is there is one of the choices that are not open now: it is asked for again."""
    filled = dialog.top.slots[step.name]
    closed = [
        choice.value
        for choice in dialog.flows.slots[step.name].choices
        if choice.condition is not None and not dialog.value(choice.condition)
    ]
    return any(value in closed for value in (filled if isinstance(filled, list) else [filled]))


def _utter(dialog: Dialog, step: Step) -> None:
    dialog.say(step.name)
    leave(dialog, step)


def _action(dialog: Dialog, step: Step) -> None:
    if step.consequential:
        known = _memo_key(step, _arguments(dialog, step.args))
        if known in dialog.top.memo:
            _keep(dialog, step, dialog.top.memo[known])
            return
    _run(dialog, step, step.name)


def _set_slots(dialog: Dialog, step: Step) -> None:
    dialog.fill(_arguments(dialog, step.args))
    leave(dialog, step)


def _call(dialog: Dialog, step: Step) -> None:
    dialog.push(step.name, Entry.CALL, _arguments(dialog, step.args))


def _link(dialog: Dialog, step: Step) -> None:
    args = _arguments(dialog, step.args)
    entry = dialog.stack.pop().entry
    # A pattern that leads on to a flow while nothing else runs gives its place to it.
    dialog.push(step.name, entry if dialog.stack else Entry.ROOT, args)


def _hand_over(dialog: Dialog, step: Step) -> None:
    hand_over(dialog, step.name, _arguments(dialog, step.args))


def _wait(dialog: Dialog, step: Step) -> None:
    wait, entry = dialog.top.wait, dialog.stack[dialog.visible()].entry
    if wait is not None:  # and it is over
        dialog.change(wait=None)
        _keep(dialog, step, wait.value)
        return
    args = _arguments(dialog, step.args)
    aside = begin(dialog, step.name, str(args.get("key", "")), str(args["for"]))
    if aside and dialog.stack and entry is Entry.DIGRESSION:
        resume(dialog)


def _noop(dialog: Dialog, step: Step) -> None:
    leave(dialog, step)


KINDS: dict[str, Callable[[Dialog, Step], None]] = {
    COLLECT: _collect,
    UTTER: _utter,
    ACTION: _action,
    SET_SLOTS: _set_slots,
    CALL: _call,
    LINK: _link,
    HAND_OVER: _hand_over,
    NOOP: _noop,
    WAIT: _wait,
}


def _run(dialog: Dialog, step: Step, name: str) -> None:
    args = _arguments(dialog, step.args)
    key = f"{dialog.top.flow}.{step.id}.{dialog.counters.get('turns', 0)}.{dialog.counters['steps']}"
    if step.consequential:
        began = dialog.top.started_at
        key = f"{dialog.top.flow}.{_memo_key(step, args)}.{int(began.timestamp()) if began else 0:x}"
    dialog.pending = Pending(key, name, args)
    dialog.effects.append(RunAction(name, args, key))


def _keep(dialog: Dialog, step: Step, value: Any) -> None:
    if step.save:
        dialog.fill({step.save: value})
    leave(dialog, step)


def _offer_listed(dialog: Dialog, step: Step, value: Any) -> None:
    listed: Sequence[Mapping[str, Any]] = value if isinstance(value, list) else ()
    if len(listed) == 1 and step.fill_single:
        only = str(listed[0]["value"])
        answered(dialog, step, [only] if dialog.flows.slots[step.name].multiple else only, told=False)
    elif listed:
        ask(dialog, step, listed)
    else:
        go(dialog, step.following if step.optional else step.on_error)


def _arguments(dialog: Dialog, args: Mapping[str, Expression]) -> dict[str, Any]:
    if not args:
        return {}
    scope = dialog.scope()
    return {name: _limited(expression(scope)) for name, expression in args.items()}


def _limited(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MAX_VALUE]
    if value is None or isinstance(value, bool | int | float | list | dict):
        return value
    raise ExpressionFailed(f"a slot cannot hold {type(value).__name__}")


def _memo_key(step: Step, args: Mapping[str, Any]) -> str:
    return f"{step.id}:{hashlib.blake2s(msgspec.json.encode(args, order='sorted'), digest_size=6).hexdigest()}"


def _finish(dialog: Dialog) -> None:
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
        dialog.change(told=_with(dialog.top, *(name for name in done.told if name in persist)))
        leave(dialog, dialog.step)
    elif done.entry is Entry.DIGRESSION:
        resume(dialog)


def resume(dialog: Dialog) -> None:
    """Says that the interrupted flow is back, and its question follows by itself; or asks whether it goes on."""
    flow = dialog.stack[dialog.visible()].flow
    if dialog.flows.flows[flow].resume == ASK and RESUME in dialog.flows.flows:
        dialog.push(RESUME, Entry.PATTERN, {"wanted": {"flow": flow}})
        return
    dialog.track("flow_resumed", flow=dialog.top.flow)
    dialog.say("utter_continue_interrupted", flow=flow)


def _with(frame: Frame, *slots: str) -> tuple[str, ...]:
    """Returns what the customer told, with these slots as the last."""
    return (*(name for name in frame.told if name not in slots), *slots)
