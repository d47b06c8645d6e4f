"""Brings a message to the forms that are compared: one for n-grams, one for the sentence encoder."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from flows.understanding.normalise import clean

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")
_LONG_NUMBER = re.compile(r"#?\b\d(?:[\d.,/-]*\d){2,}\b")
_DIGITS = re.compile(r"\d+")
_LONG_RUN = re.compile(r"([^\W\d])\1{2,}")
_APOSTROPHE = re.compile("['’‘`´]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_\u3400-\u9fff\uf900-\ufaff]+")


def spoken(text: str, simplified: Mapping[int, int]) -> str:
    """Brings a text to the form that the encoder reads: `clean`, lower case, simplified Chinese, without addresses and
    long numbers: which order it is does not matter, and the encoder makes much of it."""
    said = _LONG_NUMBER.sub(" ", _ADDRESS.sub(" ", clean(text).casefold()))
    return _LONG_RUN.sub(r"\1\1", said.translate(simplified)).strip()


def grams(said: str) -> Iterator[str]:
    """Lists the n-grams of a text (as `spoken` gives it), with repeats: words and their pairs, 2-4 letters of a word.

    A Chinese character is a word; it has no letters. All numbers are one.
    """
    listed = words(said)
    yield from pairs(listed)
    for word in listed:
        yield from word_grams(word)


def words(said: str) -> list[str]:
    """Lists the words of a text, all numbers as one."""
    runs = _RUN.findall(_DIGITS.sub("0", _APOSTROPHE.sub("", said)))
    return [piece for run in runs for piece in (run if _HAN.match(run) else (run,))]


def pairs(listed: Sequence[str]) -> Iterator[str]:
    """Lists words that follow each other: two, and three where they are Chinese."""
    yield from (f"{first} {second}" for first, second in pairwise(listed))
    for three in zip(listed, listed[1:], listed[2:], strict=False):
        if all(map(_HAN.match, three)):
            yield " ".join(three)


def word_grams(word: str) -> Iterator[str]:
    """Lists a word, and what letters it has."""
    yield word
    if not _HAN.match(word):
        framed = f"_{word}_"
        for length in (2, 3, 4):
            for start in range(len(framed) - length + 1):
                yield f"~{framed[start : start + length]}"
