"""Decides what a message means here and now: tries its possible meanings in order."""

from datetime import timedelta

from msgspec.structs import replace

from core.messages.pieces import Choice
from flows.engine.dialog import Dialog
from flows.engine.effects import Say
from flows.engine.events import Opened, UserMessage
from flows.engine.hearing import tongue
from flows.engine.hearing.answering import CLARIFY, answer, answers, matched
from flows.engine.hearing.commands import (
    MENU,
    cancel,
    drop_optional,
    human,
    keep_also,
    looks_anew,
    menu,
    one_moment,
    pattern,
    repeats,
    seen,
    start,
    startable,
)
from flows.engine.hearing.memory import spoken_of
from flows.engine.hearing.pressing import again_pressed, named_flow, open_choice, stale
from flows.engine.hearing.repairs import REPAIRS
from flows.engine.model import EXPIRES, Flow
from flows.engine.session import Entry
from flows.engine.stepping.collecting import take_files
from flows.engine.stepping.steps import RESUME, hand_over, misunderstood, run
from flows.engine.stepping.waiting import make_room
from flows.engine.versions import settle_versions
from flows.language.formats import as_day, local
from flows.understanding.faq import AS_WRITTEN, SHOWN, UNASKED, is_sure
from flows.understanding.interpreter import HUMAN
from flows.understanding.reading import NOTHING, SMALL_TALK, Outcome, Reading
from flows.understanding.values import entities
from flows.understanding.values.numbers import small_number
from flows.understanding.values.parsers import MAX_VALUE
from flows.understanding.values.recogniser import recognise

IDLE = timedelta(hours=6)  # after so long an unfinished flow goes on only if the customer wants it
TURNS = 200  # of a conversation without a longer pause
VERIFY = "verify_customer"
EXPIRED = "pattern_expired"
FAQ = "faq"
GIVE_UP = 3  # unmatched messages in a row
SURE = 0.5  # probability from which a message is another request, while something is asked
TOLD = ("text", "any")
CLARIFIED = 2  # times in a row that it was asked what is meant
_COMMANDS = {HUMAN: human, "cancel": cancel, "menu": menu, **REPAIRS}
_QUIET = frozenset(("sticker",))


def listen(dialog: Dialog, message: UserMessage) -> None:
    """Takes a message as the first that fits of button, global command, answer, correction, new intent, small talk, no
    match."""
    if again_pressed(dialog, message.choice, message.sent_at or dialog.now):
        dialog.track("double_tap")
        return
    asked = dialog.awaiting
    long_ago = dialog.active_at is not None and dialog.now - dialog.active_at > IDLE
    if not _begin(dialog):
        return
    if dialog.pending is not None:
        # A result was lost on its way (a crash between two turns): the action is asked for again, under the same key.
        dialog.pending = None
        run(dialog)
        return
    if dialog.stack and not (dialog.awaiting or dialog.patient) and not _caught_up(dialog, message, asked):
        return
    if message.choice is not None and _pressed(dialog, message.choice):
        return
    _hear(dialog, message, long_ago=long_ago)


def _hear(dialog: Dialog, message: UserMessage, *, long_ago: bool) -> None:
    """Takes what came without a press of ours: a proof, files, words."""
    text = (message.text or (message.choice.title if message.choice else "")).strip()
    if message.proved:
        _proved(dialog)
    elif dialog.awaiting and _takes_files(dialog, message):
        matched(dialog)
    elif not text and message.attachments:
        _media(dialog, message.attachments)
    else:
        _words(dialog, text, is_written=bool(message.text), long_ago=long_ago)


def _takes_files(dialog: Dialog, message: UserMessage) -> bool:
    """Takes what came beside words as the answer, unless the words ask for something at once: a person, to stop."""
    if not message.attachments or (message.text and _command(dialog.flows.interpreter.read(message.text))):
        return False
    return take_files(dialog, message)


def open_flow(dialog: Dialog, event: Opened) -> None:
    """Begins a flow of our own accord."""
    settle_versions(dialog)
    dialog.counters.update(steps=0, says=0)
    if event.flow in dialog.flows.flows:
        start(dialog, event.flow, dict(event.slots), forced=True)
    else:
        dialog.track("unknown_flow", flow=event.flow)


def _begin(dialog: Dialog) -> bool:
    """Begins a turn; false when there were too many: the customer is handed over."""
    settle_versions(dialog)
    silence = dialog.now - dialog.active_at if dialog.active_at is not None else timedelta()
    if dialog.stack and silence > dialog.flows.flows[seen(dialog)].expire_after:
        _expire(dialog)
    if silence > EXPIRES:
        dialog.counters.pop("turns", None)
    dialog.active_at = dialog.now
    dialog.counters.update(steps=0, says=0)
    if dialog.count("turns") <= TURNS:
        return True
    dialog.counters.pop("turns")
    hand_over(dialog, "no_end")
    return False


def _expire(dialog: Dialog) -> None:
    """Ends what was left open for too long; that is told where the message makes no sense without it."""
    ended = dialog.stack[dialog.visible()]
    dialog.track("flow_expired", flow=dialog.stack[0].flow)
    if ended.told and dialog.flows.responses.find(f"flow_name_{ended.flow}", dialog.locale) is not None:
        dialog.expired = ended.flow
    make_room(dialog)


def _caught_up(dialog: Dialog, message: UserMessage, asked: str) -> bool:
    """Runs a flow that changed since up to its question; tells whether the message answers that, or is a command."""
    run(dialog)
    if asked and dialog.awaiting == asked:
        dialog.effects[:] = [effect for effect in dialog.effects if not isinstance(effect, Say)]
        return True
    return dialog.pending is None and _command(dialog.flows.interpreter.read(message.text)) != ""


