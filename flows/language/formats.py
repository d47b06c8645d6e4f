"""Writes money, dates, numbers and lists the way the customer reads them: the filters of our templates."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency
from jinja2 import pass_context
from jinja2.runtime import Context

from core.content.text import plain_spaces
from core.people.addresses import mask

SCOPE = "#"  # no template can write this name


class Scope(Protocol):
    """Holds what a filter needs to know of the reader."""

    locale: str
    timezone: str
    now: datetime | None

    def phrase(self, key: str, item: Any) -> str: ...


def _scope(context: Context) -> Scope:
    scope: Scope = context.parent[SCOPE]
    return scope


@pass_context
def money(context: Context, amount: Any, currency: str) -> str:
    """Writes an amount: `"129.80"|money("USD")` -> $129.80"""
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return f"{amount} {currency}"
    return plain_spaces(format_currency(value, currency, locale=babel_locale(_scope(context).locale)))


@pass_context
def day(context: Context, value: Any) -> str:
    """Writes a date or moment as weekday and day, with the year when it is not near: Tue, Dec 8"""
    return _day(value, _scope(context))


@pass_context
def clock(context: Context, value: Any) -> str:
    """Writes the time of day of a moment, in the customer's time zone: 2:40 AM"""
    scope = _scope(context)
    moment = local(value, scope.timezone)
    if not isinstance(moment, datetime):
        return ""
    return plain_spaces(format_time(moment, "short", locale=babel_locale(scope.locale)))


@pass_context
def relative(context: Context, value: Any) -> str:
    """Writes today, tomorrow, yesterday, otherwise as `date`."""
    scope = _scope(context)
    return _near(value, scope) or _day(value, scope)


@pass_context
def plural(context: Context, count: Any, one: str, other: str) -> str:
    """Chooses by the locale's plural rule: `2|plural("item", "items")` -> items"""
    return one if babel_locale(_scope(context).locale).plural_form(count) == "one" else other


@pass_context
def listed(context: Context, values: Iterable[Any]) -> str:
    """Writes a list: a, b and c"""
    return format_list([str(value) for value in values], locale=babel_locale(_scope(context).locale))


@pass_context
def phrase(context: Context, item: Any, key: str) -> str:
    """Renders another response, with `item` for its subject."""
    return _scope(context).phrase(key, item)


FILTERS: dict[str, Callable[..., Any]] = {
    "money": money,
    "date": day,
    "time": clock,
    "relative": relative,
    "plural": plural,
    "list": listed,
    "mask": mask,
    "phrase": phrase,
}


def forms(value: date, scope: Scope) -> set[str]:
    """Lists how `date` and `relative` write a day: by these it is found in what was said."""
    return {_day(value, scope), _near(value, scope) or _day(value, scope)}


def _day(value: Any, scope: Scope) -> str:
    moment = local(value, scope.timezone)
    near = scope.now is None or abs((as_day(moment) - as_day(local(scope.now, scope.timezone))).days) < 300
    locale = babel_locale(scope.locale)
    return str(format_date(as_day(moment), _pattern(locale, "MMMEd" if near else "yMMMEd"), locale))


def _near(value: Any, scope: Scope) -> str:
    if scope.now is None:
        return ""
    distance = (as_day(local(value, scope.timezone)) - as_day(local(scope.now, scope.timezone))).days
    near = _NEAR.get(babel_locale(scope.locale).language)
    return near[distance + 1] if near and -1 <= distance <= 1 else ""


@lru_cache(maxsize=64)
def babel_locale(tag: str) -> Locale:
    """Finds the nearest locale that Babel knows, English when there is none."""
    for name in (tag, tag.partition("-")[0]):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def local(value: Any, timezone: str) -> date:
    """Reads a day, or a moment in `timezone`, from a value or its ISO text. Raises ValueError."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(_zone(timezone))
    if isinstance(value, date):
        return value
    raise ValueError(f"not a date: {value!r}")


def as_day(moment: date) -> date:
    """Returns the day of a day or moment."""
    return moment.date() if isinstance(moment, datetime) else moment


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=128)
def _pattern(locale: Locale, skeleton: str) -> str:
    known = locale.datetime_skeletons.get(skeleton)
    return str(known.pattern) if known else "medium"


_NEAR = {"en": ("yesterday", "today", "tomorrow"), "zh": ("昨天", "今天", "明天")}
