"""Recognises which of the offered choices is meant: by id, title, number, synonym, trait, a word of it."""

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from core.shop.catalogue import words
from flows.engine.session import Offered
from flows.understanding.lexicon.words import WORDS
from flows.understanding.normalise import clean, folded
from flows.understanding.values.numbers import small_number

NEAR, MARGIN, NEAR_FROM = 85, 10, 4
LONG = 3  # letters of a word
_DIGITS = re.compile(r"\d+")


def pressed(choice_id: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the choice with this id."""
    return next((choice for choice in offered if choice.id == choice_id), None)


def called(text: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the choice that has the whole text as its title or as another word for it."""
    said = folded(text)
    return next((each for each in offered if said in map(folded, (each.title, *each.synonyms))), None)


def recognise(text: str, offered: Sequence[Offered], trait: str = "") -> Offered | None:
    """Finds the choice that `text` means, or the only one with the `trait` that it names; None when none, or more than
    one, fits."""
    said = folded(text)
    if not said or not offered:
        return None
    return _named(said, offered) or _marked(trait, offered) or _numbered(text, offered) or _nearly(said, offered)


def contained(text: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the only choice that is named inside a sentence ("i want a refund"), or by words of it alone, one of which
    no other has ("the boots please")."""
    found = _together(folded(text), offered) or inside(text, offered)
    return found[0] if len(found) == 1 else None


def _together(said: str, offered: Sequence[Offered]) -> list[Offered]:
    """Finds the only choice whose title has all the words of titles that are said, where there are several: "the brown
    one, size 43"."""
    titles = [set(folded(choice.title).split()) - WORDS.common for choice in offered]
    spoken = set(said.split()) - WORDS.common
    words = spoken & set().union(*titles)
    if len(words) < 2 or 2 * len(words) < len(spoken) or WORDS.refusal.search(said):
        return []
    whole = [choice for choice, title in zip(offered, titles, strict=True) if words <= title]
    return whole if len(whole) == 1 and _digits_agree(said, whole[0], offered) else []


def mentioned(text: str, offered: Sequence[Offered]) -> list[Offered]:
    """Finds the choices that a text names, whatever else it says, by a word that no other has: "the socks again"."""
    spoken = set(words(text))
    of = [set(words(f"{choice.title} {choice.description}")) - WORDS.common for choice in offered]
    own = [mine - set().union(*of[:n], *of[n + 1 :]) for n, mine in enumerate(of)]
    return [choice for choice, found in zip(offered, own, strict=True) if found & spoken]


def exactly(text: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the choice that is called as the whole text."""
    return _named(folded(text), offered)


def leading(text: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the choice that a message names before it says more: "43, otherwise my money back"."""
    first = next(filter(None, map(folded, WORDS.clause.split(clean(text)))), "")
    return _named(first, offered) if first and first != folded(text) else None


def several(text: str, offered: Sequence[Offered]) -> bool:
    """Tells whether more than one of the choices is named, as wanted together: "the boots and the socks"."""
    said = folded(text)
    return WORDS.joined.search(said) is not None and len(inside(text, offered)) > 1


def inside(text: str, offered: Sequence[Offered]) -> list[Offered]:
    """Finds the choices that are named inside a text; a name within a longer one that is there too does not count."""
    said = folded(text)
    found = _whole(text, offered, [(choice, name) for choice in offered for name in _names(choice)])
    if not found and not WORDS.refusal.search(said):
        found = _by_a_word(said, offered)
    return [choice for choice in found if _digits_agree(said, choice, offered)]


def told(text: str, offered: Sequence[Offered]) -> Offered | None:
    """Finds the only choice that a message about something else names by the way ("return the boots, they are too
    small"): by its title, or by several words."""
    names = [(choice, name) for choice in offered for name in _names(choice)]
    clear = [
        (choice, name) for choice, name in names if name == folded(choice.title) or " " in name or not name.isascii()
    ]
    found = _whole(text, offered, clear)
    return found[0] if len(found) == 1 else None


def _whole(text: str, offered: Sequence[Offered], names: Sequence[tuple[Offered, str]]) -> list[Offered]:
    """Finds the choices of which a name stands in a text and is not refused there."""
    said = folded(text)
    clauses = [folded(clause) for clause in WORDS.clause.split(clean(text))]
    named = [
        (choice, name)
        for choice, name in names
        if not WORDS.answers.issuperset(name.split()) and _inside(name, said) and not _refused(name, clauses)
    ]
    whole = {choice.id or choice.value for choice, name in named if not _within(name, [n for _, n in named])}
    return [choice for choice in offered if (choice.id or choice.value) in whole]


def _names(choice: Offered) -> Iterator[str]:
    yield from (name for each in (choice.title, *choice.synonyms) if (name := folded(each)))
    if _DIGITS.search(choice.value) and len(choice.value) >= LONG:
        yield folded(choice.value)


def _inside(name: str, said: str) -> bool:
    """Finds a name as whole words; between Chinese characters there are no words."""
    if not name.isascii():
        return len(name) > 1 and name in said
    if len(name) == 1 or (name.isdigit() and len(name) < LONG):
        return False
    return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", said) is not None


def _refused(name: str, clauses: Sequence[str]) -> bool:
    """Tells whether each clause that has the name refuses it: "i don't want a refund"."""
    having = [clause for clause in clauses if name in clause]
    return bool(having) and all(WORDS.refused.search(clause[: clause.index(name)]) for clause in having)


def _within(name: str, names: Sequence[str]) -> bool:
    return any(name != other and name in other for other in names)


def _by_a_word(said: str, offered: Sequence[Offered]) -> list[Offered]:
    """Finds the only choice that has all words of a text, else those of which it has a word that no other choice has,
    where it says nothing else."""
    words, of = _own_words(said), _shown_words(offered)
    whole = [choice for choice, mine in zip(offered, of, strict=True) if words and words <= mine]
    if len(whole) == 1:
        return whole
    own = [words & mine - set().union(*of[:n], *of[n + 1 :]) for n, mine in enumerate(of)]
    return [choice for choice, found in zip(offered, own, strict=True) if found] if words <= set().union(*of) else []


def shared(text: str, offered: Sequence[Offered]) -> bool:
    """Tells whether a text has words of several choices alike, and no other: an answer that leaves open which ("the
    boots", where two orders have some)."""
    words = _own_words(folded(text))
    return bool(words) and sum(words <= mine for mine in _shown_words(offered)) > 1


def _own_words(said: str) -> set[str]:
    return {WORDS.dates.get(word, word) for word in said.split() if word not in WORDS.common}


def _shown_words(offered: Sequence[Offered]) -> list[set[str]]:
    return [set(folded(f"{choice.title} {choice.description}").split()) - WORDS.common for choice in offered]


def _digits_agree(said: str, choice: Offered, offered: Sequence[Offered]) -> bool:
    """Tells whether a text has no other digits than a choice; they matter only where titles have some."""
    if not any(_DIGITS.search(each.title) for each in offered):
        return True
    own = f"{choice.title} {choice.description} {choice.value} {' '.join(choice.synonyms)}"
    return set(_DIGITS.findall(said)) <= set(_DIGITS.findall(folded(own)))


def _named(said: str, offered: Sequence[Offered]) -> Offered | None:
    bare = said.lstrip("#")
    for choice in offered:
        names = (choice.title, choice.value, *choice.synonyms)
        if any(said == name or bare == name.lstrip("#") for name in map(folded, names)):
            return choice
    return None


def _marked(trait: str, offered: Sequence[Offered]) -> Offered | None:
    found = [choice for choice in offered if trait and trait in choice.traits]
    return found[0] if len(found) == 1 else None


def _numbered(text: str, offered: Sequence[Offered]) -> Offered | None:
    if folded(text) in WORDS.last:
        # Among orders, the last of the list is not the last that was placed.
        return offered[-1] if not any(choice.traits for choice in offered) else None
    number = small_number(text) if folded(text) not in WORDS.several else None
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
