"""Writes numbers and days the way people read them, in their language.

figure(5700, "seconds", "en")          # 1 h 35 min
figure(0.7134, "share", "zh")          # 71.3%
difference(0.75, 0.71, "share", "en")  # −4 points
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_interval, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

from core.content.text import plain_spaces
from flows.language.formats import babel_locale

NONE = "–"  # nothing happened that could be counted
MINUS = "−"
RATIO = "ratio"
_LENGTHS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
_UNITS = {
    "en": {"day": "d", "hour": "h", "minute": "min", "second": "s", "points": "points", "from": "from 0"},
    "zh": {"day": "天", "hour": "小时", "minute": "分钟", "second": "秒", "points": "个百分点", "from": "原为 0"},
}


def figure(value: float | None, unit: str, locale: str, currency: str = "") -> str:
    """Writes a number. `unit`: that of its definition; `currency`: of money."""
    if value is None:
        return NONE
    if unit == "money":
        return money(value, currency, locale)
    return _FORMS.get(unit, _decimal)(value, locale)


def difference(before: float | None, after: float | None, unit: str, locale: str) -> str:
    """Writes how a number changed: shares and scores by their own distance, everything else in percent."""
    if before is None or after is None:
        return NONE
    far, measure = distance(before, after, unit)
    if far is None:
        return _words(locale)["from"]
    if measure == "share":
        return f"{_signed(far * 100, locale)} {_words(locale)['points']}"
    return _signed(far, locale) if measure == "score" else _signed(far * 100, locale, digits=0) + "%"


def distance(before: float | None, after: float | None, unit: str) -> tuple[float | None, str]:
    """Returns how a number changed, and in what: shares and scores by the difference, all else by the ratio of it to
    what was before (0.13: 13% more). None where one of them is not known, or a ratio would be one to 0."""
    measure = unit if unit in ("share", "score") else RATIO
    if before is None or after is None or (measure == RATIO and after and not before):
        return None, measure
    return (after - before if measure != RATIO else (after - before) / (before or 1)), measure


def duration(seconds: float, locale: str) -> str:
    """Writes a length of time by its two largest units: 1 h 35 min; less than ten seconds with a tenth."""
    words = _words(locale)
    if 0 < abs(seconds) < 10:
        return f"{format_decimal(seconds, '0.#', locale=babel_locale(locale))} {words['second']}"
    left, parts = round(abs(seconds)), list[str]()
    for at, (name, length) in enumerate(_LENGTHS):
        count, left = divmod(_rounded(left, at, bool(parts)), length)
        if count or parts:
            parts.append(f"{count} {words[name]}" if count else "")
        if len(parts) == 2:
            break
    written = " ".join(filter(None, parts)) or f"0 {words['second']}"
    return MINUS + written if seconds < 0 else written


def money(value: float | Decimal, currency: str, locale: str) -> str:
    """Writes an amount; what is less than one of its units, as messages cost, with two figures that say something."""
    if not currency:
        return _decimal(value, locale)
    digits = get_currency_precision(currency)
    small = 0 < abs(float(value)) < 1
    form = "¤#,##0." + "0" * digits + "##" if small else None
    return plain_spaces(format_currency(value, currency, form, locale=babel_locale(locale), currency_digits=not small))


def day(value: date, locale: str) -> str:
    """Writes a day with its weekday: Tue, Dec 1."""
    return plain_spaces(format_skeleton("MMMEd", value, locale=babel_locale(locale)))


def short_day(value: date, locale: str) -> str:
    """Writes a day as a chart has room for it: Dec 1."""
    return plain_spaces(format_skeleton("MMMd", value, locale=babel_locale(locale)))


def days(first: date, last: date, locale: str) -> str:
    """Writes a span of days: Nov 24 – 30."""
    if first == last:
        return day(first, locale)
    skeleton = "MMMd" if first.year == last.year else "yMMMd"
    return plain_spaces(format_interval(first, last, skeleton, locale=babel_locale(locale)).replace("\u2009", " "))


def clock(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    """Writes the time of day in the shop: 2:40 PM."""
    return plain_spaces(format_time(moment.astimezone(zone), "short", locale=babel_locale(locale)))


def _rounded(left: int, at: int, is_last: bool) -> int:
    """Rounds what is left to the unit that is written last, where it stays under the unit before."""
    length = _LENGTHS[at][1]
    rounded = (left + length // 2) // length * length
    return rounded if is_last and rounded < _LENGTHS[at - 1][1] else left


def _share(value: float, locale: str) -> str:
    return str(format_percent(value, "#,##0.#%", locale=babel_locale(locale)))


def _count(value: float, locale: str) -> str:
    return str(format_decimal(value, "#,##0.#", locale=babel_locale(locale)))


def _decimal(value: float | Decimal, locale: str) -> str:
    return str(format_decimal(value, "#,##0.##", locale=babel_locale(locale))).replace("-", MINUS)


def _signed(value: float, locale: str, digits: int = 1) -> str:
    value = round(value, digits)
    written = format_decimal(abs(value), "#,##0." + "#" * digits if digits else "#,##0", locale=babel_locale(locale))
    return {1: "+", 0: "±", -1: MINUS}[(value > 0) - (value < 0)] + str(written)


def _words(locale: str) -> dict[str, str]:
    return _UNITS.get(babel_locale(locale).language, _UNITS["en"])


_FORMS: dict[str, Callable[[float, str], str]] = {
    "share": _share,
    "seconds": duration,
    "count": _count,
    "per_100": _decimal,
    "score": _decimal,
}
