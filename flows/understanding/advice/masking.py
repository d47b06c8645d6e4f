"""Masks personal data in words that leave the house: rather too much than too little, as only the wish must stay."""

import re
from collections.abc import Iterable

from core.people import masking
from core.people.known import HAN, NOTHING, Known, lines_in, names_in
from flows.understanding.normalise import clean
from flows.understanding.values.codes import codes

EMAIL, LINK, NUMBER, NAME, ADDRESS = "[email]", "[link]", "[number]", "[name]", "[address]"
_DIGITS = 3  # of a number that may be somebody's; sizes and quantities have fewer
_MIXED, _MIXED_DIGITS = 5, 2  # letters and digits of a postcode or an order number, and how many are digits

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SIGN = rf"(?:(?![{HAN}])[^\W_])"
_TOKEN = re.compile(rf"{_SIGN}+(?:[-_./#:,]{{1,2}}{_SIGN}+)*")
_BETWEEN = re.compile(r"[\s()+#./_-]{1,4}")
_SPELLED = re.compile(r"[零〇一二三四五六七八九两](?:[\s-]?[零〇一二三四五六七八九两]){4,}")


def masked(text: str, known: Known = NOTHING) -> str:
    """Returns a text without addresses, links, numbers of three digits and more, and names: what is `known` of the
    customer, and names that a sentence introduces."""
    said = masking.EMAIL.sub(EMAIL, _LINK.sub(LINK, clean(text)))
    said = masking.covered(said, lines_in(said, _worded(known)), ADDRESS)
    said = masking.STREET.sub(ADDRESS, said)
    said = _without_introduced(_without_codes(_SPELLED.sub(NUMBER, said)))
    return masking.covered(said, names_in(said, known), NAME)


def _worded(known: Known) -> Known:
    """Leaves out lines that are only numbers, which are masked as such."""
    return known._replace(lines=tuple(line for line in known.lines if any(map(str.isalpha, line))))


def _without_codes(said: str) -> str:
    """Masks order numbers as the store writes them, and all other numbers that may be somebody's."""
    found = [(code.start, code.end) for code in codes(said) if code.named or not any(map(str.isdigit, code.text))]
    said = _blanked(said, found)
    groups: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(said):
        if not any(map(str.isdigit, match.group())):
            continue
        start, end = match.span()
        if groups and _BETWEEN.fullmatch(said, groups[-1][1], start):
            start = groups.pop()[0]
        groups.append((start, end))
    return _blanked(said, [(start, end) for start, end in groups if _may_be_somebodys(said[start:end])])


def _blanked(said: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        said = said[:start] + NUMBER + said[end:]
    return said


def _may_be_somebodys(number: str) -> bool:
    digits, signs = sum(map(str.isdigit, number)), sum(map(str.isalnum, number))
    return digits >= _DIGITS or (signs > digits >= _MIXED_DIGITS and signs >= _MIXED)


def _without_introduced(said: str) -> str:
    def without(found: re.Match[str]) -> str:
        name = next(each for each in found.groups() if each)
        return found.group().removesuffix(name) + NAME

    return masking.INTRODUCED.sub(without, said)
