"""Finds in words what is known of a customer: names, lines of addresses, numbers of orders, however they are written.

Only letters and digits are compared, without case, width and accents: "AB12CD" is the postcode "AB1 2CD", "rosenhof,
HINTERHAUS" the line "Rosenhof Hinterhaus". No pattern is made of what is looked for: a page shows fifty customers.

    list(names_in("Jane here", Known(("Jane Doe",))))    # [(0, 4)]
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

HAN = r"\u3040-\u30ff\u3400-\u9fff"
Span = tuple[int, int]


class Known(NamedTuple):
    """Holds what is known of a customer: names, each word of which is theirs; lines of addresses, and whatever else is
    theirs as a whole; and numbers of orders, which stay."""

    names: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


NOTHING = Known()
SHORTEST = 2  # letters and digits of what is looked for
TELLING = 5  # letters of a word that says where somebody lives without its number: not "flat", "unit"

_BLANK = re.compile(r"[\s·•,]+")
_HAN = re.compile(rf"[{HAN}]")
_HAN_NAME = re.compile(rf"[{HAN}]{{3,4}}")
_BREAK = re.compile(r"[,;，；、\n]")
_NUMBER = re.compile(r"\d+(?:[a-zA-Z](?![a-zA-Z]))?")
_ALIKE = str.maketrans("ıłøđ", "ilod")  # letters that are no other with a sign added, and yet are written so


class _Part(NamedTuple):
    """Holds something to look for. `signs`: its letters and digits; `gaps`: in how many places something else may
    stand between them; `is_word`: it counts only where it stands by itself."""

    signs: str
    gaps: int
    is_word: bool


def names_in(text: str, known: Known) -> Iterator[Span]:
    """Finds where names stand, and the words of names by which somebody may be called."""
    return _spans(text, _names(known.names))


def lines_in(text: str, known: Known) -> Iterator[Span]:
    """Finds where lines of addresses stand, and whatever else is known as a whole."""
    return _spans(text, _lines(known.lines))


def orders_in(text: str, known: Known) -> Iterator[Span]:
    """Finds where numbers of orders stand."""
    return _spans(text, _orders(known.kept))


@lru_cache(1024)  # a page shows many words of one customer
def _names(names: tuple[str, ...]) -> tuple[_Part, ...]:
    whole = [name.strip() for name in names]
    parts = [part for name in whole for part in (name, *_BLANK.split(name))]
    # A Chinese name is written without a space, and used without the family's, which may be of two signs.
    parts += [name[family:] for name in map(_joined, whole) if _HAN_NAME.fullmatch(name) for family in (1, 2)]
    return _parts(parts)


@lru_cache(1024)
def _lines(lines: tuple[str, ...]) -> tuple[_Part, ...]:
    pieces = [piece for line in lines for piece in _BREAK.split(line)]
    return _parts([*lines, *pieces, *(each for piece in pieces for each in _without_numbers(piece))])


@lru_cache(1024)
def _orders(numbers: tuple[str, ...]) -> tuple[_Part, ...]:
    return _parts(numbers)


def _joined(name: str) -> str:
    return _BLANK.sub("", name)


def _without_numbers(line: str) -> Iterator[str]:
    """Says where somebody lives without the numbers of houses and flats: "Rosenhof", of "Rosenhof 3"."""
    if "@" in line:
        return
    for words in _NUMBER.split(line):
        letters = sum(map(str.isalpha, words))
        if letters >= (SHORTEST + 1 if _HAN.search(words) else TELLING):
            yield words


def _parts(written: Iterable[str]) -> tuple[_Part, ...]:
    """Makes of what is written what is looked for."""
    found: dict[_Part, None] = {}
    for each in written:
        signs, places = "".join(map(_sign, each)), _places(each)
        if len(signs) < SHORTEST:
            continue
        is_han = bool(_HAN.search(each))
        is_free = is_han or any(map(str.isdigit, signs))  # a postcode, Chinese: spaces come and go
        gaps = len(signs) if is_free else _gaps(each, places)
        found[_Part(signs, gaps, not is_han)] = None
    return tuple(found)


def _spans(text: str, parts: Sequence[_Part]) -> Iterator[Span]:
    signs = "".join(map(_sign, text)) if parts else ""
    met = [part for part in parts if part.signs in signs]
    places = _places(text) if met else ()
    for part in met:
        start = signs.find(part.signs)
        while start >= 0:
            end = start + len(part.signs)
            if _is_meant(text, places, start, end, part):
                yield places[start], places[end - 1] + 1
            start = signs.find(part.signs, start + 1)


def _is_meant(text: str, places: Sequence[int], start: int, end: int, part: _Part) -> bool:
    if part.is_word and not (_is_edge(text, places, start) and _is_edge(text, places, end)):
        return False
    return _gaps(text, places[start:end]) <= part.gaps


def _is_edge(text: str, places: Sequence[int], at: int) -> bool:
    return at in (0, len(places)) or _is_gap(text, places[at - 1], places[at])


def _gaps(text: str, places: Sequence[int]) -> int:
    return sum(_is_gap(text, *both) for both in pairwise(places))


def _is_gap(text: str, one: int, other: int) -> bool:
    """Tells whether two letters are of different words: an accent that follows its letter parts none."""
    return other - one > 1 and not all(map(unicodedata.combining, text[one + 1 : other]))


def _places(text: str) -> list[int]:
    """Lists where in the text each of its signs stands."""
    return [n for n, letter in enumerate(text) for _ in _sign(letter)]


@lru_cache(8192)
def _sign(letter: str) -> str:
    """Returns a letter or digit in the form in which it is compared, maybe of several; "" of what is none."""
    apart = unicodedata.normalize("NFKD", letter).casefold().translate(_ALIKE)
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in apart if each.isalnum())
