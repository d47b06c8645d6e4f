"""Asks what a customer reads, and when: opened by "Send later" on a card, a note or a held reply, and by "Change"."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from core.desk.events import ON_HELD, ON_REPLY
from core.desk.forms import Field, Form, Option, Passage
from core.desk.leaving import AT, FAR, leaves_at, offered
from core.desk.notes import mark_length
from core.zones import known_zone
from hub.desk.form import FormKind, Look
from hub.desk.replying.reply_words import IS_A_NOTE
from storage.desk import cases, messages
from storage.desk.cases import Case
from storage.desk.messages import SENT, DeskMessage

LATER, HELD_LATER, CHANGE = "case_later", f"{ON_HELD}later", f"{ON_REPLY}change"
WORDS, WHEN, DAY, CLOCK = "words", "when", "day", "clock"
EMPTY = "Write what the customer is to read."
NO_TIME = "Choose a day and a time."
PAST = "Choose a time that is to come."
TOO_FAR = "Choose a time within the next 90 days."
HINT = "As the clock is in {}. If the customer writes before, you are asked first."


def _draw(look: Look) -> Form | None:
    case, kept = _about(look)
    if case is None or case.is_over or (kept and kept.state == SENT):
        return None
    zone = _zone(look)
    planned = kept.leaves_at.astimezone(ZoneInfo(zone)) if kept and kept.leaves_at else None
    choices = offered(look.now, zone)
    chosen = look.value(WHEN) or (AT if planned else next(iter(choices)))
    words = look.value(WORDS) or (kept.text if kept else "")
    options = tuple(Option(*each) for each in choices.items())
    items: list[Field | Passage] = [
        Field(WORDS, "The customer reads", "text", words),
        Field(WHEN, "When?", "choice", chosen, options, HINT.format(zone), redraws=True),
    ]
    if chosen == AT:
        first = planned or look.now.astimezone(ZoneInfo(zone))
        items.append(Field(DAY, "Day", "date", look.value(DAY) or f"{first:%Y-%m-%d}"))
        items.append(Field(CLOCK, "Time", "time", look.value(CLOCK) or (f"{first:%H:%M}" if planned else "")))
    is_of_case = look.pressed.action == LATER
    subject = case.id if is_of_case or kept is None else kept.id
    return Form(look.pressed.action, subject, "Send later", tuple(items), "Send later")


def _check(look: Look) -> Mapping[str, str]:
    words = look.value(WORDS).strip()
    if not words or mark_length(words):
        return {WORDS: IS_A_NOTE if words else EMPTY}
    chosen = look.value(WHEN)
    until = leaves_at(chosen, look.value(DAY), look.value(CLOCK), look.now, _zone(look))
    field = CLOCK if chosen == AT else WHEN
    if until is None:
        return {field: NO_TIME}
    if until <= look.now:
        return {field: PAST}
    return {field: TOO_FAR} if until > look.now + FAR else {}


def _about(look: Look) -> tuple[Case | None, DeskMessage | None]:
    """Finds the case, and the message that is put off: none where the words are new."""
    pressed = look.pressed
    if pressed.action == LATER:
        return look.case, messages.find(look.conn, pressed.place, pressed.message)
    kept = messages.by_id(look.conn, pressed.value)
    return (cases.by_id(look.conn, kept.case_id) if kept else None), kept


def _zone(look: Look) -> str:
    return known_zone(look.user.timezone if look.user else "", str(look.words.zone))


FORMS = tuple(FormKind(id_, _draw, "case:reply", _check) for id_ in (LATER, HELD_LATER, CHANGE))
