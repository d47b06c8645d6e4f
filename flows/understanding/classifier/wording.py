"""Brings a message to the forms that are compared: one for n-grams, one for the sentence encoder."""

import re
from collections.abc import Iterator, Mapping

from flows.understanding.normalise import clean

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")
_LONG_NUMBER = re.compile(r"#?\b\d(?:[\d.,/-]*\d){2,}\b")
_DIGITS = re.compile(r"\d+")
_LONG_RUN = re.compile(r"([^\W\d])\1{2,}")
_APOSTROPHE = re.compile("['’‘`´]")
_WORDS = re.compile(r"[^\W_]+")
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
    words = [piece for run in _RUN.findall(_DIGITS.sub("0", _APOSTROPHE.sub("", said))) for piece in _pieces(run)]
    for first, second in zip(words, [*words[1:], ""], strict=False):
        yield first
        if second:
            yield f"{first} {second}"
        if not _HAN.match(first):
            yield from _letters(f"_{first}_")
    for first, second, third in zip(words, words[1:], words[2:], strict=False):
        if _HAN.match(first) and _HAN.match(second) and _HAN.match(third):
            yield f"{first} {second} {third}"


def _pieces(run: str) -> list[str]:
    return list(run) if _HAN.match(run) else [run]


def _letters(word: str) -> Iterator[str]:
    for length in (2, 3, 4):
        for start in range(len(word) - length + 1):
            yield f"~{word[start : start + length]}"
