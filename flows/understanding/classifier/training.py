"""Learns from phrases which words and meanings speak for which intent: kernel logistic regression, by its dual.

Solved with L-BFGS in numpy alone, in the space of the phrases: whatever is added up is kept with its product with the
likeness, so that a step takes one multiplication. Half a minute for nine thousand phrases.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.understanding.classifier.encoder import Encoder, Matrix
from flows.understanding.classifier.model import NONE, Model, Weights, softmax
from flows.understanding.classifier.ngrams import Ngrams, Sparse
from flows.understanding.classifier.wording import spoken

STEPS = 80
REMEMBERED = 8  # steps from which the next one is made
ENOUGH = 1e-4  # of the decrease that a step promises
SHORTEST = 1e-6  # step
STILL = 1e-7  # a slope that is none
RIDGE = 2e-5  # how far the weights are drawn to zero
MEANING = 1.5  # how much the encoder's vector counts beside the n-grams'
# Two opinions are better than one: with the encoder, what n-grams alone have learned counts beside what both have.
ALONE, TOGETHER = 0.4, 0.75
OFTEN = 2000  # n-grams that stand in most phrases


def train(phrases: Mapping[str, Sequence[str]], simplified: Mapping[int, int], encoder: Encoder | None) -> Model:
    """Trains a model on phrases by intent; `NONE` holds what is no request to the shop."""
    intents = [*sorted(intent for intent in phrases if intent != NONE), NONE]
    texts = [spoken(each, simplified) for intent in intents for each in phrases.get(intent, ())]
    marks = np.repeat(np.arange(len(intents)), [len(phrases.get(intent, ())) for intent in intents])
    wanted = np.eye(len(intents), dtype=np.float32)[marks]
    shares = _evened(marks, len(intents))
    ngrams = Ngrams.of(texts)
    counted = [ngrams.vector(text) for text in texts]
    alike = likeness(counted, len(ngrams.names))
    light = Weights(_spread(counted, solve(alike, wanted, shares), len(ngrams.names)), None)
    full = None
    if encoder is not None:
        vectors = _single(encoder.encode_all(texts) * MEANING)
        alike += vectors @ vectors.T
        dual = solve(alike, wanted, shares)
        words = ALONE * light.words + TOGETHER * _spread(counted, dual, len(ngrams.names))
        full = Weights(_single(words), _single((vectors.T @ dual) * MEANING * TOGETHER))
    return Model(tuple(intents), ngrams, light, full, dict(simplified))


def likeness(counted: Sequence[Sparse], width: int) -> Matrix:
    """Multiplies all vectors with each other: (phrases, phrases).

    A few n-grams stand in many phrases: those as one full matrix. The many others stand in a few each: one by one.
    """
    rows = np.repeat(np.arange(len(counted)), [len(each.columns) for each in counted])
    columns = np.concatenate([each.columns for each in counted])
    values = np.concatenate([each.values for each in counted])
    place = np.full(width, -1)
    often = np.argsort(-np.bincount(columns, minlength=width))[:OFTEN]
    place[often] = np.arange(len(often))
    inside = place[columns] >= 0
    full = np.zeros((len(counted), len(often)), dtype=np.float32)
    full[rows[inside], place[columns[inside]]] = values[inside]
    alike: Matrix = full @ full.T
    rare = np.flatnonzero(~inside)
    rare = rare[np.argsort(columns[rare], kind="stable")]
    for same in np.split(rare, np.flatnonzero(np.diff(columns[rare])) + 1):
        alike[np.ix_(rows[same], rows[same])] += np.outer(values[same], values[same])
    return alike


def _spread(counted: Sequence[Sparse], dual: Matrix, width: int) -> Matrix:
    """Turns the weights of phrases into those of their n-grams: (n-grams, intents)."""
    weights = np.zeros((width, dual.shape[1]), dtype=np.float32)
    for each, own in zip(counted, dual, strict=True):
        weights[each.columns] += np.outer(each.values, own)
    return weights


class Point(NamedTuple):
    """Holds numbers per phrase and intent, and their product with the likeness."""

    own: Matrix
    seen: Matrix

    def plus(self, other: "Point", times: float) -> "Point":
        """Adds a multiple of another one."""
        return Point(_single(self.own + times * other.own), _single(self.seen + times * other.seen))

    def along(self, other: "Point") -> float:
        """Multiplies both, in the space of the weights that they stand for."""
        return float(np.vdot(self.own, other.seen))


class Step(NamedTuple):
    """Holds a step that was made, how the slope changed by it, and the product of both."""

    moved: Point
    changed: Point
    product: float


def solve(alike: Matrix, wanted: Matrix, shares: Matrix | None = None) -> Matrix:
    """Finds the dual weights (phrases, intents): the mean cross entropy of softmax(likeness @ weights) with a ridge.

    `shares`: how much each phrase counts, (phrases, 1); by default all the same.
    """
    counts = np.full((len(wanted), 1), 1 / len(wanted), dtype=np.float32) if shares is None else shares
    at = Point(np.zeros_like(wanted), np.zeros_like(wanted))
    slope = _slope(alike, at, wanted, counts)
    steps: deque[Step] = deque(maxlen=REMEMBERED)
    for _ in range(STEPS):
        direction = _direction(slope, steps)
        if slope.along(direction) <= 0:  # what is remembered leads up, by rounding: begin anew
            steps.clear()
            direction = slope
        reached = _down(at, direction, slope, wanted, counts)
        if reached is None or slope.along(slope) < STILL**2:
            break
        there = _slope(alike, reached, wanted, counts)
        moved, changed = reached.plus(at, -1), there.plus(slope, -1)
        if (product := moved.along(changed)) > 0:
            steps.append(Step(moved, changed, product))
        at, slope = reached, there
    return at.own


def _evened(marks: NDArray[np.int64], number: int) -> Matrix:
    """Returns how much each phrase counts: those of an intent that has many, less; what is no request, the last, has no
    end, and counts in full."""
    of_each = np.bincount(marks, minlength=number)
    of_each[-1] = np.median(of_each)
    counts = 1 / np.sqrt(of_each[marks])
    return _single(counts / counts.sum())[:, None]


def _slope(alike: Matrix, at: Point, wanted: Matrix, counts: Matrix) -> Point:
    own = _single((softmax(at.seen) - wanted) * counts + RIDGE * at.own)
    return Point(own, alike @ own)


def _cost(at: Point, wanted: Matrix, counts: Matrix) -> float:
    highest = at.seen.max(axis=1, keepdims=True)
    whole = np.log(np.exp(at.seen - highest).sum(axis=1, keepdims=True)) + highest
    missed = (whole - (at.seen * wanted).sum(axis=1, keepdims=True)) * counts
    return float(missed.sum(dtype=np.float64)) + RIDGE / 2 * at.along(at)


def _direction(slope: Point, steps: Sequence[Step]) -> Point:
    """Bends the way down by what the last steps showed of the slope's changes."""
    found, shares = slope, list[float]()
    for step in reversed(steps):
        shares.append(step.moved.along(found) / step.product)
        found = found.plus(step.changed, -shares[-1])
    if steps:
        last = steps[-1]
        scale = last.product / last.changed.along(last.changed)
        found = Point(_single(found.own * scale), _single(found.seen * scale))
    for step in steps:
        found = found.plus(step.moved, shares.pop() - step.changed.along(found) / step.product)
    return found


def _down(at: Point, direction: Point, slope: Point, wanted: Matrix, counts: Matrix) -> Point | None:
    """Goes down as far as it is worth it; None where no step is."""
    cost, promised, far = _cost(at, wanted, counts), slope.along(direction), 1.0
    while far > SHORTEST:
        reached = at.plus(direction, -far)
        if _cost(reached, wanted, counts) <= cost - ENOUGH * far * promised:
            return reached
        far /= 2
    return None


def _single(numbers: NDArray[np.floating[Any]]) -> Matrix:
    return numbers.astype(np.float32, copy=False)
