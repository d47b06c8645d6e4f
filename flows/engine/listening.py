"""Decides what a message means here and now: tries its possible meanings in order."""

from datetime import timedelta
from typing import Any

from core.messages import Choice
from core.order_numbers import normal_form
from flows.engine.commands import (
    MENU,
    cancel,
    drop_optional,
    human,
    menu,
    pattern,
    repeats,
    settle_versions,
    start,
    startable,
)
from flows.engine.dialog import Dialog
from flows.engine.effects import Say
from flows.engine.events import Opened, UserMessage
from flows.engine.session import Entry, Offered
from flows.engine.steps import answered, misunderstood, run
from flows.understanding import entities
from flows.understanding.interpreter import HUMAN
from flows.understanding.parsers import parse
from flows.understanding.reading import NOTHING, SMALL_TALK, Outcome, Reading
from flows.understanding.recogniser import contained, pressed, recognise

EXPIRES = timedelta(hours=24)  # an unfinished flow is not taken up again after so long
VERIFY = "verify_customer"
GIVE_UP = 3  # unmatched messages in a row
CLARIFY = "pattern_clarify"
_COMMANDS = {HUMAN: human, "cancel": cancel, "menu": menu}
_QUIET = frozenset(("sticker",))
_EXTRACTED = ("text", "any", "order_number", "proof", "postcode", "phone", "email", "int")


def listen(dialog: Dialog, message: UserMessage) -> None:
    """Takes a message as the first that fits of button, global command, answer, new intent, small talk, no match."""
    asked = dialog.awaiting
    _begin(dialog)
    if dialog.pending is not None:
        # A result was lost on its way (a crash between two turns): the action is asked for again, under the same key.
        dialog.pending = None
        run(dialog)
        return
    if dialog.stack and not dialog.awaiting and not _caught_up(dialog, message, asked):
        return
    if message.choice is not None and _pressed(dialog, message.choice):
        return
    text = (message.text or (message.choice.title if message.choice else "")).strip()
    if message.proved:
        _proved(dialog)
    elif not text and message.attachments:
        _media(dialog, message.attachments)
    else:
        _words(dialog, text)


def open_flow(dialog: Dialog, event: Opened) -> None:
    """Begins a flow of our own accord."""
    settle_versions(dialog)
    dialog.counters.update(steps=0, says=0)
    if event.flow in dialog.flows.flows:
        start(dialog, event.flow, dict(event.slots))
    else:
        dialog.track("unknown_flow", flow=event.flow)


def _begin(dialog: Dialog) -> None:
    settle_versions(dialog)
    if dialog.active_at is not None and dialog.now - dialog.active_at > EXPIRES and dialog.stack:
        dialog.track("flow_expired", flow=dialog.stack[0].flow)
        dialog.clear()
    dialog.active_at = dialog.now
    dialog.counters.update(steps=0, says=0)
    dialog.count("turns")


def _caught_up(dialog: Dialog, message: UserMessage, asked: str) -> bool:
    """Runs a flow that changed since up to its question; tells whether the message answers that, or is a command."""
    run(dialog)
    if asked and dialog.awaiting == asked:
        dialog.effects[:] = [effect for effect in dialog.effects if not isinstance(effect, Say)]
        return True
    return dialog.pending is None and _command(dialog.flows.interpreter.read(message.text)) != ""


def _pressed(dialog: Dialog, choice: Choice) -> bool:
    """Takes a press: on the open menu as the answer, on an older one as stale; false for an id that is not ours."""
    found = pressed(choice.id, dialog.choices) if dialog.awaiting else None
    if found is not None:
        _matched(dialog)
        _answer(dialog, found, "")
        return True
    flow = _named_flow(dialog, choice.id)
    if flow:
        _matched(dialog)
        start(dialog, flow)
        return True
    if "~" not in choice.id:
        return False
    _stale(dialog, choice)
    return True


def _named_flow(dialog: Dialog, choice_id: str) -> str:
    """Finds the flow of a button that never grows old, which notices and templates carry: `start.<flow>`, an intent."""
    command, _, name = choice_id.partition(".")
    flow = dialog.flows.flows.get(name) if command == "start" else None
    intent = flow.triggers[0] if flow is not None and flow.triggers else choice_id
    return startable(dialog, intent)


