"""Takes the answer to the open question: a choice, a value, a yes; or a correction of what was told before."""

import re
from typing import Any

from core.shop.order_numbers import normal_form
from flows.engine.dialog import Dialog
from flows.engine.hearing import tongue
from flows.engine.hearing.commands import MENU, pattern, seen, start, startable
from flows.engine.hearing.decisions import DECISIONS, decide
from flows.engine.hearing.memory import spoken_of
from flows.engine.hearing.repairs import CHANGE_FLOW, KEEP, another_order, asked, change, change_slot, correct
from flows.engine.model import ANYTHING, FILES, WORDED, Slot
from flows.engine.session import Offered
from flows.engine.stepping.answers import answered, misunderstood
from flows.engine.stepping.asking import CHANGE, ENDINGS
from flows.engine.stepping.collecting import take_picked, take_pressed
from flows.engine.stepping.steps import run
from flows.understanding.corrections import read_correction
from flows.understanding.interpreter import SEVERAL
from flows.understanding.lexicon.words import WORDS
from flows.understanding.normalise import folded
from flows.understanding.reading import SMALL_TALK, Reading
from flows.understanding.values import entities
from flows.understanding.values.parsers import parse
from flows.understanding.values.picks import picked
from flows.understanding.values.recogniser import contained, exactly, leading, several, shared

CLARIFY = "pattern_clarify"
ACKNOWLEDGE = "pattern_acknowledge"
_EXTRACTED = (*WORDED, "order_number", "proof", "postcode", "phone", "email", "int")
_SENTENCE = 3  # words
_HELLO = ("greeting", "goodbye")
FEW = 6  # words that only point at something
_VALUE = re.compile(r"[\d@]").search


def answers(dialog: Dialog, text: str, reading: Reading, choice: Offered | None) -> bool:
    """Takes a message as the answer to the open question, as a wish for several of what is offered, or as a correction
    of what was told before; false when it is none."""
    ends = choice is not None and choice.value in ENDINGS
    whole = choice is not None and (ends or not dialog.flows.slots[dialog.step.name].multiple)
    value: Any = choice if whole else _value(dialog, text, reading)
    request = _elsewhere(dialog, reading) and _is_request(dialog, text)
    is_another = not request and WORDS.another_order.search(folded(text)) is not None
    if is_another and another_order(dialog, text):  # it is no other reason
        matched(dialog)
    elif value is not None:
        matched(dialog)
        answer(dialog, value, text)
    elif _wants_several(dialog, text):
        misunderstood(dialog, key="utter_one_at_a_time")
        run(dialog)
    elif not dialog.step.optional and shared(text, dialog.choices):
        misunderstood(dialog, key="utter_more_than_one")
        run(dialog)
    elif not request and (another_order(dialog, text) or correct(dialog, read_correction(text))):
        matched(dialog)
    else:
        _keep_email(dialog, text)
        return False
    return True


def answer(dialog: Dialog, value: Any, text: str) -> None:
    """Takes the answer to the open question and goes on."""
    step = dialog.step
    slot = dialog.flows.slots[step.name]
    if slot.type in FILES and isinstance(value, Offered):
        take_pressed(dialog, value)
        return
    if slot.multiple:
        _take_several(dialog, value, text)
        return
    if isinstance(value, Offered):
        value = value.value
    if slot.type == "bool" and value == CHANGE:
        change(dialog)
        return
    if slot.type == "bool" and isinstance(value, str):
        value = value == "yes"
    if _is_ours(dialog, value, text):
        return
    if slot.type == "order_number" and text:
        _fill_beside(dialog, text, str(value))
    answered(dialog, step, value)
    run(dialog)
    _acknowledge(dialog)


def _acknowledge(dialog: Dialog) -> None:
    """Leaves no answer unheard: a flow that ends with a "no, thanks" has nothing else to say."""
    if not (dialog.stack or dialog.counters.get("says")) and ACKNOWLEDGE in dialog.flows.flows:
        pattern(dialog, ACKNOWLEDGE)


def _is_ours(dialog: Dialog, value: Any, text: str) -> bool:
    """Takes the answer to a question that the engine itself had asked, if it is one."""
    flow = dialog.top.flow
    meant = startable(dialog, value) if flow == CLARIFY else ""
    if flow == tongue.ASK_FLOW:
        tongue.chosen(dialog, str(value))
    elif flow in DECISIONS:
        decide(dialog, bool(value))
    elif flow == CHANGE_FLOW and value != KEEP:
        change_slot(dialog, str(value), text)
    elif meant:
        start(dialog, meant, text=dialog.top.slots.get("wish_text") or "", intent=value)
    else:
        return False
    return True


