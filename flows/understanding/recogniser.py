"""Recognises which of the offered choices is meant: by id, title, number, synonym, or nearly the title."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from flows.engine.session import Offered
from flows.understanding.normalise import folded
from flows.understanding.numbers import small_number

NEAR, MARGIN, NEAR_FROM = 85, 10, 4


def pressed(choice_id: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the choice with this id."""
    return next((choice for choice in offered if choice.id == choice_id), None)


def recognise(text: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the choice that `text` means; None when none, or more than one, fits."""
    said = folded(text)
    if not said or not offered:
        return None
    return _named(said, offered) or _numbered(text, offered) or _nearly(said, offered)


def _named(said: str, offered: Sequence[Offered]) -> Offered | None:
    bare = said.lstrip("#")
    for choice in offered:
        names = (choice.title, choice.value, *choice.synonyms)
        if any(said == name or bare == name.lstrip("#") for name in map(folded, names)):
            return choice
    return None


def _numbered(text: str, offered: Sequence[Offered]) -> Offered | None:
    if folded(text) in ("last", "the last one", "最后一个", "最後一個"):
        return offered[-1]
    number = small_number(text)
    return offered[number - 1] if number and number <= len(offered) else None


def _nearly(said: str, offered: Sequence[Offered]) -> Offered | None:
    if len(said) < NEAR_FROM:
        return None
    scores = sorted(((_likeness(said, choice), n) for n, choice in enumerate(offered)), reverse=True)
    best, n = scores[0]
    runner_up = scores[1][0] if len(scores) > 1 else 0.0
    return offered[n] if best >= NEAR and best - runner_up >= MARGIN else None


def _likeness(said: str, choice: Offered) -> float:
    return max(fuzz.ratio(said, folded(name)) for name in (choice.title, *choice.synonyms))
