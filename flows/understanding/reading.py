"""Says what was read in a message, and decides by probability whether to act on it, to ask back, or neither."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from flows.understanding.classifier.model import Likely

ASK = 0.15  # probability from which an intent is asked about
REJECT = 0.50  # probability of being no request from which nothing is
SHOWN = 3
# For these a person must come at once; among kinds that are as probable the first counts.
RISKS = ("safety", "legal", "fraud", "privacy", "anger", "repeat_contact")
SMALL_TALK = frozenset(("greeting", "thanks", "goodbye", "acknowledge"))


class Outcome(StrEnum):
    """What follows from a reading."""

    ACCEPT = "accept"
    ASK = "ask"  # which of the candidates is meant
    NONE = "none"


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds what a message means. `also` is a second request in it; `risk` why a person must have it at once."""

    outcome: Outcome
    intent: str = ""
    candidates: tuple[Likely, ...] = ()
    risk: str = ""
    command: str = ""
    language: str = ""  # that the command `language` asks for
    also: str = ""
    also_text: str = ""  # the words of the second request


ACCEPTED = Reading(Outcome.ACCEPT)
NOTHING = Reading(Outcome.NONE)


def judge(best: Sequence[Likely], none: float, accept: float) -> Reading:
    """Decides on the intents found, the most probable first.

    `none`: how probable it is that there is no request; `accept`: the probability from which an intent is acted on.
    """
    shown = tuple(best[:SHOWN])
    if not shown or none >= REJECT or shown[0].p < ASK:
        return Reading(Outcome.NONE, candidates=shown)
    if shown[0].p >= accept:
        return Reading(Outcome.ACCEPT, shown[0].intent, shown)
    return Reading(Outcome.ASK, candidates=shown)
