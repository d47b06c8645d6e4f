"""Says how probable each intent is, for a text."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.understanding.classifier.encoder import Encoder, Matrix
from flows.understanding.classifier.ngrams import Ngrams, Sparse
from flows.understanding.classifier.wording import spoken

NONE = "none"  # what is no request to the shop, trained like an intent
SURE = 0.7  # where n-grams alone are so sure, the encoder is not asked: thirty times faster, and as right


class Weights(NamedTuple):
    """Holds what speaks for each intent: (n-grams, intents), in half precision once read from a file, as few rows are
    looked up at a time; and (dimensions, intents) of the encoder."""

    words: Matrix | NDArray[np.float16]
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

    def likely(self, texts: Sequence[str], encoder: Encoder | None) -> list[list[Likely]]:
        """Ranks all intents for each text, the most probable first; of several, the first is made of the others."""
        said = [spoken(text, self.simplified) for text in texts]
        counted = [self.ngrams.vector(each) for each in said]
        shares = [softmax(_by_words(self.light.words, each)) for each in counted]
        full = self.full
        if encoder is not None and full is not None and full.meaning is not None:
            unsure = [n for n, each in enumerate(shares) if each.max() <= SURE]
            for n, vector in _encoded(said, unsure, encoder):
                shares[n] = softmax(_by_words(full.words, counted[n]) + vector @ full.meaning)
        return [self._ranked(each) for each in shares]

    def _ranked(self, shares: Matrix) -> list[Likely]:
        listed = shares.tolist()
        return [Likely(self.intents[n], listed[n]) for n in np.argsort(-shares).tolist()]


def _encoded(said: Sequence[str], unsure: Sequence[int], encoder: Encoder) -> list[tuple[int, Matrix]]:
    """Encodes the texts about which n-grams are unsure, as far as a message's beginning goes."""
    if not unsure:
        return []
    if len(said) > 1 and unsure[0] == 0:
        vectors = encoder.encode_parts(said[1:])
        return [(n, vectors[n]) for n in unsure if n < len(vectors)]
    return list(zip(unsure, encoder.encode_all([said[n] for n in unsure]), strict=True))


def _by_words(weights: Matrix | NDArray[np.float16], counted: Sparse) -> Matrix:
    scores: Matrix = counted.values @ weights[counted.columns].astype(np.float32, copy=False)
    return scores


def softmax(scores: Matrix) -> Matrix:
    """Turns scores into probabilities, along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=-1, keepdims=True)
    return shares
