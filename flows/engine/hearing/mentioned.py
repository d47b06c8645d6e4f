"""Reads out of a request which slots of its flow it fills already."""

from typing import Any

from flows.engine.dialog import Dialog
from flows.engine.hearing.memory import spoken_of
from flows.engine.model import COLLECT, FILES, Flow
from flows.engine.session import Offered
from flows.engine.stepping.asking import question
from flows.engine.stepping.collecting import fitting
from flows.understanding.values import entities, persons
from flows.understanding.values.recogniser import contained


def mentioned(dialog: Dialog, flow: Flow, text: str) -> dict[str, Any]:
    """Finds the values of the slots that a flow's first message may fill.

    A list in a slot was only read in the message: numbers that may be the order's, facts that may prove it.
    """
    if not text or not flow.fills:
        return {}
    given = entities.mentioned_order(text) or entities.only_number(text) or persons.person_with_postcode(text)
    number = given or entities.quoted_order(dialog.message.quoted) or _read_numbers(dialog, flow, text)
    found: dict[str, Any] = {}
    for name in flow.fills:
        kind = dialog.flows.slots[name].type
        if kind == "order_number" and number:
            found[name] = number
        elif kind == "proof" and number:
            found[name] = entities.read_proof(text)
        elif kind == "email":
            found[name] = entities.email(text)
        elif kind in FILES:
            files = fitting(dialog.flows.slots[name], dialog.message)
            found[name] = files if dialog.flows.slots[name].multiple else next(iter(files), None)
        elif kind == "choice":
            found[name] = _named_choice(dialog, flow, name, text)
    return {name: value for name, value in found.items() if value}


def _read_numbers(dialog: Dialog, flow: Flow, text: str) -> list[str]:
    """Lists the numbers in a message that may be an order's, and the order that it points at."""
    pointed = spoken_of(dialog, text, unnamed=flow.read_only)
    return [*entities.bare_numbers(text), *filter(None, [pointed])]


def _named_choice(dialog: Dialog, flow: Flow, slot: str, text: str) -> str:
    """Finds the only choice of a slot that the text names, by the words that the question declares for it; "" for
    none."""
    step = next((each for each in flow.steps.values() if each.kind == COLLECT and each.name == slot), None)
    asked = dialog.flows.responses.find(question(step), dialog.locale) if step else None
    if asked is None:
        return ""
    worded = {value: each.synonyms for one in asked.variations for value, each in one.choices.items()}
    found = contained(text, [Offered("", value, "", "", synonyms) for value, synonyms in worded.items()])
    return found.value if found else ""
