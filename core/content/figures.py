"""Compares the figures of a text and its translation: what must be the same in both, however a language writes it.

Figures are numbers, amounts, days, times, order and tracking numbers, links and e-mail addresses. What is compared is
their form without a language's habits: 1.299,50 and 1,299.50 are one amount, 5 Dec 2026 and 2026年12月5日 one day.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names

from core.shop.order_numbers import ascii_digits, normal_form

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'（）()，。]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CURRENCY = re.compile(r"[$€£¥￥₹₩₽₺₫₴₪฿]")
_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u202f\u2009' ]\d{3})+(?![\d\w])")
_CODE = re.compile(
    r"[A-Za-z0-9]+(?:(?:[-_/.]|(?<=\d),(?=\d))[A-Za-z0-9]+)*"
)  # letters of other scripts end it: 订单A-1001的
_WITH_UNIT = re.compile(r"(\d+(?:[.,]\d+)*)([A-Za-z]{1,3})")  # 100ml, 3pm, 5th
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[-/]\d{1,2}")
_PARTS = re.compile(r"[-/.]")
_SIGNS = str.maketrans({"，": ",", "．": ".", "：": ":", "٫": ".", "٬": ",", "／": "/", "－": "-"})


class Differences(NamedTuple):
    """Holds the figures that a translation left out, and those that only it has, as they are written there."""

    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


def differences(text: str, language: str, translated: str, into: str) -> Differences:
    """Compares a text with its translation; the languages are codes like "en", which name the months."""
    here, there = list(_figures(text, language)), list(_figures(translated, into))
    left = Counter(form for form, _ in there)
    left.subtract(form for form, _ in here)
    lacking = Counter({form: -count for form, count in left.items() if count < 0})
    return Differences(tuple(_taken(here, lacking)), tuple(_taken(there, left)))


def _taken(found: list[tuple[str, str]], wanted: Counter[str]) -> Iterator[str]:
    """Lists the figures of these forms as they are written, each as often as it is wanted."""
    for form, written in found:
        if wanted[form] > 0:
            wanted[form] -= 1
            yield written


def _figures(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Reads a text's figures: (the form that is compared, as it is written)."""
    for link in _LINK.findall(text):
        bare = link.rstrip(".,;:!?")
        yield bare, bare
    rest = _LINK.sub(" ", text)
    yield from ((sign.replace("￥", "¥"), sign) for sign in sorted(set(_CURRENCY.findall(rest))))
    plain = _months(ascii_digits(rest.translate(_SIGNS)), language)
    plain = _GROUPS.sub(lambda found: re.sub(r"\D", "", found[0]), plain)
    for code in _CODE.findall(plain):
        if any(sign.isdigit() for sign in code):
            yield from _of_code(code)


def _of_code(code: str) -> Iterator[tuple[str, str]]:
    """Reads one figure: a number that stands alone or with its unit, else an order's or a parcel's."""
    unit = _WITH_UNIT.fullmatch(code)
    number = unit[1] if unit else code
    if _DAY.fullmatch(number):
        yield from ((str(int(part)), part) for part in _PARTS.split(number))
    elif _NUMBER.fullmatch(number):
        yield _amount(number), number
    else:
        yield normal_form(code), code


def _amount(number: str) -> str:
    """Writes a number as 1299.5, whatever parts its thousands and its cents."""
    signs = [sign for sign in number if sign in ".,"]
    if not signs:
        return number  # 0012 names something, and is not 12
    last = signs[-1]
    whole, _, rest = number.rpartition(last)
    is_grouping = signs.count(last) > 1 or (len(rest) == 3 and len(set(signs)) == 1)
    digits = re.sub(r"\D", "", whole)
    if is_grouping:
        return str(int(digits + rest))
    return f"{int(digits or '0')}.{rest}".rstrip("0").rstrip(".")


def _months(text: str, language: str) -> str:
    """Writes the name of a month beside a number as a number: 5 December as 5 12."""
    names = _month_names(language)
    if not names:
        return text
    beside = rf"(?:(?<=\d)|(?<=\d[.]))(?:st|nd|rd|th)?(?:\s+(?:of|de|di|do))?\s*(?P<a>{names.pattern})\b"
    return re.sub(
        rf"{beside}|\b(?P<b>{names.pattern})(?=\s+\d)",
        lambda found: f" {names.number(found['a'] or found['b'])} ",
        text,
        flags=re.IGNORECASE,
    )


class _Months(NamedTuple):
    pattern: str
    numbers: dict[str, int]

    def number(self, name: str) -> int:
        return self.numbers[name.casefold()]


@cache
def _month_names(language: str) -> _Months | None:
    """Reads how a language calls the months; None where a month is called by its number anyway, as in 12月."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None
    numbers: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for month, name in get_month_names(width, context, locale).items():
                numbers.setdefault(name.casefold().rstrip("."), month)
    named = {name: month for name, month in numbers.items() if not any(sign.isdigit() for sign in name)}
    if not named:
        return None
    pattern = "|".join(map(re.escape, sorted(named, key=len, reverse=True)))
    return _Months(pattern, named)
