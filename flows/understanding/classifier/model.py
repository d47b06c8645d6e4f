"""Says how probable each intent is, for a text."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from flows.understanding.classifier.encoder import Encoder, Matrix
from flows.understanding.classifier.ngrams import Ngrams, Sparse
from flows.understanding.classifier.wording import spoken

NONE = "none"  # what is no request to the shop, trained like an intent
SURE = 0.6  # where n-grams alone are so sure, the encoder is not asked: thirty times faster, and as right


class Weights(NamedTuple):
    """Holds what speaks for each intent: (n-grams, intents), and (dimensions, intents) of the encoder."""

    words: Matrix
    meaning: Matrix | None


class Likely(NamedTuple):
    """Names an intent and how probable it is."""

    intent: str
    p: float


class Model:
    """Holds trained weights: those for n-grams alone, and those for both together where there is an encoder."""

    def __init__(
        self,
        intents: tuple[str, ...],
        ngrams: Ngrams,
        light: Weights,
        full: Weights | None,
        simplified: Mapping[int, int],
    ) -> None:
        self.intents = intents
        self.ngrams = ngrams
        self.light = light
        self.full = full
        self.simplified = simplified

    def likely(self, text: str, encoder: Encoder | None) -> list[Likely]:
        """Ranks all intents, the most probable first."""
        said = spoken(text, self.simplified)
        counted = self.ngrams.vector(said)
        shares = softmax(_by_words(self.light.words, counted))
        if encoder is not None and self.full is not None and self.full.meaning is not None and shares.max() <= SURE:
            scores = _by_words(self.full.words, counted) + encoder.encode(said) @ self.full.meaning
            shares = softmax(scores)
        order = np.argsort(-shares)
        return [Likely(self.intents[each], float(shares[each])) for each in order]


def _by_words(weights: Matrix, counted: Sparse) -> Matrix:
    scores: Matrix = counted.values @ weights[counted.columns]
    return scores


def softmax(scores: Matrix) -> Matrix:
    """Turns scores into probabilities, along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=-1, keepdims=True)
    return shares
