"""Finds the intent of a text: by exact phrases, then patterns, then phrases with a typing error."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from core.documents import Place, fail, mapping, place, read, sequence
from flows.understanding.normalise import folded

NEAR = 90  # rapidfuzz ratio from which a phrase with a slip counts
NEAR_FROM, NEAR_TO = 5, 60  # lengths of text that are compared so
OPEN_ENDED = 160  # in a longer text the pattern of a global command (human, cancel, menu) means nothing


class Interpreter:
    """Holds the phrases of all locales together: customers mix languages."""

    def __init__(self, phrases: Mapping[str, Iterable[str]], patterns: Mapping[str, Sequence[str]]) -> None:
        self.intents = frozenset(phrases) | frozenset(patterns)
        self._exact = {folded(said): intent for intent, listed in phrases.items() for said in listed}
        self._near = [said for said in self._exact if len(said) >= NEAR_FROM and said.isascii()]
        self._patterns = [(intent, re.compile("|".join(listed))) for intent, listed in patterns.items() if listed]

    def exact(self, text: str) -> str:
        """Finds the intent whose phrase the whole text is; "" for none."""
        return self._exact.get(folded(text), "")

    def intent(self, text: str) -> str:
        """Finds the intent of the text; "" when it is none we know."""
        said = folded(text)
        return self._exact.get(said) or self._by_pattern(said) or self._by_likeness(said)

    def _by_pattern(self, said: str) -> str:
        return next((intent for intent, pattern in self._patterns if pattern.search(said)), "")

    def _by_likeness(self, said: str) -> str:
        if not NEAR_FROM <= len(said) <= NEAR_TO:
            return ""
        found = process.extractOne(said, self._near, scorer=fuzz.ratio, score_cutoff=NEAR)
        return self._exact[found[0]] if found else ""


def load_interpreter(paths: Iterable[Path]) -> Interpreter:
    """Reads files of phrases: intent -> {phrases: […], patterns: […]}. Raises ConfigurationError.

    Where patterns of several intents fit a message, the intent that was read first wins.
    """
    phrases: dict[str, list[str]] = {}
    patterns: dict[str, list[str]] = {}
    for path in paths:
        document = mapping(Place(str(path), 1), read(path))
        for intent, node in document.items():
            where = place(path, document, intent)
            fields = mapping(where, node, ("phrases", "patterns"))
            phrases.setdefault(intent, []).extend(map(str, sequence(where, fields.get("phrases") or [])))
            patterns.setdefault(intent, []).extend(_patterns(where, fields.get("patterns") or []))
    return Interpreter(phrases, patterns)


def _patterns(where: Place, node: object) -> list[str]:
    listed = [str(pattern) for pattern in sequence(where, node)]
    for pattern in listed:
        try:
            re.compile(pattern)
        except re.error as error:
            fail(where, f"{pattern!r}: {error}", "a regular expression")
    return listed
