"""Mends a conversation at the customer's wish: back, skip, repeat, start again, change what was told."""

from collections.abc import Callable, Sequence
from typing import Any

from flows.engine.dialog import Dialog
from flows.engine.effects import Say
from flows.engine.hearing.commands import MENU, again, drop_optional, pattern
from flows.engine.model import COLLECT, Slot, Step
from flows.engine.session import Entry, Frame, Offered, Subject
from flows.engine.stepping.answers import answered, misunderstood
from flows.engine.stepping.asking import worded
from flows.engine.stepping.moving import TOO_LATE, hand_over, resume
from flows.engine.stepping.steps import run
from flows.engine.stepping.waiting import make_room
from flows.engine.stepping.ways import answers_of, following, reachable, source
from flows.language.formats import as_day, local
from flows.understanding.corrections import Correction, number_in, read_correction
from flows.understanding.lexicon.words import WORDS
from flows.understanding.normalise import folded
from flows.understanding.values import entities
from flows.understanding.values.parsers import MAX_VALUE, Question, parse
from flows.understanding.values.picks import edited, picked
from flows.understanding.values.recogniser import contained

CHANGE_FLOW = "pattern_change"
KEEP = "keep"  # the choice to change nothing after all
ORDER, WISH = "order_number", "wish_text"
_PARSED = ("email", "phone", "postcode", "money", "date")


def back(dialog: Dialog) -> None:
    """Asks again for what was told last; before the first answer, goes back to what was interrupted, or the menu."""
    while dialog.stack:
        frame = dialog.top
        if frame.memo:
            hand_over(dialog, TOO_LATE)
            return
        if told := _told(dialog, frame):
            _ask_anew(dialog, told[-1])
            return
        dialog.stack.pop()
        dialog.still()
        if frame.entry is Entry.DIGRESSION:
            resume(dialog)
        if frame.entry is not Entry.CALL and dialog.stack:
            run(dialog)
            return
    _open_menu(dialog, "back")


def skip(dialog: Dialog) -> None:
    """Passes an optional question over; says that any other is needed, and counts that as an attempt."""
    if not dialog.awaiting:
        pattern(dialog, "pattern_nothing_to_cancel")
    elif dialog.top.flow == MENU:
        dialog.clear()
        pattern(dialog, "pattern_acknowledge")
    elif not dialog.step.optional:
        misunderstood(dialog, key="utter_cannot_skip")
        run(dialog)
    else:
        drop_optional(dialog)
        if dialog.pending is None and not any(isinstance(effect, Say) for effect in dialog.effects):
            pattern(dialog, "pattern_acknowledge")


def repeat(dialog: Dialog) -> None:
    """Says the open question again."""
    if dialog.stack:
        dialog.track("said_again", **dialog.place())
        again(dialog)
    else:
        pattern(dialog, "pattern_nothing_to_cancel")


def restart(dialog: Dialog) -> None:
    """Forgets what runs and begins at the menu."""
    _open_menu(dialog, "restart")


def change(dialog: Dialog) -> None:
    """Lists what the customer told in the flow they see, to choose what is to be another; a single thing is asked for
    at once."""
    if not dialog.stack:
        pattern(dialog, "pattern_nothing_to_cancel")
    elif any(frame.memo for frame in dialog.stack[dialog.visible() :]):
        hand_over(dialog, TOO_LATE)
    else:
        names = [choice.value for choice in _changeable(dialog)]
        if len(names) == 1:
            change_slot(dialog, names[0])
        elif names:
            pattern(dialog, CHANGE_FLOW, names=names)
        else:
            dialog.say("utter_nothing_told")
            again(dialog)


def change_slot(dialog: Dialog, slot: str, text: str = "") -> None:
    """Asks anew for a slot of the flow that is seen, or of the one below the list of what can be changed; takes the new
    value where the text has one."""
    while dialog.stack and slot not in _told(dialog, dialog.top):
        dialog.stack.pop()
    value = _new_value(dialog, slot, read_correction(text)) if dialog.stack and text else None
    if value is not None:
        _retell(dialog, slot, value)
    elif dialog.stack:
        _ask_anew(dialog, slot)
    else:
        _open_menu(dialog, "idle")


