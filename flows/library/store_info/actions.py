"""Tells the hours in which people answer, as plain values."""

from datetime import timedelta
from typing import Any

from babel.dates import get_timezone_location

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.facts import Opening, Times
from flows.language.formats import babel_locale
from flows.understanding.values.dates import read_date

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOTABLE = timedelta(days=14)  # so far ahead it is told which days are otherwise


@action("opening_hours")
def opening_hours(ctx: ActionContext, locale: str, text: str | None = None) -> Result:
    """Tells {always, is_open, until, today: ["09:00-12:30"], asked: {day, times} | none, next_at, week: [{first, last,
    times}], special: [{day, times}], place, address, link}. Days one after the other with the same times are one line;
    `asked` is the day that the text names, `special` are days ahead on which it is otherwise."""
    found = ctx.facts.opening(ctx.now)
    return Result(
        {
            "always": found.always,
            "is_open": found.is_open,
            "until": found.until.isoformat() if found.until else None,
            "today": _times(found.ahead[0][1]) if found.ahead else [],
            "asked": _asked(found, text or ""),
            "next_at": found.next_at.isoformat() if found.next_at else None,
            "week": _week(found.week),
            "special": _special(found),
            "place": get_timezone_location(found.timezone, locale=babel_locale(locale), return_city=True),
            "address": ctx.facts.shop["address"],
            "link": ctx.facts.shop["link"],
        }
    )


def _asked(found: Opening, text: str) -> dict[str, Any] | None:
    """Finds the day that a text names, where it is not today."""
    if not text or not found.ahead:
        return None
    today = found.ahead[0][0]
    day = read_date(text, today, ahead=True)
    return next((_day(each, times) for each, times in found.ahead[1:] if each == day), None)


def _special(found: Opening) -> list[dict[str, Any]]:
    usual = dict(enumerate(found.week))
    near = [(day, times) for day, times in found.ahead if day - found.ahead[0][0] <= NOTABLE]
    return [_day(day, times) for day, times in near if times != usual.get(day.weekday(), ())]


def _day(day: Any, times: Times) -> dict[str, Any]:
    return {"day": day.isoformat(), "times": _times(times)}


def _times(times: Times) -> list[str]:
    return [f"{start}-{end}" for start, end in times]


def _week(week: tuple[Times, ...]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for day, times in zip(WEEK, week, strict=False):
        said = _times(times)
        if said and lines and lines[-1]["times"] == said and WEEK.index(lines[-1]["last"]) == WEEK.index(day) - 1:
            lines[-1]["last"] = day
        elif said:
            lines.append({"first": day, "last": day, "times": said})
    return lines
