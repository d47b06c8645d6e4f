"""Makes the question for others of a message that was not understood, and takes from their advice what may be taken.

What is decided here never leaves the house: it was understood. Nor does what may be personal by what was asked for.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from core.people.known import Known
from core.templating.sandbox import ExpressionFailed
from flows.engine.dialog import Dialog
from flows.engine.events import UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.hearing.commands import startable
from flows.engine.hearing.repairs import asked
from flows.engine.model import FILES, Slot
from flows.engine.session import Offered, Session
from flows.engine.stepping.asking import CHANGE, ENDINGS
from flows.engine.versions import settle_versions
from flows.understanding.advice.answer import Told
from flows.understanding.advice.masking import masked
from flows.understanding.advice.question import Fillable, Line, Question
from flows.understanding.reading import SMALL_TALK, Outcome, Reading
from flows.understanding.values.parsers import parse

UNSURE = frozenset(("no_match", "asked_back", "guessed"))  # what is counted where a message was not surely understood
LONGEST, TITLE = 1000, 80  # letters of a message, and of a choice, that others read
WORDS = 2  # that a message has at least; or three signs
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{3}")
# Types of an open question whose answers are nobody's name, number or address.
_HARMLESS = ("choice", "bool", "int", "date", "money", *FILES)
_FILLED = ("choice", "int", "date", "money")


def question(
    flows: FlowSet,
    session: Session,
    message: UserMessage,
    now: datetime,
    before: Sequence[Line] = (),
    names: Iterable[str] = (),
) -> Question | None:
    """Makes the question what a message means in the conversation as it was `before` it; None where none is asked.

    `names` are the customer's own, which are masked.
    """
    dialog = Dialog(flows, session, now, message)
    settle_versions(dialog)
    if not _may_be_asked(dialog, message):
        return None
    try:
        intents = _intents(dialog)
        slots = _fillable(dialog, intents)
    except ExpressionFailed:  # a flow's guard: the turn itself says so
        return None
    own, choices = Known(tuple(names)), _choices(dialog)
    return Question(
        masked(message.text[:LONGEST], own),
        intents,
        slots,
        dialog.awaiting if choices else "",
        tuple(masked(each.title, own)[:TITLE] for each in choices),
        tuple(Line(line.by, masked(line.text, own)) for line in before),
    )


def advised(dialog: Dialog, text: str, reading: Reading) -> Reading:
    """Reads a message as it was advised, where our own reading is not sure."""
    advice = dialog.message.advice
    if not advice.intents or reading.outcome is Outcome.ACCEPT or reading.command or reading.risk:
        return reading
    return dialog.flows.interpreter.advised(text, reading, advice.intents, sure=advice.sure)


def advised_choice(dialog: Dialog) -> Offered | None:
    """Finds the choice that a message means by the advice, where the question is no decision of consequence."""
    advice = dialog.message.advice
    choices = _choices(dialog) if advice.sure and not advice.intents else []
    return choices[advice.choice - 1] if len(choices) >= advice.choice > 0 else None


def advised_slots(dialog: Dialog, flow_id: str, intent: str) -> dict[str, Any]:
    """Reads what a message tells for the flow that begins, by the slots' own parsers."""
    advice = dialog.message.advice
    if intent not in advice.intents or any(frame.flow == flow_id for frame in dialog.stack):
        return {}
    fillable = _slots(dialog, flow_id)
    read = {told.slot: _read(dialog, fillable[told.slot], told) for told in advice.slots if told.slot in fillable}
    return {name: value for name, value in read.items() if value is not None}


def _read(dialog: Dialog, slot: Slot, told: Told) -> Any:
    if slot.type == "choice":
        return told.value if told.value in _values(slot) else None
    return parse(asked(dialog, slot), told.words)


def _may_be_asked(dialog: Dialog, message: UserMessage) -> bool:
    """Tells whether a message is plain words for the bot, and nothing that may be an answer with somebody's data."""
    written = len(message.text.split()) >= WORDS or _SIGNS.search(message.text)
    if not written or message.choice or message.attachments or message.proved:
        return False
    if dialog.pending is not None or dialog.patient:
        return False
    if not dialog.awaiting:
        return True
    slot = dialog.flows.slots[dialog.awaiting]
    return slot.type in _HARMLESS and not (slot.private or slot.pii)


def _intents(dialog: Dialog) -> dict[str, str]:
    """Lists what may be meant here and now, each with what it is about."""
    found = {}
    for intent, examples in sorted(dialog.flows.interpreter.examples.items()):
        flow = dialog.flows.flows.get(startable(dialog, intent))
        if flow is not None or intent in SMALL_TALK:
            found[intent] = "; ".join(filter(None, (flow.description if flow else "", *examples)))
    return found


def _choices(dialog: Dialog) -> list[Offered]:
    """Lists what the open question offers; nothing where its answer is a decision of consequence, or several."""
    slot = dialog.flows.slots.get(dialog.awaiting)
    if slot is None or slot.type != "choice" or slot.multiple or dialog.step.ask_before_filling:
        return []
    return [each for each in dialog.choices if each.value not in (*ENDINGS, CHANGE)]


def _fillable(dialog: Dialog, intents: Iterable[str]) -> dict[str, Fillable]:
    """Describes the slots that a message which begins one of these requests may fill."""
    flows = {name for intent in intents if (name := startable(dialog, intent))}
    slots = {name: slot for flow in sorted(flows) for name, slot in _slots(dialog, flow).items()}
    return {name: Fillable(slot.type, _values(slot)) for name, slot in slots.items()}


def _slots(dialog: Dialog, flow_id: str) -> dict[str, Slot]:
    """Finds the slots that a flow lets its first message fill (`fills`): no decisions, nothing with somebody's data."""
    flow = dialog.flows.flows[flow_id]
    decided = {step.name for step in flow.steps.values() if step.ask_before_filling}
    slots = {name: dialog.flows.slots[name] for name in flow.fills if name not in decided}
    return {name: slot for name, slot in slots.items() if slot.type in _FILLED and not (slot.private or slot.pii)}


def _values(slot: Slot) -> tuple[str, ...]:
    """Lists the values that are open in any case; whether others are shows only in the flow."""
    return tuple(spec.value for spec in slot.choices if spec.condition is None)
