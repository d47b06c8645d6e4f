"""Reads a day as people write it: tomorrow, next Friday, 12/5, Dec 5th, 下周五, 12月5号."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from flows.understanding.normalise import clean

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SMALL = dict(zip((*_COUNTED, *"一二三四五六七八九十"), (*range(1, 11), *range(1, 11)), strict=True))
_SMALL |= {"a": 1, "an": 1, "两": 2, "兩": 2}
_WEEKDAY = r"(?P<day>mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rs|rsday|urday)?\b"
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NUMBER = r"(?P<n>\d{1,2}|[a-z]{1,5}|[一二两兩三四五六七八九十])"
_BETWEEN_DIGITS = r"(?<![\d./-])", r"(?![\d]|[./-]\d)"


def read_date(text: str, today: date, month_first: bool = True, *, ahead: bool = False) -> date | None:
    """Finds the only day that a text names; None for none, or several. `month_first`: 12/5 is in December. A day
    without its year is the nearest one, or with `ahead` the next."""
    said, found = clean(text).casefold(), set[date]()
    for pattern, make in _WAYS:
        found.update(day for match in pattern.finditer(said) if (day := make(match, today, month_first, ahead)))
        said = pattern.sub(" ", said)
    return found.pop() if len(found) == 1 else None


def _relative(match: re.Match[str], today: date, _month_first: bool, _ahead: bool) -> date | None:
    return today + timedelta(days=_RELATIVE[match.group()])


def _counted(match: re.Match[str], today: date, _month_first: bool, _ahead: bool) -> date | None:
    number = int(match["n"]) if match["n"].isdigit() else _SMALL.get(match["n"], 0)
    days = number * (7 if match["unit"] in ("week", "周", "週", "星期", "礼拜", "禮拜") else 1)
    backwards = match.groupdict().get("back") in ("ago", "前")
    return today + timedelta(days=-days if backwards else days) if number else None


def _weekday(match: re.Match[str], today: date, _month_first: bool, _ahead: bool) -> date | None:
    """Reads a weekday: the coming one, today's too; "next" is that of the week that begins on Monday."""
    wanted = next(n for n, name in enumerate(_WEEKDAYS) if name.startswith(match["day"]))
    which = (match["which"] or "").strip()
    monday = today - timedelta(days=today.weekday())
    if which == "next":
        return monday + timedelta(days=7 + wanted)
    if which == "last":
        return today - timedelta(days=(today.weekday() - wanted) % 7 or 7)
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _chinese_weekday(match: re.Match[str], today: date, _month_first: bool, _ahead: bool) -> date | None:
    wanted = 6 if match["day"] in "日天末" else "一二三四五六".index(match["day"])
    wanted = 5 if match["day"] == "末" else wanted
    monday = today - timedelta(days=today.weekday())
    which = match["which"] or ""
    if which.startswith("下"):
        return monday + timedelta(days=7 * which.count("下") + wanted)
    if which.startswith("上"):
        return monday + timedelta(days=wanted - 7 * which.count("上"))
    if which:  # 这周五, even when it is over
        return monday + timedelta(days=wanted)
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _iso(match: re.Match[str], _today: date, _month_first: bool, _ahead: bool) -> date | None:
    return _made(int(match["y"]), int(match["m"]), int(match["d"]))


def _slashed(match: re.Match[str], today: date, month_first: bool, ahead: bool) -> date | None:
    one, two = int(match["one"]), int(match["two"])
    if match["sep"] == ".":
        month_first = False
    month, day = (one, two) if (month_first or two > 12) and one <= 12 else (two, one)
    return _dated(month, day, match["y"], today, ahead)


def _named_month(match: re.Match[str], today: date, _month_first: bool, ahead: bool) -> date | None:
    month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(match["month"][:3]))
    return _dated(month, int(match["d"]), match["y"], today, ahead)


def _chinese(match: re.Match[str], today: date, _month_first: bool, ahead: bool) -> date | None:
    return _dated(int(match["m"]), int(match["d"]), match["y"], today, ahead)


def _of_the_month(match: re.Match[str], today: date, _month_first: bool, ahead: bool) -> date | None:
    """Reads "the 5th": of this month, or where that is over, of the next."""
    day = int(match["d"] or match["d2"])
    this = _made(today.year, today.month, day)
    if this is not None and (this >= today or not ahead):
        return this
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return _made(following.year, following.month, day)


def _dated(month: int, day: int, year: str | None, today: date, ahead: bool) -> date | None:
    if year:
        return _made(int(year) + (2000 if len(year) == 2 else 0), month, day)
    near = [made for each in (-1, 0, 1) if (made := _made(today.year + each, month, day))]
    if ahead:
        near = [each for each in near if each >= today]
    return min(near, key=lambda each: abs((each - today).days), default=None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_RELATIVE = {"day before yesterday": -2, "yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
_RELATIVE |= {"day after tomorrow": 2, "前天": -2, "昨天": -1, "今天": 0, "今晚": 0, "明天": 1, "明早": 1}
_RELATIVE |= {"后天": 2, "後天": 2, "大后天": 3, "大後天": 3}
_Make = Callable[[re.Match[str], date, bool, bool], date | None]


def _ways() -> Iterator[tuple[re.Pattern[str], _Make]]:
    """Lists the ways of writing a day, the clearest first."""
    before, after = _BETWEEN_DIGITS
    yield re.compile(rf"{before}(?P<y>20\d\d)[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){after}"), _iso
    yield re.compile(r"(?:(?P<y>20\d\d)年\s?)?(?P<m>\d{1,2})月\s?(?P<d>\d{1,2})[日号號]?"), _chinese
    yield (
        re.compile(rf"(?<![a-z]){_MONTH}\s?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:/.-]\d)(?:,?\s(?P<y>20\d\d))?"),
        _named_month,
    )
    yield (
        re.compile(rf"(?<![\d.:/-])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?(?:\sof)?\s?{_MONTH}(?:,?\s(?P<y>20\d\d))?"),
        _named_month,
    )
    yield (
        re.compile(
            rf"{before}(?P<one>\d{{1,2}})(?P<sep>[./-])(?P<two>\d{{1,2}})(?:(?P=sep)(?P<y>20\d\d|\d\d)|(?<=\d)\.?){after}"
        ),
        _slashed,
    )
    yield re.compile("|".join(sorted(map(re.escape, _RELATIVE), key=len, reverse=True))), _relative
    yield re.compile(rf"\bin {_NUMBER} (?P<unit>day|week)s?\b"), _counted
    yield re.compile(rf"\b{_NUMBER} (?P<unit>day|week)s? (?P<back>ago)\b"), _counted
    yield re.compile(rf"{_NUMBER}\s?(?:个|個)?(?P<unit>天|周|週|星期|礼拜|禮拜)(?:之|以)?(?P<back>后|後|前)"), _counted
    yield (
        re.compile(
            r"(?P<which>(?:这|這|本|下{1,2}|上{1,2})(?:个|個)?)?(?:周|週|星期|礼拜|禮拜)(?P<day>[一二三四五六日天末])"
        ),
        _chinese_weekday,
    )
    yield re.compile(rf"(?P<which>\b(?:this|next|last) )?\b{_WEEKDAY}"), _weekday
    yield re.compile(r"\bthe (?P<d>\d{1,2})(?:st|nd|rd|th)\b|(?<!\d)(?P<d2>\d{1,2})[号號](?![码碼线線])"), _of_the_month


_WAYS = tuple(_ways())
