"""Reads what a language model answered: ids that were offered to it, and words that stand in the message."""

from typing import NamedTuple

import msgspec

from flows.understanding.advice.question import MOST_INTENTS, NO_CHOICE, Question
from flows.understanding.normalise import folded

MOST_SLOTS = 5


class UnreadableAdvice(ValueError):
    """Raised for an answer that is not of the form that was asked for. `code` says why, without its words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Told(NamedTuple):
    """Holds what a message tells for a slot: a choice's value, and the words of the message that say it."""

    slot: str
    value: str
    words: str


class Advice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds what a message may mean, by another's reading; empty where they found nothing, or did not answer.

    `choice` counts the open question's choices from 1.
    """

    intents: tuple[str, ...] = ()
    sure: bool = False
    choice: int = 0
    slots: tuple[Told, ...] = ()

    def __bool__(self) -> bool:
        """Tells whether there is anything in it."""
        return bool(self.intents or self.choice)


NO_ADVICE = Advice()


class _Slot(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    value: str
    words: str


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    intents: list[str]
    sure: bool
    choice: str = NO_CHOICE
    slots: list[_Slot] = []


_DECODER = msgspec.json.Decoder(_Answer)


def read(content: str, question: Question) -> Advice:
    """Reads the JSON document that was answered to a question; slots that the message does not tell are left out.

    Raises UnreadableAdvice for another form, and for ids that were not offered.
    """
    try:
        said = _DECODER.decode(content)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise UnreadableAdvice("other_form") from None
    if any(intent not in question.intents for intent in said.intents):
        raise UnreadableAdvice("unknown_intent")
    offered = [NO_CHOICE, *(str(n) for n in range(1, len(question.choices) + 1))]
    if said.choice not in offered:
        raise UnreadableAdvice("unknown_choice")
    slots = (Told(each.name, each.value, each.words) for each in said.slots)
    return Advice(
        tuple(dict.fromkeys(said.intents))[:MOST_INTENTS],
        said.sure,
        int(said.choice),
        tuple(each for each in slots if _stands(each, question))[:MOST_SLOTS],
    )


def _stands(told: Told, question: Question) -> bool:
    """Tells whether a slot was offered, with this value, and the words for it are in the message as it was sent."""
    slot = question.slots.get(told.slot)
    if slot is None or (slot.values and told.value not in slot.values):
        return False
    words = folded(told.words)
    return bool(words) and "[" not in told.words and words in folded(question.text)
