"""Reads how many of something a text says: 200, 1,200, two dozen, 五十件."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.files.documents import read
from flows.understanding.normalise import clean
from flows.understanding.values.numbers import WORDS

FILE = Path(__file__).with_name("counts.yaml")
MOST = 1_000_000
_HAN_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2, "〇": 0}
_HAN_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "萬": 10_000}
_HAN = "".join((*_HAN_DIGITS, *_HAN_TIMES))
_DIGITS = re.compile(r"(?<![\w.,:/#$€£¥-])x?(\d{1,3}(?:,\d{3})+|\d{1,6})(?![\d.,:/%-]*\d)(?!\s?[%$€£¥])")
_WORD = re.compile(r"\s*([a-z]+)")
_LAST = re.compile(r"([a-z]+)\W*$")


def count(text: str) -> int | None:
    """Finds the only number of pieces in a text; None for none and for several. Sizes, dates, sums are no counts.

    >>> count("about 200 mugs in size 3")
    200
    """
    said = clean(text).casefold()
    found = {*_written(said), *_spoken(said), *_chinese(said)}
    value = found.pop() if len(found) == 1 else 0
    return value if 0 < value <= MOST else None


def _written(said: str) -> Iterator[int]:
    for match in _DIGITS.finditer(said):
        before, after = _LAST.search(said[: match.start()]), _WORD.match(said, match.end())
        if (before and before[1] in _data()["before"]) or (after and after[1] in _data()["after"]):
            continue
        sign = said[match.end() :].lstrip()[:1]
        if sign and sign in _data()["units"]:
            continue
        value = int(match[1].replace(",", ""))
        times = _data()["times"].get(after[1], 1) if after else 1
        yield value * (12 if sign == _data()["dozens"] else times)


def _spoken(said: str) -> Iterator[int]:
    """Finds numbers in English words; "one" may stand for a thing."""
    words = re.findall(r"[a-z0-9]+", said)
    for before, word in zip(["", *words], words, strict=False):
        if word in _data()["times"] and not before.isdigit():
            yield WORDS.get(before, 1) * int(_data()["times"][word])
    joined = " ".join(words)
    for match in _numeral().finditer(joined):
        following = _WORD.match(joined, match.end())
        if not (following and following[1] in _data()["after"]):
            yield WORDS[match[1]]


def _chinese(said: str) -> Iterator[int]:
    for match in re.finditer(rf"(?<!第)([{_HAN}]+)\s?([{_data()['measures']}{_data()['dozens']}])", said):
        yield _value(match[1]) * (12 if match[2] in _data()["dozens"] else 1)


def _value(signs: str) -> int:
    """Reads a Chinese numeral: 两百五十."""
    total, digit = 0, 0
    for sign in signs:
        if sign in _HAN_DIGITS:
            digit = _HAN_DIGITS[sign]
        elif sign in "万萬":
            total, digit = (total + digit or 1) * _HAN_TIMES[sign], 0
        else:
            total, digit = total + (digit or 1) * _HAN_TIMES[sign], 0
    return total + digit


@lru_cache(maxsize=1)
def _numeral() -> re.Pattern[str]:
    """Finds a number in words that does not multiply the next word, which counts by itself."""
    numerals = [w for w, n in WORDS.items() if w.isalpha() and w.isascii() and n > 1 and not _is_ordinal(w)]
    return re.compile(rf"(?<!\w)({'|'.join(numerals)})(?!\w)(?! (?:{'|'.join(_data()['times'])}))")


def _is_ordinal(word: str) -> bool:
    return word.endswith(("first", "second", "third", "th")) or word == "both"


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return dict(read(FILE))