def _stale(dialog: Dialog, choice: Choice) -> None:
    dialog.track("stale_choice")
    menu_flow = dialog.flows.flows.get(MENU)
    at_rest = not dialog.stack or (dialog.awaiting and dialog.step.optional)
    value = choice.id.partition("~")[0].rpartition(".")[2]
    of_menu = menu_flow is not None and choice.id.startswith(f"{menu_flow.short}.")
    intended = _named_flow(dialog, f"start.{value}") if of_menu else ""
    if at_rest and intended:
        start(dialog, intended)
    else:
        pattern(dialog, "pattern_stale_choice")


def _proved(dialog: Dialog) -> None:
    """Begins again what asked for a proof, as the customer's number is known now and finds their orders."""
    _matched(dialog)
    asking = any(frame.flow == VERIFY for frame in dialog.stack)
    begun = dialog.stack[dialog.visible()].flow if asking else ""
    flow = dialog.flows.flows.get(begun)
    if flow is not None and flow.triggers:
        dialog.say("utter_contact_proved")
        dialog.clear()
        dialog.push(begun, Entry.ROOT, {})
        run(dialog)
    else:
        pattern(dialog, "pattern_contact_proved")


def _media(dialog: Dialog, kinds: tuple[str, ...]) -> None:
    """Takes what came without words: by the pattern for its kind where there is one, else as no answer.

    A sticker starts nothing while nothing is asked.
    """
    open_question = bool(dialog.awaiting) and not dialog.step.optional
    if set(kinds) <= _QUIET and not open_question:
        dialog.track("sticker")
        return
    dialog.track("unsupported_media")
    named = next((found for kind in kinds if (found := f"pattern_media_{kind}") in dialog.flows.flows), "")
    if named:
        _matched(dialog)
        pattern(dialog, named)
        return
    if dialog.awaiting and not dialog.step.optional and dialog.top.attempts + 1 < dialog.step.max_attempts:
        dialog.change(attempts=dialog.top.attempts + 1)
        pattern(dialog, "pattern_media_not_supported")
    elif dialog.awaiting and not dialog.step.optional:
        misunderstood(dialog, reason="media_only")
        run(dialog)
    elif dialog.count("no_match") >= GIVE_UP:
        pattern(dialog, "pattern_media_handoff")
    else:
        pattern(dialog, "pattern_media_not_supported")


def _words(dialog: Dialog, text: str) -> None:
    interpreter = dialog.flows.interpreter
    reading = interpreter.read(text) if text else NOTHING
    command = _command(reading)
    exact = bool(command) and interpreter.exact(text) == command
    choice = recognise(text, dialog.choices) if dialog.awaiting and dialog.choices and not exact else None
    if command and (choice is None or reading.risk):
        _matched(dialog)
        _COMMANDS[command](dialog)
        return
    if dialog.awaiting:
        value: Any = choice if choice is not None else _value(dialog, text, reading)
        if value is not None:
            _matched(dialog)
            _answer(dialog, value, text)
            return
        _keep_email(dialog, text)
    _new_subject(dialog, text, reading)


def _command(reading: Reading) -> str:
    """Names the command that a message is; a wish for a person is one too."""
    return reading.command or (HUMAN if reading.intent == HUMAN else "")


def _value(dialog: Dialog, text: str, reading: Reading) -> Any:
    """Reads the answer in `text` to the awaited question; None when there is none, or it is more clearly
    something else."""
    slot = dialog.flows.slots[dialog.step.name]
    running = {frame.flow for frame in dialog.stack}
    other = dialog.flows.triggers.get(reading.intent, "")
    elsewhere = bool(other) and other not in running
    if not text:
        return None
    if slot.type == "choice":
        return None if elsewhere else _pointed_choice(dialog, text) or contained(text, dialog.choices)
    if slot.type in _EXTRACTED and elsewhere:
        return None
    if slot.type in ("text", "any") and reading.intent in SMALL_TALK:
        return None
    value = parse(slot, text, dialog.flows.interpreter)
    if value is None and slot.type == "order_number":
        return entities.pointed_order(text, dialog.message.quoted)
    return value


