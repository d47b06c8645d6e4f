"""Recognises which of the offered choices is meant: by id, title, number, synonym, or nearly the title."""

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from flows.engine.session import Offered
from flows.understanding.normalise import folded
from flows.understanding.numbers import small_number

NEAR, MARGIN, NEAR_FROM = 85, 10, 4
FEW, LONG = 4, 3  # words of a message, letters of a word
_DIGITS = re.compile(r"\d+")
_SEVERAL = ("both", "a pair")  # quantities, and no positions in a list


def pressed(choice_id: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the choice with this id."""
    return next((choice for choice in offered if choice.id == choice_id), None)


def recognise(text: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the choice that `text` means; None when none, or more than one, fits."""
    said = folded(text)
    if not said or not offered:
        return None
    return _named(said, offered) or _numbered(text, offered) or _nearly(said, offered)


def contained(text: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the only choice that is named inside a sentence ("i want a refund"); in a few words, one word of its title
    that no other has will do ("the boots please")."""
    said = folded(text)
    named = [(choice, name) for choice in offered for name in _names(choice) if _inside(name, said)]
    longest = [choice for choice, name in named if not any(name != other and name in other for _, other in named)]
    if not longest and len(said.split()) <= FEW:
        longest = _by_a_word(said, offered)
    return longest[0] if longest and all(choice is longest[0] for choice in longest) else None


def _names(choice: Offered) -> Iterator[str]:
    yield from (name for each in (choice.title, *choice.synonyms) if (name := folded(each)))


def _inside(name: str, said: str) -> bool:
    """Finds a name as whole words; between Chinese characters there are no words."""
    if not name.isascii():
        return len(name) > 1 and name in said
    return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", said) is not None and not name.isdigit()


def _by_a_word(said: str, offered: Sequence[Offered]) -> list[Offered]:
    words = {word for word in said.split() if len(word) >= LONG or not word.isascii()}
    return [choice for choice in offered if words & set(folded(choice.title).split())]


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
    number = small_number(text) if folded(text) not in _SEVERAL else None
    return offered[number - 1] if number and number <= len(offered) else None


def _nearly(said: str, offered: Sequence[Offered]) -> Offered | None:
    if len(said) < NEAR_FROM:
        return None
    scores = sorted(((_likeness(said, choice), n) for n, choice in enumerate(offered)), reverse=True)
    best, n = scores[0]
    runner_up = scores[1][0] if len(scores) > 1 else 0.0
    return offered[n] if best >= NEAR and best - runner_up >= MARGIN else None


def _likeness(said: str, choice: Offered) -> float:
    """Compares by letters; other digits are another thing: Air 4 is no Air 2."""
    digits = _DIGITS.findall(said)
    return max((fuzz.ratio(said, name) for name in _names(choice) if _DIGITS.findall(name) == digits), default=0.0)
