"""Finds in a message the words that decide where the classifier is in doubt about what must never be missed (danger,
anger, a wish for a person, STOP), and what turns a meaning round or adds a second request."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from core.files.documents import Place, fail, mapping, place, read, sequence
from core.locales import HAN
from flows.understanding.reading import RISKS

LISTS = ("person", "stop", "not", "turn", "declined", "also", "asks")
REACH = 4  # words between a "not" and what it is about
_LATIN = re.compile(r"[a-z0-9]")


class Searchable(Protocol):
    """Is searched for in a folded text: a `Cue`, or a plain pattern."""

    def search(self, said: str, /) -> re.Match[str] | None:
        """Finds the first place."""
        ...


class Cue:
    """Searches for expressions of several scripts: only for those in whose script something is written at all."""

    def __init__(self, expressions: Sequence[str]) -> None:
        self._han = joined([each for each in expressions if HAN.search(each)])
        self._other = joined([each for each in expressions if not HAN.search(each)])

    def search(self, said: str, /) -> re.Match[str] | None:
        """Finds the first place."""
        found = self._other.search(said) if _LATIN.search(said) else None
        return found or (self._han.search(said) if HAN.search(said) else None)


class Cues(NamedTuple):
    """Holds what to search for, for each kind of cue, in all locales: customers mix languages."""

    risks: Mapping[str, Cue]
    person: Cue
    stop: Cue
    negation: re.Pattern[str]
    turn: re.Pattern[str]
    declined: Cue
    joint: re.Pattern[str]
    asks: Cue
    wishes: Mapping[str, Cue]

    def hinted(self, said: str) -> list[str]:
        """Names the risks that words of a folded text hint at."""
        return [name for name in RISKS if self.risks[name].search(said)]

    def refused(self, before: str) -> bool:
        """Tells whether the words before a wish, in the same clause, refuse it: "i do not want to" does."""
        found = list(self.negation.finditer(before))
        end = found[-1].end() if found else 0
        return bool(found) and len(before[end:].split()) <= REACH and not self.turn.search(before, end)

    def wished(self, pattern: Searchable, clauses: Sequence[str]) -> bool:
        """Tells whether one of the clauses has such a wish that is not refused, before it or after ("cancel? no")."""
        for clause, following in pairwise([*clauses, ""]):
            match = pattern.search(clause)
            if match is None or self.refused(clause[: match.start()]):
                continue
            if not self.declined.search(f"{clause[match.end() :]} {following} "):
                return True
        return False


def load_cues(paths: Iterable[Path]) -> Cues:
    """Reads `cues/<locale>.yaml`. Raises ConfigurationError."""
    found: dict[str, list[str]] = {name: [] for name in (*RISKS, *LISTS)}
    wishes: dict[str, list[str]] = {}
    for path in paths:
        document = mapping(Place(str(path), 1), read(path), ("risks", "wishes", *LISTS))
        dangers = mapping(place(path, document, "risks"), document.get("risks") or {}, RISKS)
        listed = mapping(place(path, document, "wishes"), document.get("wishes") or {})
        for into, owner, names in ((found, dangers, RISKS), (found, document, LISTS), (wishes, listed, tuple(listed))):
            for name in names:
                into.setdefault(name, []).extend(expressions(place(path, owner, name), owner.get(name) or []))
    negation, turn, joint = (joined(found[name]) for name in ("not", "turn", "also"))
    return Cues(
        risks={name: Cue(found[name]) for name in RISKS},
        person=Cue(found["person"]),
        stop=Cue(found["stop"]),
        negation=negation,
        turn=turn,
        declined=Cue(found["declined"]),
        joint=re.compile(joint.pattern, re.IGNORECASE),
        asks=Cue(found["asks"]),
        wishes={name: Cue(listed) for name, listed in wishes.items()},
    )


def expressions(where: Place, node: Any) -> list[str]:
    """Reads a list of words or regular expressions. Raises ConfigurationError."""
    listed = [str(each) for each in sequence(where, node)]
    for each in listed:
        try:
            re.compile(each)
        except re.error as error:
            fail(where, f"{each!r}: {error}", "a regular expression")
    return listed


def joined(expressions: Sequence[str]) -> re.Pattern[str]:
    """Joins expressions; those without Han characters stand between word boundaries."""
    whole = [each if HAN.search(each) else rf"(?<!\w)(?:{each})(?!\w)" for each in expressions]
    return re.compile("|".join(whole) or "(?!)")