def _pointed_choice(dialog: Dialog, text: str) -> Offered | None:
    """Finds the only order among the choices that "this one" points at, or that is named in a sentence."""
    pointed = entities.pointed_order(text, dialog.message.quoted)
    forms = set(map(normal_form, [pointed] if pointed else entities.bare_numbers(text)))
    found = [choice for choice in dialog.choices if normal_form(choice.value) in forms]
    return found[0] if len(found) == 1 else None


def _answer(dialog: Dialog, value: Any, text: str) -> None:
    step = dialog.step
    slot = dialog.flows.slots[step.name]
    if isinstance(value, Offered):
        value = value.value == "yes" if slot.type == "bool" else value.value
    if slot.type == "order_number" and text:
        _fill_beside(dialog, text, str(value))
    meant = startable(dialog, value) if dialog.top.flow == CLARIFY else ""
    if meant:
        start(dialog, meant, intent=value)
        return
    answered(dialog, step, value)
    run(dialog)


def _keep_email(dialog: Dialog, text: str) -> None:
    """Keeps the e-mail that was given where the order's number is asked for: it answers the next question."""
    address = entities.email(text) if dialog.flows.slots[dialog.step.name].type == "order_number" else None
    if address:
        _fill_beside(dialog, address, "")


def _fill_beside(dialog: Dialog, text: str, number: str) -> None:
    """Fills a second answer in the same message: `1001, jane@example.com` also answers the question for the proof."""
    for step in dialog.flow.steps.values():
        slot = dialog.flows.slots.get(step.name)
        if step.kind == "collect" and slot and slot.type == "proof" and not step.ask_before_filling:
            found = entities.proof_beside(text, number)
            if found:
                dialog.fill({step.name: found})


def _new_subject(dialog: Dialog, text: str, reading: Reading) -> None:
    intent = reading.intent
    flow = startable(dialog, intent) or _by_number(dialog, text, intent)
    if flow and repeats(dialog, flow, text):
        _no_match(dialog)  # words of the flow that asks, and no answer to what it asks
        return
    if flow:
        _matched(dialog)
        start(dialog, flow, text=text, intent=intent)
        return
    if dialog.awaiting and dialog.step.optional:
        drop_optional(dialog)
        if dialog.waiting:
            return
    if intent in SMALL_TALK:
        _matched(dialog)
        _small_talk(dialog, intent)
    elif not _ask_back(dialog, reading):
        _no_match(dialog)


def _ask_back(dialog: Dialog, reading: Reading) -> bool:
    """Asks which of the likely requests is meant, where nothing else is asked; false when there is nothing to ask."""
    asked = bool(dialog.awaiting) and dialog.top.flow != MENU
    likely = [each.intent for each in reading.candidates if startable(dialog, each.intent)]
    if asked or reading.outcome is not Outcome.ASK or not likely or CLARIFY not in dialog.flows.flows:
        return False
    dialog.track("asked_back")
    if dialog.stack:
        dialog.clear()
    pattern(dialog, CLARIFY, candidates=likely)
    return True


def _small_talk(dialog: Dialog, intent: str) -> None:
    """Answers small talk; then asks an open question again, but not the menu's after a word of thanks."""
    if dialog.stack and dialog.top.flow == MENU and intent != "greeting":
        dialog.clear()
    pattern(dialog, f"pattern_{intent}")


def _by_number(dialog: Dialog, text: str, intent: str) -> str:
    """Finds the flow for a bare order number, or for "this?" about one: the status is meant, when nothing is asked."""
    if dialog.stack and not (dialog.awaiting and (dialog.step.optional or dialog.top.flow == MENU)):
        return ""
    bare = entities.only_number(text)
    about = not intent and entities.pointed_order(text, dialog.message.quoted)
    return startable(dialog, "order_status") if bare or about else ""


def _no_match(dialog: Dialog) -> None:
    dialog.track("no_match")
    attempts = dialog.count("no_match")
    if dialog.awaiting:
        misunderstood(dialog)
        run(dialog)
    elif attempts >= GIVE_UP:
        pattern(dialog, "pattern_no_match_handoff")
    elif dialog.counters.get("turns", 0) <= 1:
        pattern(dialog, "pattern_session_start")
    else:
        pattern(dialog, "pattern_cannot_handle")


def _matched(dialog: Dialog) -> None:
    dialog.counters.pop("no_match", None)
