"""Declares what a measurer is, and makes the rows that it writes."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from core.cases.hours import Hours
from insights.measuring.lasted import Lasted
from storage.insight.counting import OPEN

LAST = date.max  # the day of what is still open
MILLISECOND = timedelta(milliseconds=1)
Row = dict[str, Any]


def _every(_channel: str) -> bool:
    return True


class Shop(NamedTuple):
    """Tells what time is in the shop: its zone, and the hours in which a team is there; and of which channels receipts
    come, when a message was delivered and when it was read."""

    zone: ZoneInfo
    hours_of: Callable[[str], Hours]
    tells_delivery: Callable[[str], bool] = _every
    tells_reading: Callable[[str], bool] = _every


class Measurer(NamedTuple):
    """Measures one kind of row: customers' contacts, cases, promises.

    `metrics` names the measures that it writes. `changed` (conn, since, until) names what is to be measured anew, as
    something happened to it between two moments or came to be known; `measure` (conn, those, shop, now) makes all rows
    of these, in place of what was measured `about` them. A row's `about` is the name that `changed` gave.
    """

    metrics: tuple[str, ...]
    changed: Callable[[Connection, datetime, datetime], Collection[str]]
    measure: Callable[[Connection, Collection[str], Shop, datetime], Iterable[Row]]


def row(shop: Shop, metric: str, subject: str, about: str, at: datetime, **more: Any) -> Row:
    """Makes a row of a measure that counts for the shop's day of `at`; `more` are columns of it (`storage.insight`)."""
    here = at.astimezone(shop.zone)
    when = {"day": here.date(), "week": here.date() - timedelta(days=here.weekday()), "hour": here.hour}
    rest: Row = {"conversation_id": "", "value": 1, "business": None, "channel": "", "topic": "", "agent": ""}
    rest |= {"team": "", "language": "", "detail": ""}
    return {"metric": metric, "subject": subject, "about": about, "at": at, **when, **rest, **more}


def language(of: Any) -> str:
    """Returns the language of a customer's row: the one they chose, else that of their locale."""
    return str(of.language or of.locale or "")[:2].lower()


def of_case(case: Any) -> Row:
    """Returns what every measure of a case carries, beside who had it (`storage.insight.sources.case_stories`)."""
    place = {"conversation_id": case.conversation_id, "channel": case.channel, "language": language(case)}
    return {**place, "team": case.team, "topic": case.topic or case.reason}


def lengths(lasted: Lasted) -> Row:
    """Returns the columns of a length of time, which a measure has on both clocks."""
    return {"value": milliseconds(lasted.calendar), "business": milliseconds(lasted.business)}


def stood(shop: Shop, since: datetime, until: datetime | None) -> Row | None:
    """Returns the columns of what stood at the end of a day: it counts until the day on which it was over; without an
    end it still stands. None for what was over on the day on which it began."""
    if until is None:
        return {"value": OPEN, "day": LAST, "week": LAST - timedelta(days=LAST.weekday())}
    day = until.astimezone(shop.zone).date()
    if day <= since.astimezone(shop.zone).date():
        return None
    week = day - timedelta(days=day.weekday())
    return {"value": milliseconds(max(until - since, timedelta())), "day": day, "week": week}


def milliseconds(length: timedelta) -> int:
    """Returns a length as a measure has it."""
    return length // MILLISECOND
