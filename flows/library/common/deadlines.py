"""Reads until when somebody needs something: "will it arrive before Christmas?", "by the 20th", 周五之前能到吗."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from flows.engine.facts import Feast
from flows.understanding.normalise import folded

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HAN_DAYS = "一二三四五六日"
_BY_DAY = re.compile(rf"\b(?:by|before|until|on|this|next) (?:this |next )?({'|'.join(_WEEKDAYS)})\b")
_BY_HAN_DAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_CHRISTMAS = re.compile(r"\bchristmas\b|\bx-?mas\b|圣诞|聖誕")
_NEW_YEAR = re.compile(r"(?<!lunar )(?<!chinese )\bnew year'?s?\b|元旦")
_TOMORROW = re.compile(r"\b(?:by|before|until|arrive|come|be here|get here)\b.{0,12}\btomorrow\b|明天.{0,4}(?:到|收)")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_NUMBER = r"([0-9]{1,2})(?:st|nd|rd|th)?"
_BY = r"\b(?:by|before|until|till) (?:the )?"
_MONTH_FIRST = re.compile(rf"{_BY}{_MONTH} (?:the )?{_NUMBER}\b")
_DAY_FIRST = re.compile(rf"{_BY}{_NUMBER} (?:of )?{_MONTH}(?![a-z])")
_DAY_ALONE = re.compile(r"\b(?:by|before|until|till) the ([0-9]{1,2})(?:st|nd|rd|th)\b")
_HAN_DATE = re.compile(r"(?:([0-9]{1,2}) ?月 ?)?([0-9]{1,2}) ?[日号號](?=.{0,4}(?:前|到|收|送达))")
CHRISTMAS, NEW_YEAR, FEAST, DAY = "christmas", "new_year", "feast", "day"


class Wanted(msgspec.Struct, frozen=True):
    """Says by when something is needed: what the day is called, the last day in time, a feast's titles."""

    name: str
    day: date
    titles: Mapping[str, str] = {}


def deadline(said: str, today: date, feasts: Sequence[Feast] = ()) -> Wanted | None:
    """Finds the day that a message names, the store's own holidays first; None where it names none."""
    text = folded(said)
    coming = sorted((each for each in feasts if each.deliver_by >= today), key=lambda each: each.deliver_by)
    named = next((each for each in coming if _is_named(each, text)), None)
    if named is not None:
        return Wanted(FEAST, named.deliver_by, named.titles)
    if _CHRISTMAS.search(text):
        return Wanted(CHRISTMAS, _coming(today, 12, 24))
    if _NEW_YEAR.search(text):
        return Wanted(NEW_YEAR, _coming(today, 12, 31))
    day = _dated(text, today) or _of_week(text, today)
    return Wanted(DAY, day) if day else None


def _is_named(feast: Feast, text: str) -> bool:
    titles = [folded(title) for title in feast.titles.values()]
    christmas = bool(_CHRISTMAS.search(text)) and any(map(_CHRISTMAS.search, titles))
    return christmas or any(title in text for title in titles)


def _dated(text: str, today: date) -> date | None:
    """Reads "by the 20th", "before December 20", "by 20 Dec", 12月20日前, 20号之前."""
    first, second, han = _MONTH_FIRST.search(text), _DAY_FIRST.search(text), _HAN_DATE.search(text)
    if first:
        return _of_month(today, _MONTHS.index(first.group(1)) + 1, int(first.group(2)))
    if second:
        return _of_month(today, _MONTHS.index(second.group(2)) + 1, int(second.group(1)))
    if han:
        return _of_month(today, int(han.group(1)) if han.group(1) else None, int(han.group(2)))
    alone = _DAY_ALONE.search(text)
    return _of_month(today, None, int(alone.group(1))) if alone else None


def _of_week(text: str, today: date) -> date | None:
    if _TOMORROW.search(text):
        return today + timedelta(days=1)
    english, chinese = _BY_DAY.search(text), _BY_HAN_DAY.search(text)
    if english:
        return _weekday(today, _WEEKDAYS.index(english.group(1)))
    if chinese:
        return _weekday(today, _HAN_DAYS.index(chinese.group(1).replace("天", "日")))
    return None


def _of_month(today: date, month: int | None, day: int) -> date | None:
    """Finds the next such day, within a year; of any month where none is named. None for one that there is not."""
    ahead = (today + timedelta(days=n) for n in range(366))
    return next((each for each in ahead if each.day == day and month in (None, each.month)), None)


def _coming(today: date, month: int, day: int) -> date:
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _weekday(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)