def another_order(dialog: Dialog, text: str) -> bool:
    """Begins the flow that is seen anew with the order that is meant instead: "sorry, I meant order 1002", "the other
    order"; false when the message says no such thing."""
    place = dialog.visible()
    frame = dialog.stack[place]
    frames = dialog.stack[place:]
    if ORDER not in dialog.flows.flows[frame.flow].fills or any(each.memo for each in frames) or not told_of(frames):
        return False
    number = entities.mentioned_order(text) or ""
    now = frame.slots.get(ORDER)
    is_another = WORDS.another_order.search(folded(text)) is not None
    corrects = dialog.step.ask_before_filling or read_correction(text).marked
    if not (is_another or (number and number != now and corrects)):
        return False
    del dialog.stack[place:]
    dialog.still()
    if not number:
        dialog.focus = Subject()  # that one it is not
    dialog.push(frame.flow, frame.entry, {ORDER: number} if number else {})
    dialog.track("corrected")
    run(dialog)
    return True


def told_of(frames: Sequence[Frame]) -> bool:
    """Tells whether one of the frames holds an order by now."""
    return any(frame.slots.get(ORDER) for frame in frames)


def correct(dialog: Dialog, said: Correction) -> bool:
    """Takes a correction: of a value ("no, 1 not 2", "I meant exchange"), or by the name of what is wrong ("change the
    reason"). Where it may be several, it lists them. False when it is none."""
    if dialog.top.flow == CHANGE_FLOW:
        return _correct_below(dialog, said)
    if not (dialog.step.ask_before_filling or said.marked) or dialog.top.memo:
        return False
    if not _told(dialog, dialog.top):
        return _correct_above(dialog, said)
    read = {name: _new_value(dialog, name, said) for name in _told(dialog, dialog.top)}
    values = [(name, value) for name, value in read.items() if value is not None]
    named = contained(said.bare, _changeable(dialog)) if said.marked else None
    agree = len(values) == 1 and (named is None or named.value == values[0][0])
    edits = {} if values else _edits(dialog, said)
    if len(edits) == 1:
        _retell(dialog, *edits.popitem(), is_edit=True)
    elif agree and (named is None or _new_value(dialog, named.value, said._replace(meant=said.bare)) is not None):
        _retell(dialog, *values[0], said.meant)
    elif values and not agree:
        change(dialog)
    elif named is not None:  # "the reason is wrong" says no other reason
        _ask_anew(dialog, named.value)
    else:
        return False
    dialog.track("corrected")
    return True


def _correct_above(dialog: Dialog, said: Correction) -> bool:
    """Takes a correction of what was told to the flow that called this one, which then is over: at the question for a
    proof that an exchange needs, "just refund me"."""
    if dialog.top.entry is not Entry.CALL:
        return False
    called, asked, choices = dialog.stack.pop(), dialog.awaiting, dialog.choices
    if correct(dialog, said):
        return True
    dialog.stack.append(called)
    dialog.awaiting, dialog.choices = asked, choices
    return False


def _correct_below(dialog: Dialog, said: Correction) -> bool:
    """Takes a correction in place of an answer to what is to be changed."""
    listing, asked, choices = dialog.stack.pop(), dialog.awaiting, dialog.choices
    if correct(dialog, said._replace(marked=True)):
        return True
    dialog.stack.append(listing)
    dialog.awaiting, dialog.choices = asked, choices
    return False


def _retell(dialog: Dialog, slot: str, value: Any, meant: str = "", *, is_edit: bool = False) -> None:
    step = _go_back_to(dialog, slot, is_edit=is_edit)
    if step is not None and step.kind == COLLECT:
        answered(dialog, step, value)
        dialog.still()
    else:
        _say_again(dialog, meant)
    run(dialog)


def _ask_anew(dialog: Dialog, slot: str) -> None:
    _go_back_to(dialog, slot)
    run(dialog)


def _say_again(dialog: Dialog, meant: str) -> None:
    """Lets the flow that is called read the new answer in the message, as it reads the first one in the request."""
    if WISH in dialog.flow.fills:
        dialog.fill({WISH: meant[:MAX_VALUE]})


def _go_back_to(dialog: Dialog, slot: str, *, is_edit: bool = False) -> Step | None:
    """Puts the top frame back to the step that asks for `slot`, without what followed from it. Where the answer is only
    edited, what was told of the rest of it stays."""
    dialog.still()
    step = source(dialog.flows, dialog.flow, slot)
    if step is None:
        return None
    gone = following(dialog.flows, dialog.flow, step, slot) | _told_in(dialog, step)
    if is_edit:
        dialog.change(passed=_left_open(dialog))
        gone = {slot} | (gone - answers_of(dialog.flows, dialog.flow))
    kept = {name: value for name, value in dialog.top.slots.items() if name not in gone}
    if dialog.focus.order and dialog.top.slots.get(ORDER) == dialog.focus.order and ORDER in gone:
        dialog.focus = Subject()  # which one is meant is asked anew
    told = tuple(name for name in dialog.top.told if name not in gone)
    dialog.change(step=step.id, slots=kept, told=told, attempts=0)
    return step


