"""Turns a text into a sparse vector of its n-grams, weighed by how rare they are (TF-IDF)."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.understanding.classifier.wording import grams, pairs, word_grams, words

REMEMBERED = 5000  # words whose letters need not be looked up again
SEEN_IN = 2  # phrases; what occurs in one only teaches nothing


class Sparse(NamedTuple):
    """Holds a vector of length 1 (or 0): which columns, and their values."""

    columns: NDArray[np.int64]
    values: NDArray[np.float32]


class Ngrams:
    """Knows the n-grams of the phrases, each with its column and weight."""

    def __init__(self, names: Sequence[str], weights: NDArray[np.float32]) -> None:
        self.names = names
        self.weights = weights
        self._columns = {name: column for column, name in enumerate(names)}
        self._of_word = lru_cache(REMEMBERED)(lambda word: self._known(word_grams(word)))

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Ngrams":
        """Counts the n-grams of the phrases (as `spoken` gives them)."""
        seen: Counter[str] = Counter()
        number = 0
        for text in texts:
            seen.update(set(grams(text)))
            number += 1
        names = sorted(name for name, times in seen.items() if times >= SEEN_IN)
        weights = [math.log((1 + number) / (1 + seen[name])) + 1 for name in names]
        return cls(names, np.array(weights, dtype=np.float32))

    def vector(self, text: str) -> Sparse:
        """Counts a text's n-grams; those that no phrase has are left out."""
        listed = words(text)
        found = Counter(self._known(pairs(listed)))
        for word in listed:
            found.update(self._of_word(word))
        columns = np.fromiter(found.keys(), dtype=np.int64, count=len(found))
        counts = np.fromiter(found.values(), dtype=np.float32, count=len(found))
        values = (1 + np.log(counts)) * self.weights[columns] if found else counts
        length = float(np.sqrt(values @ values)) or 1.0
        return Sparse(columns, values / length)

    def _known(self, names: Iterable[str]) -> list[int]:
        return [column for name in names if (column := self._columns.get(name)) is not None]
