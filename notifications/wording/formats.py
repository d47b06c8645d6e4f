"""Writes days, times and places as a customer's language and zone do."""

from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time, get_timezone_location
from babel.numbers import format_currency

from core.content.text import plain_spaces
from notifications.facts import Money
from notifications.notice import Fact


def written(fact: Fact, locale: str, zone: ZoneInfo) -> str:
    """Writes `fact` for people: a day `Fri, Dec 11`, a time `Fri, Dec 11, 2:00 PM` in `zone`, a sum `$5.90`."""
    if isinstance(fact, Money):
        return plain_spaces(format_currency(fact.amount, fact.currency, locale=locale)) if fact.currency else ""
    if isinstance(fact, datetime):
        local = fact.astimezone(zone)
        hour = format_time(local, "short", locale=locale)
        comma = " " if locale.startswith(("zh", "ja")) else ", "
        return plain_spaces(f"{_day(local.date(), locale)}{comma}{hour}")
    return _day(fact, locale) if isinstance(fact, date) else fact


@lru_cache(maxsize=2048)
def place(zone: ZoneInfo, locale: str) -> str:
    """Returns the city a zone is named after: `New York`."""
    return plain_spaces(get_timezone_location(zone.key, locale=locale, return_city=True))


def best_locale(wanted: str, available: Collection[str], default: str) -> str:
    """Finds the available language for `wanted` ("zh-CN" finds "zh"), else `default`."""
    language = wanted.replace("-", "_").lower()
    while language:
        match = next((name for name in available if name.replace("-", "_").lower() == language), None)
        if match:
            return match
        language = language.rpartition("_")[0]
    return default


@lru_cache(maxsize=1024)
def format_locale(wanted: str, language: str) -> str:
    """Returns the locale for days: the customer's own (en_GB) when it is the text's language, else the text's."""
    try:
        own = Locale.parse(wanted.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return language
    return str(own) if own.language == language.partition("_")[0] else language


@lru_cache(maxsize=4096)
@lru_cache(maxsize=1024)
def _day(day: date, locale: str) -> str:
    return plain_spaces(format_skeleton("MMMEd", day, locale=locale))
