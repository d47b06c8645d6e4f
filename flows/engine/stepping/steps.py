"""Runs steps, each kind by its function, until the customer or an action is waited for."""

from collections.abc import Callable

from flows.engine.dialog import STEPS_PER_TURN, Dialog
from flows.engine.model import (
    ACTION,
    CALL,
    COLLECT,
    END,
    HAND_OVER,
    LINK,
    NOOP,
    SET_SLOTS,
    UTTER,
    WAIT,
    Step,
)
from flows.engine.session import Entry
from flows.engine.stepping.afterwards import go_on
from flows.engine.stepping.answers import answered
from flows.engine.stepping.asking import ask
from flows.engine.stepping.listing import is_to_list
from flows.engine.stepping.moving import finish, go, hand_over, leave, resume, told_with
from flows.engine.stepping.results import arguments, keep, perform, run_action
from flows.engine.stepping.telling import told_before
from flows.engine.stepping.waiting import begin, take_up


def run(dialog: Dialog) -> None:
    """Runs steps until something is waited for or nothing runs; then what was set aside and may go on, or what was
    kept for later.

    Raises ExpressionFailed and LimitReached.
    """
    while not dialog.waiting and (dialog.stack or take_up(dialog) or go_on(dialog)):
        if dialog.top.step == END:
            finish(dialog)
            continue
        dialog.count("steps", STEPS_PER_TURN)
        step = dialog.step
        if step.condition is not None and not dialog.value(step.condition):
            go(dialog, step.following)
        else:
            dialog.visited.append((dialog.top.flow, step.id))
            KINDS[step.kind](dialog, step)


def _collect(dialog: Dialog, step: Step) -> None:
    filled = dialog.top.slots.get(step.name) is not None and not _is_closed(dialog, step)
    if step.ask_before_filling:
        dialog.change(passed=())
    if step.choices_from and (not filled or is_to_list(dialog, step)):
        run_action(dialog, step, step.choices_from)
    elif filled or step.name in dialog.top.passed:
        leave(dialog, step)
    elif (value := told_before(dialog, step)) is not None:
        answered(dialog, step, value)
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


def _set_slots(dialog: Dialog, step: Step) -> None:
    values = arguments(dialog, step.args)
    dialog.fill(values)
    if step.told:
        dialog.change(told=told_with(dialog.top, *(name for name, value in values.items() if value is not None)))
    leave(dialog, step)


def _call(dialog: Dialog, step: Step) -> None:
    dialog.push(step.name, Entry.CALL, arguments(dialog, step.args))


def _link(dialog: Dialog, step: Step) -> None:
    args = arguments(dialog, step.args)
    entry = dialog.stack.pop().entry
    # A pattern that leads on to a flow while nothing else runs gives its place to it.
    dialog.push(step.name, entry if dialog.stack else Entry.ROOT, args)


def _hand_over(dialog: Dialog, step: Step) -> None:
    hand_over(dialog, step.name, arguments(dialog, step.args))


def _wait(dialog: Dialog, step: Step) -> None:
    wait, entry = dialog.top.wait, dialog.stack[dialog.visible()].entry
    if wait is not None:  # and it is over
        dialog.change(wait=None)
        keep(dialog, step, wait.value)
        return
    args = arguments(dialog, step.args)
    aside = begin(dialog, step.name, str(args.get("key", "")), str(args["for"]))
    if aside and dialog.stack and entry is Entry.DIGRESSION:
        resume(dialog)


KINDS: dict[str, Callable[[Dialog, Step], None]] = {
    COLLECT: _collect,
    UTTER: _utter,
    ACTION: perform,
    SET_SLOTS: _set_slots,
    CALL: _call,
    LINK: _link,
    HAND_OVER: _hand_over,
    NOOP: leave,
    WAIT: _wait,
}
