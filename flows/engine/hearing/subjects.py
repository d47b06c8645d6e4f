"""Finds out what a message asks for that answers nothing: a request, an answer of the store's, small talk, or none."""

from flows.engine.dialog import Dialog
from flows.engine.hearing.advising import advised_slots
from flows.engine.hearing.answering import CLARIFY, matched
from flows.engine.hearing.commands import (
    GIVE_UP,
    MENU,
    drop_optional,
    insists,
    is_covered,
    keep_also,
    looks_anew,
    one_moment,
    pattern,
    repeats,
    start,
    startable,
)
from flows.engine.hearing.memory import spoken_of
from flows.engine.model import FILES, Flow
from flows.engine.stepping.answers import misunderstood
from flows.engine.stepping.asking import ANEW
from flows.engine.stepping.steps import run
from flows.engine.stepping.telling import told_ahead
from flows.language.formats import as_day, local
from flows.understanding.faq import AS_WRITTEN, SHOWN, UNASKED, is_sure
from flows.understanding.reading import SMALL_TALK, Outcome, Reading
from flows.understanding.values import entities, persons
from flows.understanding.values.numbers import small_number
from flows.understanding.values.parsers import MAX_VALUE

EXPIRED = "pattern_expired"
FAQ = "faq"
CLARIFIED = 2  # times in a row that it was asked what is meant


def new_subject(dialog: Dialog, text: str, reading: Reading) -> None:
    """Begins what a message asks for; words of the flow that is asking are no answer to it, and no other request."""
    intent = reading.intent or _followed(dialog, text, reading)
    flow = _by_number(dialog, text, reading.intent) or _written(dialog, text, reading) or startable(dialog, intent)
    if flow:
        if not (repeats(dialog, flow, text) or is_covered(dialog, intent, text)):
            matched(dialog)
        elif _said_again(dialog, flow):
            return
        keep_also(dialog, flow, reading.also, reading.also_text)
        told = advised_slots(dialog, flow, intent)
        start(dialog, flow, told, text=text, intent=intent, told=tuple(told))
        return
    if dialog.awaiting and dialog.step.optional and not _asks_for_files(dialog):
        drop_optional(dialog)
        if dialog.waiting:
            return
    if intent in SMALL_TALK:
        matched(dialog)
        _small_talk(dialog, intent)
    elif dialog.expired or _is_a_pick(text) or not _ask_back(dialog, reading):
        _no_match(dialog)


def _asks_for_files(dialog: Dialog) -> bool:
    """Tells whether words stand where a file is asked for: they are an attempt, and no wish to leave it out."""
    return dialog.flows.slots[dialog.awaiting].type in FILES


def _said_again(dialog: Dialog, flow: str) -> bool:
    """Takes words of the flow that asks, which answer nothing; false where it only looks, and may look anew."""
    if insists(dialog):
        drop_optional(dialog)
        return True
    if looks_anew(dialog, flow) and dialog.counters.get("no_match", 0) + 1 < GIVE_UP:
        dialog.count("no_match")
        dialog.count(ANEW)
        return False
    _no_match(dialog)
    return True


def _written(dialog: Dialog, text: str, reading: Reading) -> str:
    """Finds the flow of general answers: for a question almost as it is written, or where nothing else is meant."""
    facts, zone = dialog.flows.facts, dialog.timezone
    if FAQ not in dialog.flows.flows or not facts.faq.entries or reading.intent in SMALL_TALK:
        return ""
    asker = {"country": "", "channel": dialog.channel, "tier": ""}
    found = facts.faq.like(text, as_day(local(dialog.now, zone)), asker)[:SHOWN]
    written = found[0].likeness if found else 0.0
    wanted = AS_WRITTEN if dialog.flows.interpreter.exact(text) != reading.intent else 1.0  # a whole phrase is surer
    if not found or (written < wanted and reading.outcome is Outcome.ACCEPT):
        return ""
    at_rest = not dialog.awaiting or dialog.step.optional or dialog.top.flow == MENU
    if is_sure(found):
        return FAQ
    if not at_rest or reading.outcome is not Outcome.NONE or found[0].likeness < UNASKED:
        return ""
    dialog.track("guessed")
    return FAQ


def _is_a_pick(text: str) -> bool:
    """Tells whether a message is a number for a menu."""
    return small_number(text) is not None


def _followed(dialog: Dialog, text: str, reading: Reading) -> str:
    """Finds the likely request that only looks up the order just spoken of: "and when does it come?"."""
    if reading.outcome is not Outcome.ASK or not spoken_of(dialog, text, unnamed=True):
        return ""
    flows = {each.intent: startable(dialog, each.intent) for each in reading.candidates}
    looks = (intent for intent, name in flows.items() if name and _looks_up_an_order(dialog.flows.flows[name]))
    return next(looks, "")


def _looks_up_an_order(flow: Flow) -> bool:
    return flow.read_only and "order_number" in flow.fills


def _ask_back(dialog: Dialog, reading: Reading) -> bool:
    """Asks which of the likely requests is meant, where nothing else is asked; false when there is nothing to ask."""
    asked = bool(dialog.awaiting) and dialog.top.flow != MENU
    likely = [each.intent for each in reading.candidates if startable(dialog, each.intent)]
    if asked or reading.outcome is not Outcome.ASK or not likely or CLARIFY not in dialog.flows.flows:
        return False
    dialog.track("asked_back", **dialog.place())
    if dialog.count("asked_back") >= CLARIFIED:
        pattern(dialog, "pattern_clarify_handoff")
        return True
    if dialog.stack:
        dialog.clear()
    pattern(dialog, CLARIFY, candidates=likely, wish_text=dialog.message.text[:MAX_VALUE])
    return True


def _small_talk(dialog: Dialog, intent: str) -> None:
    """Answers small talk; then asks an open question again, but not the menu's after a word of thanks."""
    if dialog.stack and dialog.top.flow == MENU and intent != "greeting":
        dialog.clear()
    if intent == "greeting":
        dialog.track("greeted")
    pattern(dialog, f"pattern_{intent}")


def _by_number(dialog: Dialog, text: str, intent: str) -> str:
    """Finds the flow for a bare order number, for a name with its postcode, or for "this?" about an order: its status
    is meant, when nothing is asked."""
    if intent or (dialog.stack and not (dialog.awaiting and (dialog.step.optional or dialog.top.flow == MENU))):
        return ""
    bare = entities.only_number(text) or persons.person_with_postcode(text)
    return startable(dialog, "order_status") if bare or entities.pointed_order(text, dialog.message.quoted) else ""


def _no_match(dialog: Dialog) -> None:
    dialog.track("no_match", **dialog.place())
    if dialog.patient:
        one_moment(dialog)
        return
    if dialog.expired and not dialog.awaiting and EXPIRED in dialog.flows.flows:
        pattern(dialog, EXPIRED, wanted={"flow": dialog.expired})
        return
    attempts, said = dialog.count("no_match"), dialog.message.text[:MAX_VALUE]
    at_rest = not dialog.awaiting or dialog.top.flow == MENU
    if at_rest and dialog.count("unheard") >= GIVE_UP:
        pattern(dialog, "pattern_no_match_handoff")
    elif dialog.awaiting:
        misunderstood(dialog, key="utter_noted" if told_ahead(dialog, said) else "")
        run(dialog)
    elif attempts >= GIVE_UP:
        pattern(dialog, "pattern_no_match_handoff")
    elif dialog.counters.get("turns", 0) <= 1:
        pattern(dialog, "pattern_session_start", wish_text=said)
    else:
        pattern(dialog, "pattern_cannot_handle", wish_text=said)
