"""Finds the country, or the part of one, that a text names, in English and Chinese."""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale

from core.files.documents import read
from flows.understanding.normalise import clean, folded

FILE = Path(__file__).with_name("places.yaml")
LANGUAGES = ("en", "zh")
_CODES = re.compile(r"\b(?:to|in|for|from|ship|deliver)\s+(?:the\s+)?([A-Z]{2})\b|^\s*([A-Z]{2})\s*[?!.]?\s*$")
_SHORT = frozenset(("us",))  # words that are a country's name only in capitals


class Place(NamedTuple):
    """Names a place: "US", "HI"."""

    country: str
    region: str = ""


def find_place(text: str) -> Place | None:
    """Finds the place that a text names; the longest name of several."""
    said = folded(text)
    shouted = set(re.findall(r"\b[A-Z]{2,3}\b", clean(text)))
    for name, place in _names():
        if name in _SHORT and name.upper() not in shouted:
            continue
        if name in said and (not name.isascii() or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said)):
            return place
    named = _CODES.search(clean(text))
    code = (named[1] or named[2]) if named else ""
    return Place(code) if code in Locale("en").territories else None


def country_name(code: str, locale: str) -> str:
    """Writes a country's name in a language."""
    names = Locale.parse(locale.partition("-")[0] or "en").territories
    return str(names.get(code) or code)


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, Place], ...]:
    """Lists names with their places, the longest first."""
    found: dict[str, Place] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("ZZ", "EU", "UN", "XA", "XB"):
                found.setdefault(folded(name), Place(code))
    document = read(FILE)
    for part, add in (("countries", Place), ("regions", _region)):
        for code, names in document[part].items():
            found |= {folded(name): add(code) for name in _said(names)}
    return tuple(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))


def _region(code: str) -> Place:
    country, _, region = code.partition("-")
    return Place(country, region)


def _said(names: Iterable[object]) -> list[str]:
    return [str(name) for name in names]
