"""Asks for a slot: the question, its choices, and how it is asked again when the answer is not understood."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from flows.engine.dialog import Dialog
from flows.engine.model import FILES, Step
from flows.engine.session import Offered, Reminder
from flows.language.responses import ChoiceText, Reader, Variation

ENDINGS = ALL, DONE, NONE = ("all", "done", "none")  # choices that end a question for several
MORE = "utter_more"  # asks for more, and words those choices
MORE_FILES = "utter_more_files"
ANEW = "anew"  # counts that the flow began anew in this turn
CHANGE = "change"  # the choice of a summary that leads to what was told before
ID_MAX = 64  # bytes: Telegram's callback_data
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,24}")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def ask(dialog: Dialog, step: Step, listed: Sequence[Mapping[str, Any]] | None = None) -> None:
    """Says the question and waits. `listed` are the choices that an action returned: {value, title?, …}."""
    key = question(step)
    reader = dialog.reader()
    wording = dialog.flows.responses.wording(key, dialog.locale, reader.scope)
    options = dialog.offer(_offers(dialog, step, wording, reader, listed))
    if _was_put(dialog):
        ask_again(dialog, step, dialog.top.attempts)
        return
    dialog.utter(key, wording, reader, options)
    dialog.track("asked", flow=dialog.top.flow, step=step.id)
    _await(dialog, step)


def _was_put(dialog: Dialog) -> bool:
    """Tells whether the same question comes because its flow began anew, for words that answered nothing: word for
    word it would lead in a circle."""
    return bool(dialog.counters.pop(ANEW, 0) and dialog.top.attempts)


def remind(dialog: Dialog, reminder: str) -> None:
    """Reminds the customer of the open question, once in a flow; nothing when it is answered by now."""
    if dialog.reminder is None or dialog.reminder.id != reminder or not dialog.awaiting:
        return
    place = dialog.visible()
    dialog.stack[place] = replace(dialog.stack[place], reminded=True)
    dialog.track("reminded", slot=dialog.awaiting, flow=dialog.stack[place].flow)
    ask_again(dialog, dialog.step, 0, f"utter_remind_{dialog.awaiting}", "utter_remind")


def _await(dialog: Dialog, step: Step) -> None:
    """Waits for the answer; a reminder is due where the flow wants one."""
    dialog.awaiting = step.name
    seen = dialog.stack[dialog.visible()]
    after = step.remind_after or dialog.flows.flows[seen.flow].remind_after
    wanted = after is not None and not seen.reminded
    dialog.reminder = Reminder(dialog.new_id(), dialog.now + after) if wanted and after else None


def ask_more(dialog: Dialog, step: Step) -> None:
    """Asks for more of several, with what is left to choose."""
    key = next(key for key in (f"{MORE}_{step.name}", _more(dialog, step), MORE) if _is_there(dialog, key))
    reader = dialog.reader(again=True, question="", item={"count": len(dialog.top.gathered)})
    wording = dialog.flows.responses.wording(key, dialog.locale, reader.scope)
    left = [each for each in dialog.choices if each.value not in (*ENDINGS, *_chosen(dialog))]
    options = dialog.offer(_stamped(dialog, step, [*left, _ending(dialog, DONE)]))
    dialog.utter(key, wording, reader, options)
    _await(dialog, step)


def _more(dialog: Dialog, step: Step) -> str:
    return MORE_FILES if dialog.flows.slots[step.name].type in FILES else MORE


def _is_there(dialog: Dialog, key: str) -> bool:
    return dialog.flows.responses.find(key, dialog.locale) is not None


def _chosen(dialog: Dialog) -> tuple[str, ...]:
    return tuple(value for value in dialog.top.gathered if isinstance(value, str))


def _ending(dialog: Dialog, value: str) -> Offered:
    reader = dialog.reader(again=True, item={"count": len(dialog.top.gathered)})
    return _worded(value, dialog.flows.responses.wording(MORE, dialog.locale, reader.scope).choices.get(value), reader)


def _endings(dialog: Dialog, step: Step, offered: int) -> list[Offered]:
    """Lists the choices by which a question for several, or for a file, is ended."""
    slot = dialog.flows.slots[step.name]
    if slot.type in FILES and not dialog.top.gathered:
        return [_ending(dialog, NONE)] if step.optional else []
    if not slot.multiple:
        return []
    if dialog.top.gathered:
        return [_ending(dialog, DONE)]
    fits = slot.maximum is None or offered <= slot.maximum
    return [_ending(dialog, ALL)] if offered > 1 and fits else []


def ask_again(dialog: Dialog, step: Step, attempt: int, key: str = "", otherwise: str = "utter_retry") -> None:
    """Asks again with the same choices: first rephrased with an example, then with the way to a person; or by `key`;
    where there is no such text, `otherwise`."""
    hint = step.hints[attempt - 1] if 0 < attempt <= len(step.hints) else ""
    key = key or hint or (f"utter_retry_{step.name}" if attempt == 1 else "utter_retry_last")
    if not _is_there(dialog, key):
        key = otherwise
    reader = dialog.reader(again=True, question="")
    asked = dialog.flows.responses.wording(question(step), dialog.locale, reader.scope)
    reader.scope["question"] = asked.text(reader.scope).strip()
    wording = dialog.flows.responses.wording(key, dialog.locale, reader.scope)
    options = dialog.offer(_stamped(dialog, step, dialog.choices))
    dialog.utter(key, wording, reader, options)
    _await(dialog, step)


def worded(dialog: Dialog, step: Step) -> list[Offered]:
    """Lists the choices that a step's slot declares, as they are worded now; none where an action lists them."""
    if step.choices_from:
        return []
    reader = dialog.reader()
    wording = dialog.flows.responses.wording(question(step), dialog.locale, reader.scope)
    return [_worded(value, wording.choices.get(value), reader) for value in _values(dialog, step)]


