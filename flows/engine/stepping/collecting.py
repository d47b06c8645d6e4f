"""Collects several values for one question: choices picked in words or pressed one by one, files sent one by one."""

from collections.abc import Sequence
from typing import Any

from flows.engine.dialog import Dialog
from flows.engine.events import UserMessage
from flows.engine.model import FILES, Slot
from flows.engine.session import Offered
from flows.engine.stepping.answers import answered, misunderstood
from flows.engine.stepping.asking import ALL, DONE, ENDINGS, NONE, ask_more
from flows.engine.stepping.steps import run
from flows.engine.stepping.telling import ahead, keep_for

MOST_FILES = 10
_KINDS = {"image": ("image",), "file": ("image", "document", "video", "audio", "voice")}


def take_pressed(dialog: Dialog, choice: Offered) -> None:
    """Takes one of several choices; then asks for more, until there is no more to choose or the customer ends it."""
    step = dialog.step
    slot = dialog.flows.slots[step.name]
    if choice.value == NONE:
        finish(dialog, None)
    elif choice.value == ALL:
        finish(dialog, [each.value for each in dialog.choices if each.value not in ENDINGS])
    elif choice.value == DONE:
        finish(dialog, list(dialog.top.gathered))
    else:
        left = [each for each in dialog.choices if each.value not in (choice.value, *ENDINGS)]
        _add(dialog, [choice.value], enough=not left or _is_full(slot, len(dialog.top.gathered) + 1))


def take_picked(dialog: Dialog, picked: Sequence[Offered]) -> None:
    """Takes all that the customer named in one message: that is the answer, with what was pressed before."""
    if len(picked) == 1 and picked[0].value in ENDINGS:
        take_pressed(dialog, picked[0])
    else:
        finish(dialog, [*dialog.top.gathered, *(choice.value for choice in picked)])


def fitting(slot: Slot, message: UserMessage) -> list[dict[str, str]]:
    """Lists the files of a message that may fill a slot for files: {id, kind}, as many as it holds."""
    found = [{"id": file.id, "kind": file.kind} for file in message.files if file.kind in _KINDS[slot.type]]
    return found[: (_most(slot) or MOST_FILES) if slot.multiple else 1]


def take_files(dialog: Dialog, message: UserMessage) -> bool:
    """Takes files, or a place, as the answer to a question for them; false where none is asked for or none fits."""
    slot = dialog.flows.slots.get(dialog.awaiting)
    if slot is None or slot.type not in (*FILES, "location"):
        return False
    if slot.type == "location":
        found: list[Any] = [message.place] if message.place else []
    else:
        found = fitting(slot, message)
    if not found:
        return False
    if slot.multiple:
        room = (_most(slot) or MOST_FILES) - len(dialog.top.gathered)
        _add(dialog, found[:room], enough=len(found) >= room)
    else:
        answered(dialog, dialog.step, found[0])
        run(dialog)
    return True


def keep_files(dialog: Dialog, message: UserMessage) -> bool:
    """Keeps files that come before they are asked for; false where the flow asks for none, or for none of these."""
    for place, step in ahead(dialog):
        slot = dialog.flows.slots[step.name]
        found = fitting(slot, message) if slot.type in FILES else []
        if found:
            earlier = dialog.stack[place].slots.get(step.name) or []
            value = [*earlier, *found][: _most(slot) or MOST_FILES] if slot.multiple else found[0]
            keep_for(dialog, place, step, value)
            return True
    return False


def finish(dialog: Dialog, values: list[Any] | None) -> None:
    """Ends the collecting: fills the slot, or says that these are too few or too many."""
    step = dialog.step
    slot = dialog.flows.slots[step.name]
    count = len(values or ())
    if values is not None and (count < (slot.minimum or 1) or _is_over(slot, count)):
        misunderstood(dialog, key="utter_too_many" if _is_over(slot, count) else "utter_too_few")
    else:
        answered(dialog, step, values)
    run(dialog)


def _add(dialog: Dialog, values: Sequence[Any], *, enough: bool) -> None:
    gathered = (*dialog.top.gathered, *values)
    if enough:
        finish(dialog, list(gathered))
    else:
        dialog.change(gathered=gathered, attempts=0)
        ask_more(dialog, dialog.step)


def _most(slot: Slot) -> int | None:
    return int(slot.maximum) if slot.maximum is not None else None


def _is_full(slot: Slot, count: int) -> bool:
    return slot.maximum is not None and count >= slot.maximum


def _is_over(slot: Slot, count: int) -> bool:
    return slot.maximum is not None and count > slot.maximum
