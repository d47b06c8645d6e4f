"""Takes what the customer answered to a question, or counts that it was no answer."""

from typing import Any

from flows.engine.dialog import Dialog
from flows.engine.effects import MakeChoice, Redact
from flows.engine.model import (
    HANDOFF,
    NEVER_STORE,
    Step,
)
from flows.engine.stepping.asking import ask_again
from flows.engine.stepping.moving import go, leave, told_with


def answered(dialog: Dialog, step: Step, value: Any, told: bool = True) -> None:
    """Takes an answer: fills the slot, or rejects it and counts the attempt. `told`: the customer gave it."""
    dialog.fill({step.name: value})
    for rejection in step.rejections:
        if dialog.value(rejection.condition):
            said = {k: v for k, v in dialog.top.slots.items() if k != step.name}
            dialog.say(rejection.utter)
            dialog.change(slots=said)
            dialog.track("slot_rejected", step=step.id, flow=dialog.top.flow)
            misunderstood(dialog, say=False)
            return
    dialog.change(attempts=0)
    if told:
        dialog.track("answered", flow=dialog.top.flow, step=step.id)
    if dialog.flows.slots[step.name].pii == NEVER_STORE:
        dialog.effects.append(Redact())
    if told and not step.ask_before_filling:
        dialog.change(told=told_with(dialog.top, step.name))
    _tell(dialog, step, value)
    dialog.still()
    leave(dialog, step)


def _tell(dialog: Dialog, step: Step, value: Any) -> None:
    """Lets the store hear of a choice that it offered for an order."""
    number, name = dialog.top.slots.get("order_number"), ""
    if step.tells is not None and isinstance(value, str):
        name = step.tells.names.get(value, "")
    if step.tells is not None and name and isinstance(number, str):
        dialog.effects.append(MakeChoice(step.tells.kind, number, name))


def misunderstood(dialog: Dialog, say: bool = True, reason: str = "", key: str = "") -> None:
    """Counts an attempt at the awaited slot: rephrases, then shows the way to a person, then goes to `on_max_attempts`.

    `say=False` when the customer was told already what was wrong; `reason` replaces the default reason of the handoff,
    `key` the sentence before the question.
    """
    step, attempt = dialog.step, dialog.top.attempts + 1
    dialog.change(attempts=attempt)
    dialog.track("reprompted", step=step.id, flow=dialog.top.flow, attempt=attempt)
    if attempt >= step.max_attempts:
        dialog.still()
        go(dialog, HANDOFF + reason if reason and step.on_max_attempts.startswith(HANDOFF) else step.on_max_attempts)
    elif say and dialog.switched and step.choices_from:
        dialog.say("utter_retry", question="")
        dialog.still()  # the list is made anew, in the other language
    elif say:
        ask_again(dialog, step, attempt, key)