def _take_several(dialog: Dialog, value: Any, text: str) -> None:
    if isinstance(value, list):
        take_picked(dialog, value)
    elif isinstance(value, Offered) and not text:
        take_pressed(dialog, value)
    elif isinstance(value, Offered):
        take_picked(dialog, [value])


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


def _value(dialog: Dialog, text: str, reading: Reading) -> Any:
    """Reads the answer in `text` to the awaited question; None when there is none, or it is more clearly
    something else."""
    slot = dialog.flows.slots[dialog.step.name]
    elsewhere = _elsewhere(dialog, reading)
    if not text:
        return None
    if slot.type == "choice" and slot.multiple:
        return None if elsewhere and _is_request(dialog, text) else _picked(dialog, text)
    if slot.type == "choice":
        return None if elsewhere and _is_request(dialog, text) else _choice(dialog, text)
    takes_all = dialog.step.accept == ANYTHING
    if slot.type in _EXTRACTED and not takes_all and elsewhere and not _is_bare(slot, text):
        return None
    if slot.type in WORDED and not takes_all and reading.intent in SMALL_TALK:
        return None
    value = parse(asked(dialog, slot), text)
    return value if value is not None else _value_beside(dialog, slot, text)


def _value_beside(dialog: Dialog, slot: Slot, text: str) -> Any:
    """Reads an answer that takes more than the text: what it points at, or the words of the choices."""
    if slot.type == "order_number":
        return entities.pointed_order(text, dialog.message.quoted) or (_short(text) and spoken_of(dialog, text)) or None
    interpreter = dialog.flows.interpreter
    if slot.type != "bool" or interpreter.exact(text) in _HELLO:  # 你好 has the 好 of a yes in it
        return None
    return interpreter.agreement.read(text, dialog.choices)


def _picked(dialog: Dialog, text: str) -> list[Offered] | None:
    return picked(text, [choice for choice in dialog.choices if choice.value not in ENDINGS]) or None


def _is_bare(slot: Slot, text: str) -> bool:
    """Tells whether a message is a value and nothing more, whatever it sounds like ("一件", "1001")."""
    return slot.type == "int" or (
        slot.type not in WORDED and len(text.split()) < _SENTENCE and _VALUE(text) is not None
    )


def _wants_several(dialog: Dialog, text: str) -> bool:
    slot = dialog.flows.slots[dialog.step.name]
    if len(dialog.choices) < 2 or slot.type != "choice" or slot.multiple:
        return False
    return dialog.flows.interpreter.exact(text) == SEVERAL or several(text, dialog.choices)


def _elsewhere(dialog: Dialog, reading: Reading) -> bool:
    """Tells whether a message asks for a flow that does not run, and that the one that asks does not come to itself."""
    other = dialog.flows.triggers.get(reading.intent, "")
    if reading.intent in dialog.flows.flows[seen(dialog)].covers:
        return False
    return bool(other) and all(frame.flow != other for frame in dialog.stack)


def _is_request(dialog: Dialog, text: str) -> bool:
    """Tells whether a message that has another flow's words is a request of its own: at the menu, at a question that
    may be left, or asked as a question. Elsewhere the open question's answer comes first."""
    return dialog.top.flow == MENU or dialog.step.optional or WORDS.asking.search(text.casefold()) is not None


def _choice(dialog: Dialog, text: str) -> Offered | None:
    found = _pointed_choice(dialog, text) or contained(text, dialog.choices)
    if found is not None or not dialog.step.choices_from:
        return found
    return leading(text, dialog.choices) or exactly(read_correction(text).meant, dialog.choices)


def _pointed_choice(dialog: Dialog, text: str) -> Offered | None:
    """Finds the only order among the choices that "this one" points at, or that is named in a sentence."""
    pointed = entities.pointed_order(text, dialog.message.quoted) or (_short(text) and spoken_of(dialog, text))
    forms = set(map(normal_form, [pointed] if pointed else entities.bare_numbers(text)))
    found = [choice for choice in dialog.choices if normal_form(choice.value) in forms]
    return found[0] if len(found) == 1 else None


def _short(text: str) -> bool:
    return len(text.split()) <= FEW


def matched(dialog: Dialog) -> None:
    """Ends a row of messages that nothing matched."""
    dialog.counters.pop("no_match", None)
    dialog.counters.pop("asked_back", None)
