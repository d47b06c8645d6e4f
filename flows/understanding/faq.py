"""Finds the answer that the store wrote for a question, by the words of both; for people also by their meaning."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from core.templating.expressions import Expression, Text
from flows.understanding.classifier.wording import grams, spoken, words
from flows.understanding.meanings import Meanings
from flows.understanding.normalise import folded

if TYPE_CHECKING:
    from flows.understanding.classifier.trained import EncoderSource

# Likeness from which a question is the entry's: by itself, or as nothing else comes near; from which it is asked about.
SURE, ALONE, LIKELY = 0.55, 0.35, 0.20
MARGIN, FAR = 0.08, 2.0  # by which the first is ahead of the next: at least, and so many times when it is alone
AS_WRITTEN, UNASKED = 0.80, 0.40  # a question almost word for word; one that may be asked about though nothing led here
SHOWN = 3
# From which an answer is suggested to an agent, by its meaning and half its likeness, or by its likeness alone. Of our
# own questions, each asked of the others, 87 and 49 of 100 are above it, of small talk 5 and 7.
NEAR, NEAR_LIGHT = 0.60, LIKELY


class Entry(msgspec.Struct, frozen=True):
    """One answer. `questions` and `answers` by locale; a question's first wording names the entry in a menu."""

    id: str
    questions: Mapping[str, Sequence[str]]
    answers: Mapping[str, Text]
    link: str = ""
    condition: Expression | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    review_by: date | None = None

    def is_valid(self, today: date) -> bool:
        """Tells whether it is an answer today, for some customer."""
        early = self.valid_from is not None and today < self.valid_from
        late = self.valid_until is not None and today > self.valid_until
        return not early and not late

    def holds(self, today: date, asker: Mapping[str, Any]) -> bool:
        """Tells whether it is an answer today, for this customer: {country, channel, tier}."""
        return self.is_valid(today) and (self.condition is None or bool(self.condition(dict(asker))))


class Found(NamedTuple):
    """Names an entry and how like its nearest question is. `by_word`: one word alone was asked, which says little."""

    entry: Entry
    likeness: float
    by_word: bool = False


class Faq:
    """Holds the entries with their questions, ready to be compared. `scope` is what answers may read."""

    def __init__(
        self, entries: Iterable[Entry], scope: Mapping[str, Any], source: "EncoderSource | None" = None
    ) -> None:
        self.entries = {entry.id: entry for entry in entries}
        self.scope = dict(scope)
        listed = [(entry.id, said) for entry in self.entries.values() for s in entry.questions.values() for said in s]
        compared = [(id_, spoken(said, {})) for id_, said in listed]
        self.meanings = Meanings(compared, source)
        counted = [(id_, Counter(grams(said))) for id_, said in compared]
        # A word is worth the more the fewer answers have it; how many wordings of one have it does not matter.
        seen = Counter(gram for _, gram in {(id_, gram) for id_, found in counted for gram in found})
        self._rare = math.log(1 + len(self.entries)) + 0.3
        self._weights = {gram: self._rare - math.log(1 + times) for gram, times in seen.items()}
        self._whole = {folded(said): id_ for id_, said in reversed(listed)}
        self._having: dict[str, list[tuple[int, float]]] = {}
        self._of: list[str] = []
        for n, (id_, found) in enumerate(counted):
            self._of.append(id_)
            for gram, weight in self._vector(found).items():
                self._having.setdefault(gram, []).append((n, weight))

    def like(self, text: str, today: date, asker: Mapping[str, Any]) -> list[Found]:
        """Lists the entries that a text may ask for, the likeliest first; a question as it is written is one alone."""
        whole = self._whole.get(folded(text))
        if whole is not None and self.entries[whole].holds(today, asker):
            return [Found(self.entries[whole], 1.0)]
        said = spoken(text, {})
        by_word = len(words(said)) < 2
        ranked = _ranked(self._likeness(said))
        holding = ((self.entries[id_], score) for id_, score in ranked if self.entries[id_].holds(today, asker))
        return [Found(entry, score, by_word) for entry, score in holding]

    def near(self, text: str, today: date, most: int) -> list[Found]:
        """Lists the entries that a person may want to answer a text by, the nearest first; whoever shows them leaves
        out those that are not for this customer."""
        said = spoken(text, {})
        alike, meant = self._likeness(said), self.meanings.near(said)
        line, scores = NEAR_LIGHT, alike
        if meant is not None:
            line, scores = NEAR, {id_: cosine + alike.get(id_, 0.0) / 2 for id_, cosine in meant.items()}
        above = ((id_, score) for id_, score in _ranked(scores) if score >= line)
        valid = [Found(self.entries[id_], score) for id_, score in above if self.entries[id_].is_valid(today)]
        return valid[:most]

    def _likeness(self, said: str) -> dict[str, float]:
        """Returns how like the nearest question of each entry is: the cosine of their n-grams."""
        scores: dict[int, float] = {}
        for gram, weight in self._vector(Counter(grams(said))).items():
            for n, other in self._having.get(gram, ()):
                scores[n] = scores.get(n, 0.0) + weight * other
        best: dict[str, float] = {}
        for n, score in scores.items():
            best[self._of[n]] = max(best.get(self._of[n], 0.0), score)
        return best

    def _vector(self, found: Mapping[str, int]) -> dict[str, float]:
        weighed = {gram: (1 + math.log(times)) * self._weights.get(gram, self._rare) for gram, times in found.items()}
        length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {gram: weight / length for gram, weight in weighed.items()}


def _ranked(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def is_sure(found: Sequence[Found]) -> bool:
    """Tells whether the first is what was asked. Of a single word it says nothing that no other comes near: "and?"."""
    best, next_ = ([each.likeness for each in found] + [0.0, 0.0])[:2]
    is_alone = best >= ALONE and best >= FAR * next_ and not found[0].by_word
    return (best >= SURE and best - next_ >= MARGIN) or is_alone


NO_FAQ = Faq((), {})
