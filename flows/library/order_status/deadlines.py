"""Reads until when somebody needs their order: "will it arrive before Christmas?", 周五之前能到吗."""

import re
from datetime import date, timedelta

from flows.understanding.normalise import folded

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HAN_DAYS = "一二三四五六日"
_BY_DAY = re.compile(rf"\b(?:by|before|until|on|this|next) (?:this |next )?({'|'.join(_WEEKDAYS)})\b")
_BY_HAN_DAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_CHRISTMAS = re.compile(r"\bchristmas\b|\bx-?mas\b|圣诞|聖誕")
_NEW_YEAR = re.compile(r"\bnew year'?s?\b|元旦")
_TOMORROW = re.compile(r"\b(?:by|before|until|arrive|come|be here|get here)\b.{0,12}\btomorrow\b|明天.{0,4}(?:到|收)")


def deadline(said: str, today: date) -> tuple[str, date] | None:
    """Finds (its name, the last day that is in time) in a message; None where it names none."""
    text = folded(said)
    if _CHRISTMAS.search(text):
        return "christmas", _coming(today, 12, 24)
    if _NEW_YEAR.search(text):
        return "new_year", _coming(today, 12, 31)
    if _TOMORROW.search(text):
        return "day", today + timedelta(days=1)
    english, chinese = _BY_DAY.search(text), _BY_HAN_DAY.search(text)
    if english:
        return "day", _weekday(today, _WEEKDAYS.index(english.group(1)))
    if chinese:
        return "day", _weekday(today, _HAN_DAYS.index(chinese.group(1).replace("天", "日")))
    return None


def _coming(today: date, month: int, day: int) -> date:
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _weekday(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)
