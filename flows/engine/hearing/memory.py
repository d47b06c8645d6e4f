"""Remembers which order was last spoken of, for messages that only point at it: "cancel it", "那个退掉"."""

import re
from datetime import timedelta

from flows.engine.dialog import Dialog
from flows.understanding.lexicon.words import WORDS
from flows.understanding.normalise import folded

FORGOTTEN = timedelta(hours=24)
FRESH = timedelta(minutes=30)  # so long "and when does it come?" needs no pointing word
_BETWEEN = re.compile(r"\s?[\u3400-\u9fff]{0,2}")  # what may stand between "that" and "order", 那 and 订单


def spoken_of(dialog: Dialog, text: str, *, unnamed: bool = False) -> str:
    """Finds the order that a message points at; "" for none, or where it may be another one.

    With `unnamed` a message that names nothing at all is about it too, for a while.
    """
    focus, said = dialog.focus, folded(text)
    age = dialog.now - focus.at if focus.at is not None else FORGOTTEN
    if not focus.order or age >= FORGOTTEN or WORDS.elsewhere.search(said):
        return ""
    if WORDS.things.search(said):
        return focus.order if _points_at_a_thing(said) else ""
    return focus.order if WORDS.pointing.search(said) or (unnamed and age <= FRESH) else ""


def _points_at_a_thing(said: str) -> bool:
    """Tells whether what is named is pointed at: "that order", and not "can it be that my order …"."""
    things = [match.start() for match in WORDS.things.finditer(said)]
    ends = [match.end() for match in WORDS.pointing.finditer(said)]
    return any(_BETWEEN.fullmatch(said, end, start) for start in things for end in ends if end <= start)