def _left_open(dialog: Dialog) -> tuple[str, ...]:
    """Names the optional questions on the way to here that the customer left without an answer."""
    asked = (step for step in dialog.flow.steps.values() if step.kind == COLLECT and step.optional)
    unanswered = [step for step in asked if dialog.top.slots.get(step.name) is None]
    return tuple(s.name for s in unanswered if s.condition is None or dialog.value(s.condition))


def _told_in(dialog: Dialog, step: Step) -> set[str]:
    """Names the texts in which a step finds its answer: they tell no other one when it is asked anew."""
    read = step.told_in.names if step.told_in is not None else ()
    named = {path[1] for path in read if path[0] == "slots" and len(path) > 1}
    return {name for name in named if dialog.flows.slots[name].type == "text"}


def _told(dialog: Dialog, frame: Frame) -> list[str]:
    """Lists what the customer told in a frame before the place where it is now, the latest last: all that can be asked
    for again, as the way leads on from there."""
    flow = dialog.flows.running(frame.flow, frame.version)
    asked = [(name, source(dialog.flows, flow, name)) for name in frame.told]
    return [name for name, step in asked if step is not None and frame.step in reachable(flow, step.id)]


def _in_order(dialog: Dialog, frame: Frame) -> list[str]:
    """Lists the same in the order in which the flow asks."""
    flow = dialog.flows.running(frame.flow, frame.version)
    places = {step_id: place for place, step_id in enumerate(flow.steps)}
    steps = {name: source(dialog.flows, flow, name) for name in _told(dialog, frame)}
    return sorted(steps, key=lambda name: places[step.id] if (step := steps[name]) else -1)


def _changeable(dialog: Dialog) -> list[Offered]:
    """Lists what the customer told in the flow they see, as it is called; what has no name cannot be chosen."""
    reader = dialog.reader()
    names = [name for frame in dialog.stack[dialog.visible() :] for name in _in_order(dialog, frame)]
    keys = {name: f"change_{name}" for name in names}
    known = [name for name in names if dialog.flows.responses.find(keys[name], dialog.locale) is not None]
    return [Offered("", name, reader.phrase(keys[name], None), synonyms=(name.replace("_", " "),)) for name in known]


def _edits(dialog: Dialog, said: Correction) -> dict[str, list[str]]:
    """Reads what is added to several chosen things, or left out of them."""
    found = {}
    for name in _told(dialog, dialog.top):
        listed, now = dialog.top.listed.get(name, ()), dialog.top.slots.get(name)
        value = edited(said.said, listed, now) if listed and isinstance(now, list) else None
        if value is not None:
            found[name] = value
    return found


def _new_value(dialog: Dialog, name: str, said: Correction) -> Any:
    """Reads another value for a slot that was told; None where there is none."""
    slot, step = dialog.flows.slots[name], source(dialog.flows, dialog.flow, name)
    value: Any = None
    if step is None:
        return None
    if step.kind != COLLECT:
        found = contained(said.meant, dialog.top.listed.get(name, ()))
        return found.value if found else None
    if slot.type == "choice" and slot.multiple:
        value = [choice.value for choice in picked(said.meant, worded(dialog, step))] or None
    elif slot.type == "choice":
        found = contained(said.meant, worded(dialog, step))
        value = found.value if found and not _by_the_way(found, said) else None
    elif slot.type == "int":
        value = number_in(said.meant)
    elif slot.type in _PARSED:
        value = parse(asked(dialog, slot), said.meant)
    return value if value != dialog.top.slots.get(name) else None


def _by_the_way(choice: Offered, said: Correction) -> bool:
    """Tells whether a question only happens to have a word of a choice ("to another card?"): one that names it by its
    title wants it ("what about store credit?")."""
    asks = not said.marked and WORDS.asking.search(said.said.casefold())
    return bool(asks) and folded(choice.title) not in folded(said.said)


def asked(dialog: Dialog, slot: Slot) -> Question:
    """Makes what an answer for a slot is read by: the day is the customer's."""
    today = as_day(local(dialog.now, dialog.timezone))
    return Question(slot, dialog.flows.interpreter, today, dialog.locale)


def _open_menu(dialog: Dialog, opening: str) -> None:
    make_room(dialog)
    dialog.push(MENU, Entry.ROOT, {"opening": opening})
    run(dialog)


REPAIRS: dict[str, Callable[[Dialog], None]] = {
    "back": back,
    "skip": skip,
    "repeat": repeat,
    "restart": restart,
    "change": change,
}
