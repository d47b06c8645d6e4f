"""Learns from phrases which words and meanings speak for which intent: kernel logistic regression, by its dual.

Solved with accelerated gradient descent (Nesterov) in numpy alone: some seconds for three thousand phrases.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flows.understanding.classifier.encoder import Encoder, Matrix
from flows.understanding.classifier.model import NONE, Model, Weights, softmax
from flows.understanding.classifier.ngrams import Ngrams
from flows.understanding.classifier.wording import spoken

STEPS = 400
RIDGE = 1e-4  # how far the weights are drawn to zero
MEANING = 1.5  # how much the encoder's vector counts beside the n-grams'
POWER_ROUNDS = 40  # of the iteration that finds the largest eigenvalue, which bounds the step


def train(phrases: Mapping[str, Sequence[str]], simplified: Mapping[int, int], encoder: Encoder | None) -> Model:
    """Trains a model on phrases by intent; `NONE` holds what is no request to the shop."""
    intents = [*sorted(intent for intent in phrases if intent != NONE), NONE]
    texts = [spoken(each, simplified) for intent in intents for each in phrases.get(intent, ())]
    marks = np.repeat(np.arange(len(intents)), [len(phrases.get(intent, ())) for intent in intents])
    wanted = np.eye(len(intents), dtype=np.float32)[marks]
    ngrams = Ngrams.of(texts)
    counted = ngrams.matrix(texts)
    likeness = counted @ counted.T
    light = Weights(counted.T @ solve(likeness, wanted), None)
    full = None
    if encoder is not None:
        vectors = _single(encoder.encode_all(texts) * MEANING)
        dual = solve(likeness + vectors @ vectors.T, wanted)
        full = Weights(counted.T @ dual, _single((vectors.T @ dual) * MEANING))
    return Model(tuple(intents), ngrams, light, full, dict(simplified))


def solve(likeness: Matrix, wanted: Matrix) -> Matrix:
    """Finds the dual weights (phrases, intents): the mean cross entropy of softmax(likeness @ weights) with a ridge."""
    number = len(likeness)
    step = 1 / (_largest(likeness) / (2 * number) + RIDGE)
    weights = np.zeros_like(wanted)
    ahead, momentum = weights, 1.0
    for _ in range(STEPS):
        slope = (softmax(likeness @ ahead) - wanted) / number + RIDGE * ahead
        moved = _single(ahead - step * slope)
        following = (1 + (1 + 4 * momentum**2) ** 0.5) / 2
        ahead = _single(moved + (momentum - 1) / following * (moved - weights))
        weights, momentum = moved, following
    return weights


def _largest(likeness: Matrix) -> float:
    """Estimates the largest eigenvalue."""
    vector = np.ones(len(likeness), dtype=np.float32)
    largest = 1.0
    for _ in range(POWER_ROUNDS):
        vector = likeness @ vector
        largest = float(np.linalg.norm(vector))
        vector /= largest
    return largest


def _single(numbers: NDArray[np.floating[Any]]) -> Matrix:
    return numbers.astype(np.float32, copy=False)
