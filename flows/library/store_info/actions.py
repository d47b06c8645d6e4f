"""Tells the hours in which people answer, as plain values."""

from typing import Any

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.facts import Times

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@action("opening_hours")
def opening_hours(ctx: ActionContext) -> Result:
    """Tells {always, is_open, until, today: ["09:00-12:30"], next_at, week: [{days: [mon, tue], times}], timezone,
    address, link}. Days one after the other with the same times are one line."""
    found = ctx.facts.opening(ctx.now)
    return Result(
        {
            "always": found.always,
            "is_open": found.is_open,
            "until": found.until.isoformat() if found.until else None,
            "today": _times(found.today),
            "next_at": found.next_at.isoformat() if found.next_at else None,
            "week": _week(found.week),
            "timezone": found.timezone.rpartition("/")[2].replace("_", " "),
            "address": ctx.facts.shop["address"],
            "link": ctx.facts.shop["link"],
        }
    )


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