def _pressed(dialog: Dialog, choice: Choice) -> bool:
    """Takes a press: on the open menu as the answer, on an older one as stale; false for an id that is not ours."""
    found = open_choice(dialog, choice)
    if found is not None:
        matched(dialog)
        answer(dialog, found, "")
        return True
    flow = named_flow(dialog, choice.id)
    if flow:
        matched(dialog)
        start(dialog, flow)
        return True
    if "~" not in choice.id:
        return False
    if dialog.patient:
        one_moment(dialog)
    else:
        stale(dialog, choice)
    return True


def _proved(dialog: Dialog) -> None:
    """Begins again what asked for a proof, as the customer's number is known now and finds their orders."""
    matched(dialog)
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
        matched(dialog)
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


def _words(dialog: Dialog, text: str, *, is_written: bool, long_ago: bool) -> None:
    interpreter = dialog.flows.interpreter
    reading = _sure_enough(dialog, interpreter.read(text) if text else NOTHING)
    command = "" if _is_figure(dialog, text) else _command(reading)
    if is_written and command != tongue.COMMAND and tongue.hear(dialog, text, reading):
        return
    exact = bool(command) and interpreter.exact(text) == command
    choice = recognise(text, dialog.choices, interpreter.exact(text)) if dialog.choices and not exact else None
    if command and (choice is None or reading.risk):
        if command != "skip":  # which may be an attempt
            matched(dialog)
        if command == tongue.COMMAND:
            tongue.ask_for(dialog, reading.language)
        else:
            _COMMANDS[command](dialog)
        return
    if long_ago and _has_begun(dialog) and not _asks_for_another(dialog, reading):
        pattern(dialog, RESUME, wanted={"flow": seen(dialog)})
    elif not (dialog.awaiting and answers(dialog, text, reading, choice)):
        _new_subject(dialog, text, reading)


def _sure_enough(dialog: Dialog, reading: Reading) -> Reading:
    """Takes a request that is no more than likely as none while the customer is to answer something else."""
    if not dialog.awaiting or dialog.top.flow == MENU or reading.risk or not reading.candidates:
        return reading
    may_be_left = dialog.step.optional and dialog.flows.slots[dialog.step.name].type not in TOLD
    if may_be_left or reading.candidates[0].p >= SURE:
        return reading
    return replace(reading, outcome=Outcome.NONE, intent="", also="", also_text="")


def _is_figure(dialog: Dialog, text: str) -> bool:
    """Tells whether a bare number, which may be a command too (0), answers the question for one."""
    slot = dialog.flows.slots.get(dialog.awaiting)
    return slot is not None and slot.type == "int" and slot.minimum == 0 and text.strip().isdecimal()


def _asks_for_another(dialog: Dialog, reading: Reading) -> bool:
    flow = startable(dialog, reading.intent)
    return bool(flow) and all(frame.flow != flow for frame in dialog.stack)


def _has_begun(dialog: Dialog) -> bool:
    """Tells whether what is asked for belongs to a request that changes something."""
    return bool(dialog.awaiting) and not (dialog.step.optional or dialog.flows.flows[seen(dialog)].read_only)


def _command(reading: Reading) -> str:
    """Names the command that a message is; a wish for a person is one too."""
    return reading.command or (HUMAN if reading.intent == HUMAN else "")


def _new_subject(dialog: Dialog, text: str, reading: Reading) -> None:
    intent = reading.intent or _followed(dialog, text, reading)
    flow = _written(dialog, text, reading) or startable(dialog, intent) or _by_number(dialog, text, intent)
    repeated = bool(flow) and repeats(dialog, flow, text)  # words of the flow that asks, and no answer to it
    if repeated and not (looks_anew(dialog, flow) and dialog.counters.get("no_match", 0) + 1 < GIVE_UP):
        _no_match(dialog)
        return
    if flow:
        if repeated:
            dialog.count("no_match")
        else:
            matched(dialog)
        keep_also(dialog, flow, reading.also, reading.also_text)
        start(dialog, flow, text=text, intent=intent)
        return
    if dialog.awaiting and dialog.step.optional:
        drop_optional(dialog)
        if dialog.waiting:
            return
    if intent in SMALL_TALK:
        matched(dialog)
        _small_talk(dialog, intent)
    elif dialog.expired or _is_a_pick(text) or not _ask_back(dialog, reading):
        _no_match(dialog)


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
    unsure = at_rest and reading.outcome is Outcome.NONE and found[0].likeness >= UNASKED
    return FAQ if is_sure(found) or unsure else ""


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
    dialog.track("asked_back")
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
    """Finds the flow for a bare order number, or for "this?" about one: the status is meant, when nothing is asked."""
    if dialog.stack and not (dialog.awaiting and (dialog.step.optional or dialog.top.flow == MENU)):
        return ""
    bare = entities.only_number(text)
    about = not intent and entities.pointed_order(text, dialog.message.quoted)
    return startable(dialog, "order_status") if bare or about else ""


def _no_match(dialog: Dialog) -> None:
    dialog.track("no_match")
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
        misunderstood(dialog)
        run(dialog)
    elif attempts >= GIVE_UP:
        pattern(dialog, "pattern_no_match_handoff")
    elif dialog.counters.get("turns", 0) <= 1:
        pattern(dialog, "pattern_session_start", wish_text=said)
    else:
        pattern(dialog, "pattern_cannot_handle", wish_text=said)
