"""Decides what a message means here and now: tries its possible meanings in order."""

from datetime import timedelta

from msgspec.structs import replace

from core.messages.pieces import Choice
from flows.engine.dialog import Dialog
from flows.engine.events import Opened, UserMessage
from flows.engine.hearing import advising, tongue
from flows.engine.hearing.answering import answer, answers, matched
from flows.engine.hearing.commands import (
    MENU,
    cancel,
    human,
    menu,
    named_command,
    one_moment,
    pattern,
    seen,
    start,
    startable,
)
from flows.engine.hearing.opening import begin, caught_up
from flows.engine.hearing.pressing import again_pressed, named_flow, open_choice, stale
from flows.engine.hearing.repairs import REPAIRS
from flows.engine.hearing.subjects import new_subject
from flows.engine.hearing.unwritten import take_files_alone, take_proof
from flows.engine.model import WORDED
from flows.engine.stepping.asking import ask_again
from flows.engine.stepping.collecting import keep_files, take_files
from flows.engine.stepping.moving import RESUME
from flows.engine.stepping.steps import run
from flows.engine.versions import settle_versions
from flows.understanding.classifier.model import Likely
from flows.understanding.interpreter import HUMAN
from flows.understanding.reading import NOTHING, Outcome, Reading
from flows.understanding.values.recogniser import called, recognise

IDLE = timedelta(hours=6)  # after so long an unfinished flow goes on only if the customer wants it
SURE = 0.5  # probability from which a message is another request, while something is asked
_COMMANDS = {HUMAN: human, "cancel": cancel, "menu": menu, **REPAIRS}


def listen(dialog: Dialog, message: UserMessage) -> None:
    """Takes a message as the first that fits of button, global command, answer, correction, new intent, small talk, no
    match."""
    if again_pressed(dialog, message.choice, message.sent_at or dialog.now):
        dialog.track("double_tap")
        return
    asked = dialog.awaiting
    long_ago = dialog.active_at is not None and dialog.now - dialog.active_at > IDLE
    if not begin(dialog):
        return
    if dialog.pending is not None:
        # A result was lost on its way (a crash between two turns): the action is asked for again, under the same key.
        dialog.pending = None
        run(dialog)
        return
    if dialog.stack and not (dialog.awaiting or dialog.patient) and not caught_up(dialog, message, asked):
        return
    if message.choice is not None and _pressed(dialog, message.choice):
        return
    _hear(dialog, message, long_ago=long_ago)


def open_flow(dialog: Dialog, event: Opened) -> None:
    """Begins a flow of our own accord."""
    settle_versions(dialog)
    dialog.counters.update(steps=0, says=0)
    if event.flow in dialog.flows.flows:
        start(dialog, event.flow, dict(event.slots), forced=True)
    else:
        dialog.track("unknown_flow", flow=event.flow)


def _pressed(dialog: Dialog, choice: Choice) -> bool:
    """Takes a press: on the open menu as the answer, on an older one as stale; false for an id that is not ours."""
    found = open_choice(dialog, choice)
    if found is not None:
        matched(dialog)
        answer(dialog, found, "")
        return True
    flow = named_flow(dialog, choice.id)
    if flow:
        matched(dialog)
        start(dialog, flow)
        return True
    if "~" not in choice.id:
        return False
    if dialog.patient:
        one_moment(dialog)
    else:
        stale(dialog, choice)
    return True


def _hear(dialog: Dialog, message: UserMessage, *, long_ago: bool) -> None:
    """Takes what came without a press of ours: a proof, files, words."""
    text = (message.text or (message.choice.title if message.choice else "")).strip()
    if message.proved:
        take_proof(dialog)
    elif dialog.awaiting and _takes_files(dialog, message):
        matched(dialog)
    elif dialog.awaiting and keep_files(dialog, message) and not text:
        ask_again(dialog, dialog.step, 0, "utter_files_kept")
    elif not text and message.attachments:
        take_files_alone(dialog, message.attachments)
    else:
        _words(dialog, text, is_written=bool(message.text), long_ago=long_ago)


def _takes_files(dialog: Dialog, message: UserMessage) -> bool:
    """Takes what came beside words as the answer, unless the words ask for something at once: a person, to stop."""
    if not message.attachments or (message.text and named_command(dialog.flows.interpreter.read(message.text))):
        return False
    return take_files(dialog, message)


def _words(dialog: Dialog, text: str, *, is_written: bool, long_ago: bool) -> None:
    interpreter = dialog.flows.interpreter
    reading = _sure_enough(dialog, advising.advised(dialog, text, interpreter.read(text)) if text else NOTHING)
    _keep_reading(dialog, reading)
    command = "" if _is_figure(dialog, text) else named_command(reading)
    if is_written and command != tongue.COMMAND and tongue.hear(dialog, text, reading):
        return
    exact = bool(command) and interpreter.exact(text) == command
    choice = called(text, dialog.choices) if exact else recognise(text, dialog.choices, interpreter.exact(text))
    choice = choice or advising.advised_choice(dialog)
    if command and (choice is None or reading.risk):
        if command != "skip":  # which may be an attempt
            matched(dialog)
        if command == tongue.COMMAND:
            tongue.ask_for(dialog, reading.language)
        else:
            _COMMANDS[command](dialog)
        return
    if long_ago and _has_begun(dialog) and not _asks_for_another(dialog, reading):
        pattern(dialog, RESUME, wanted={"flow": seen(dialog)})
    elif dialog.awaiting and answers(dialog, text, reading, choice):
        return
    elif dialog.awaiting and interpreter.takes_back(text, dialog.flows.flows[seen(dialog)].triggers):
        matched(dialog)
        cancel(dialog)
    else:
        new_subject(dialog, text, reading)


def _keep_reading(dialog: Dialog, reading: Reading) -> None:
    """Counts what a message was read as, so that it can be seen later why it was answered as it was."""
    meant = reading.risk or reading.command or reading.intent
    nearest = reading.candidates[0] if reading.candidates else Likely("", 1.0)
    said = Likely(meant, 1.0) if meant and meant != nearest.intent else nearest
    outcome = Outcome.ACCEPT if meant else reading.outcome
    if said.intent:
        dialog.track("read", flow="", step=outcome.value, reason=f"{said.intent} {said.p:.2f}")


def _sure_enough(dialog: Dialog, reading: Reading) -> Reading:
    """Takes a request that is no more than likely as none while the customer is to answer something else."""
    if not dialog.awaiting or dialog.top.flow == MENU or reading.risk or not reading.candidates:
        return reading
    may_be_left = dialog.step.optional and dialog.flows.slots[dialog.step.name].type not in WORDED
    if may_be_left or reading.candidates[0].p >= SURE:
        return reading
    return replace(reading, outcome=Outcome.NONE, intent="", also="", also_text="")


def _is_figure(dialog: Dialog, text: str) -> bool:
    """Tells whether a bare number, which may be a command too (0), answers the question for one."""
    slot = dialog.flows.slots.get(dialog.awaiting)
    return slot is not None and slot.type == "int" and slot.minimum == 0 and text.strip().isdecimal()


def _asks_for_another(dialog: Dialog, reading: Reading) -> bool:
    flow = startable(dialog, reading.intent)
    return bool(flow) and all(frame.flow != flow for frame in dialog.stack)


def _has_begun(dialog: Dialog) -> bool:
    """Tells whether what is asked for belongs to a request that changes something."""
    return bool(dialog.awaiting) and not (dialog.step.optional or dialog.flows.flows[seen(dialog)].read_only)
