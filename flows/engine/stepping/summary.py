"""Sums up for the team what runs and what the customer told, in English and in whole sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.people.addresses import mask
from core.templating.sandbox import ExpressionFailed
from flows.engine.dialog import Dialog
from flows.engine.model import COLLECT, HAND_OVER, MASK, NEVER_STORE, Flow, Slot
from flows.engine.session import Entry, Frame
from flows.language.responses import DEFAULT_LOCALE, Reader

DETAIL = "detail_"  # begins the response that names a slot, or a detail, for the team
VALUE_MAX = 80


def guarded(dialog: Dialog, details: Mapping[str, Any]) -> dict[str, Any]:
    """Masks, in what is handed over, what the slots of these names keep to themselves."""
    shown = {}
    for name, value in details.items():
        slot = dialog.flows.slots.get(name)
        if slot is None or not slot.pii:
            shown[name] = value
        elif slot.pii == MASK and value is not None:
            shown[name] = mask(str(value))
    return shown


def summarise(dialog: Dialog) -> str:
    """Sums up for the team what runs and what is known: slots with a name for people; private ones are left out."""
    reader = _reader(dialog)
    said = dict.fromkeys(line for frame in dialog.stack for line in _sentences(dialog, frame, reader))
    return " ".join(said)


def wanted(dialog: Dialog) -> str:
    """Names the intent that the customer came with, where it is known; else ""."""
    for frame in dialog.stack:
        flow = dialog.flows.flows.get(frame.flow)
        told = frame.slots.get("intent")
        if isinstance(told, str) and told:
            return told
        if flow is not None and len(flow.triggers) == 1:
            return flow.triggers[0]
    return ""


def _reader(dialog: Dialog) -> Reader:
    return dialog.flows.responses.reader(dialog.scope(), DEFAULT_LOCALE, dialog.timezone, dialog.now)


def _sentences(dialog: Dialog, frame: Frame, reader: Reader) -> Iterator[str]:
    flow = dialog.flows.running(frame.flow, frame.version) if frame.flow in dialog.flows.flows else None
    if flow is None or flow.id.startswith("pattern_"):
        return
    facts = list(_facts(dialog, frame, reader))
    asked = _asked(dialog, flow, frame, reader)
    step = flow.steps.get(frame.step)
    says_more = facts or asked or step is None or step.kind != HAND_OVER  # else the reason says it all
    if says_more and frame.entry is not Entry.CALL:  # what is called is no wish of the customer's
        yield _sentence(flow.description)
    yield from facts
    if asked:
        yield asked


def _facts(dialog: Dialog, frame: Frame, reader: Reader) -> Iterator[str]:
    for name, value in frame.slots.items():
        slot = dialog.flows.slots.get(name)
        if slot is None or slot.private or slot.pii == NEVER_STORE or value is None:
            continue
        label = _named(dialog, name, reader)
        shown = in_words(dialog, slot, value, reader) if label else ""
        shown = mask(shown) if slot.pii == MASK else shown
        if shown:
            yield _sentence(f"{label}: {shown[:VALUE_MAX]}")


def _asked(dialog: Dialog, flow: Flow, frame: Frame, reader: Reader) -> str:
    step = flow.steps.get(frame.step)
    label = _named(dialog, step.name, reader) if step is not None and step.kind == COLLECT else ""
    return _sentence(f"Asked last: {label}") if label else ""


def _named(dialog: Dialog, name: str, reader: Reader) -> str:
    key = f"{DETAIL}{name}"
    return reader.phrase(key, None).strip() if dialog.flows.responses.find(key, DEFAULT_LOCALE) else ""


def in_words(dialog: Dialog, slot: Slot, value: Any, reader: Reader) -> str:
    """Words a slot's value: a choice by its title; "" for what has no words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(filter(None, (in_words(dialog, slot, each, reader) for each in value)))
    if isinstance(value, str) and slot.choices:
        return _title(dialog, slot.name, value, reader)
    return str(value) if isinstance(value, str | int | float) else ""


def _title(dialog: Dialog, name: str, value: str, reader: Reader) -> str:
    """Finds the title of a choice in the question for its slot; the value itself, spaced, where it has none."""
    found = dialog.flows.responses.find(f"utter_ask_{name}", DEFAULT_LOCALE)
    for variation in found.variations if found else ():
        shown = variation.choices.get(value)
        if shown is not None:
            try:
                return shown.title(reader.scope)
            except ExpressionFailed:
                break
    return value.replace("_", " ")


def _sentence(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "!", "?")) else f"{words}."