def listed_choices(dialog: Dialog, step: Step, listed: Sequence[Mapping[str, Any]]) -> tuple[Offered, ...]:
    """Words the choices that an action listed, as the question shows them."""
    reader = dialog.reader()
    wording = dialog.flows.responses.wording(question(step), dialog.locale, reader.scope)
    return tuple(_listed(item, wording.each, reader) for item in listed)


def names(dialog: Dialog, step: Step) -> list[Offered]:
    """Lists the choices that a step's slot declares by their names alone, open or not: what describes them may not be
    known yet. Raises ExpressionFailed where not even the question can be worded."""
    reader = dialog.reader()
    wording = dialog.flows.responses.wording(question(step), dialog.locale, reader.scope)
    values = [spec.value for spec in dialog.flows.slots[step.name].choices]
    shown = {value: wording.choices[value] for value in values if value in wording.choices}
    return [Offered("", value, each.title(reader.scope), synonyms=each.synonyms) for value, each in shown.items()]


def question(step: Step) -> str:
    """Names the response that asks for a step's slot."""
    return step.utter or f"utter_ask_{step.name}"


def _offers(
    dialog: Dialog, step: Step, wording: Variation, reader: Reader, listed: Sequence[Mapping[str, Any]] | None
) -> tuple[Offered, ...]:
    if listed is not None:
        found = [_listed(item, wording.each, reader) for item in listed]
    else:
        found = [_worded(value, wording.choices.get(value), reader) for value in _values(dialog, step)]
        if step.ask_before_filling and dialog.top.told:
            found.append(Offered("", CHANGE, reader.phrase("change_something", None)))
    found = [each for each in found if each.value not in _chosen(dialog)]
    found += _endings(dialog, step, len(found))
    return _stamped(dialog, step, found)


def _values(dialog: Dialog, step: Step) -> list[str]:
    slot = dialog.flows.slots[step.name]
    if slot.type == "bool":
        return ["yes", "no"]
    return [spec.value for spec in slot.choices if spec.condition is None or dialog.value(spec.condition)]


def _worded(value: str, shown: ChoiceText | None, reader: Reader) -> Offered:
    if shown is None:
        return Offered("", value, value)
    description = shown.description(reader.scope) if shown.description else ""
    return Offered("", value, shown.title(reader.scope), description, shown.synonyms)


def _listed(item: Mapping[str, Any], each: ChoiceText | None, reader: Reader) -> Offered:
    value = str(item["value"])
    traits, synonyms = tuple(item.get("traits", ())), tuple(item.get("synonyms", ()))
    if each is None:
        return Offered("", value, str(item.get("title", value)), str(item.get("description", "")), synonyms, traits)
    scope = {**reader.scope, "item": item}
    description = each.description(scope) if each.description else ""
    return Offered("", value, each.title(scope), description, (*each.synonyms, *synonyms), traits)


def _stamped(dialog: Dialog, step: Step, found: Sequence[Offered]) -> tuple[Offered, ...]:
    """Gives choices new ids, so that a press on an older copy of the same menu is recognised as one."""
    if not found:
        return ()
    stamp = _base36(max(0, int((dialog.now - _EPOCH).total_seconds()))) + _base36(dialog.count("menus") % 1296)
    head = f"{dialog.flow.short}.{step.id[:20]}"
    return tuple(replace(choice, id=_id(head, choice.value, n, stamp)) for n, choice in enumerate(found, 1))


def _id(head: str, value: str, n: int, stamp: str) -> str:
    return f"{head}.{value if _SAFE.fullmatch(value) else n}~{stamp}"[-ID_MAX:]


def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits
