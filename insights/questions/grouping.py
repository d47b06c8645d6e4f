"""Puts like questions together, offline: by their words, pairs of Chinese signs and pieces of words.

    together([Question("m1", "c1", at, "do you have a shop in Rome"), Question("m2", "c2", at, "any shop in rome?")])
    # [Group("en", (…, …), "any shop in rome?")]

Each language is grouped by itself. A word that is rare says more than a common one; a typing error leaves most pieces
of a word as they are. The question with the most like it draws these to it; what is left does the same, until none is.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from core.content.terms import terms
from core.locales import HAN

ALIKE = 0.38  # of 1: the cosine from which two texts ask the same
PLACES = 1024  # of a text's figure: which of its pieces falls where is by chance, and seldom two on one
WORD, PIECE = 1.0, 0.45  # how much a word, and a piece of one, says
PIECE_LENGTH = 3
MOST = 2000  # different texts that are compared; of more the newest

_Figures = NDArray[np.float32]
_Flags = NDArray[np.bool_]


class Question(NamedTuple):
    """Holds what a customer wrote, masked; `id` is the message's."""

    id: str
    conversation_id: str
    at: datetime
    text: str
    language: str = "en"


class Group(NamedTuple):
    """Holds questions that ask the same, the newest first; `example` is the one that is most like the others."""

    language: str
    questions: tuple[Question, ...]
    example: str

    @property
    def conversations(self) -> int:
        """Counts the conversations in which it was asked."""
        return len({question.conversation_id for question in self.questions})


def together(questions: Iterable[Question]) -> list[Group]:
    """Groups questions; the largest group comes first, of equal ones the newest."""
    spoken: dict[str, list[Question]] = {}
    for question in questions:
        spoken.setdefault(_language(question), []).append(question)
    found = [group for language, asked in spoken.items() for group in _of_language(language, asked)]
    return sorted(found, key=lambda group: (len(group.questions), group.questions[0].at), reverse=True)


def _language(question: Question) -> str:
    """Tells in which language a question is: what has Chinese signs is Chinese, whoever wrote it."""
    if HAN.search(question.text):
        return "zh"
    return "en" if question.language in ("", "zh") else question.language


def _of_language(language: str, asked: Sequence[Question]) -> Iterator[Group]:
    same: dict[tuple[str, ...], list[Question]] = {}
    for question in sorted(asked, key=_newest_first, reverse=True):
        same.setdefault(tuple(terms(question.text)), []).append(question)
    texts = list(same)[:MOST]
    times = np.array([len(same[text]) for text in texts], np.float32)
    for example, members in _drawn(_alike(texts), times):
        questions = sorted(
            (each for member in members for each in same[texts[member]]), key=_newest_first, reverse=True
        )
        yield Group(language, tuple(questions), same[texts[example]][0].text)


def _newest_first(question: Question) -> tuple[datetime, str]:
    return question.at, question.id


def _drawn(alike: _Flags, times: _Figures) -> Iterator[tuple[int, list[int]]]:
    """Takes out, again and again, the text that has the most like it, with these: (it, all of them)."""
    left = np.ones(len(times), np.bool_)
    near = alike @ times
    while left.any():
        example = int(np.argmax(np.where(left, near, -1.0)))
        members = np.flatnonzero(alike[example] & left)
        yield example, [int(member) for member in members]
        left[members] = False
        near -= alike[:, members] @ times[members]


def _alike(texts: Sequence[tuple[str, ...]]) -> _Flags:
    figures = _figures(texts)
    found: Any = (figures @ figures.T) >= ALIKE
    np.fill_diagonal(found, val=True)
    return np.asarray(found, np.bool_)


def _figures(texts: Sequence[tuple[str, ...]]) -> _Figures:
    """Makes of each text a row of length 1: how much each of its pieces says."""
    pieces = [_pieces(words) for words in texts]
    seen = Counter(piece for each in pieces for piece in each)
    figures = np.zeros((len(texts), PLACES), np.float32)
    places = {piece: crc32(piece.encode()) % PLACES for piece in seen}
    rare = {piece: math.log(1 + len(texts) / count) for piece, count in seen.items()}
    for row, each in enumerate(pieces):
        for piece, weight in each.items():
            figures[row, places[piece]] += weight * rare[piece]
    lengths = np.linalg.norm(figures, axis=1, keepdims=True)
    return np.asarray(figures / np.maximum(lengths, 1e-9), np.float32)


def _pieces(words: Iterable[str]) -> dict[str, float]:
    """Takes words apart: each itself, and its pieces, with its ends marked."""
    found: dict[str, float] = {}
    for word in words:
        found[word] = WORD
        if word.isascii():
            marked = f"^{word}$"
            for start in range(len(marked) - PIECE_LENGTH + 1):
                found.setdefault(f"~{marked[start : start + PIECE_LENGTH]}", PIECE)
    return found
