"""Speaks the customer's language: the one that they wrote last, or asked for."""

from msgspec.structs import replace

from flows.engine.dialog import Dialog
from flows.engine.hearing.commands import again, pattern, startable
from flows.engine.model import WORDED
from flows.engine.session import Offered
from flows.engine.stepping.asking import CHANGE, worded
from flows.understanding.lexicon.languages import LANGUAGES, language_of
from flows.understanding.reading import Reading

COMMAND = "language"
ASK_FLOW, SWITCHED, UNSUPPORTED = "pattern_language", "pattern_language_switch", "pattern_unsupported_language"
_TOLD = "unsupported_language"  # counts that it was said


def hear(dialog: Dialog, text: str, reading: Reading) -> bool:
    """Goes on in the language of a message. One that we have no texts for is told of once, with a person offered; true
    when that is all there is to say."""
    written = LANGUAGES.written(text)
    if not written or _is_a_value(dialog):
        return False
    if written in dialog.languages:
        _speak(dialog, written)
        return False
    if dialog.count(_TOLD) > 1:
        return False
    dialog.track("unsupported_language", language=written)
    if reading.command or startable(dialog, reading.intent):
        dialog.say("utter_other_language")
        return False
    pattern(dialog, UNSUPPORTED)
    return True


def ask_for(dialog: Dialog, language: str) -> None:
    """Carries out the wish for a language; without a name it is asked which."""
    if not language:
        pattern(dialog, ASK_FLOW, languages=dialog.languages)
    elif language in dialog.languages:
        _speak(dialog, language)
        pattern(dialog, SWITCHED)
    else:
        dialog.count(_TOLD)
        pattern(dialog, UNSUPPORTED)


def chosen(dialog: Dialog, language: str) -> None:
    """Takes the answer to the question for a language."""
    dialog.stack.pop()
    dialog.still()
    if dialog.stack:
        _speak(dialog, language)
        again(dialog)
    else:
        ask_for(dialog, language)


def _speak(dialog: Dialog, language: str) -> None:
    if language_of(dialog.locale) != language:
        dialog.track("language", language=language)
        dialog.locale = language
        dialog.choices = _reworded(dialog)
        dialog.switched = True
    dialog.spoken = dialog.locale


def _reworded(dialog: Dialog) -> tuple[Offered, ...]:
    """Puts what is offered into the language; the words of before are still understood."""
    if not dialog.awaiting:
        return dialog.choices
    now = {choice.value: choice for choice in worded(dialog, dialog.step)}
    if any(choice.value == CHANGE for choice in dialog.choices):
        now[CHANGE] = Offered("", CHANGE, dialog.reader().phrase("change_something", None))
    return tuple(_in_words_of(choice, now.get(choice.value)) for choice in dialog.choices)


def _in_words_of(before: Offered, now: Offered | None) -> Offered:
    if now is None:
        return before
    synonyms = (*now.synonyms, before.title, *before.synonyms)
    return replace(before, title=now.title, description=now.description, synonyms=synonyms)


def _is_a_value(dialog: Dialog) -> bool:
    """Tells whether words are awaited that say nothing about the customer's language, such as an address."""
    slot = dialog.flows.slots[dialog.step.name] if dialog.awaiting else None
    return slot is not None and slot.type in WORDED and slot.private
