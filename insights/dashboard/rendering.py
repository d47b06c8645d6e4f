"""Equips the templates: the words and links of whoever asks, and how numbers and times are written for them."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_datetime
from flask import Flask, g, session
from jinja2 import StrictUndefined

from core.content.text import plain_spaces
from flows.language.formats import babel_locale
from insights.dashboard import page, statics
from insights.dashboard.asked import Asked
from insights.dashboard.door.forms import FIELD, proof
from insights.dashboard.texts import LANGUAGES
from insights.metrics import figures, labels

THEMES = ("auto", "light", "dark")


def equip(app: Flask, pages: list[page.Page], root: str) -> None:
    """Gives the templates their names. Macros see them too, as what changes is read from the request."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "t": lambda key, **values: _asked().t(key, **values),
        "here": lambda **query: _asked().here(**query),
        "to": lambda path, **query: _asked().to(path, **query),
        "static": lambda file: f"{root}/static/{statics.name_of(file)}",
        "csrf": lambda: proof(session),
        "csrf_field": FIELD,
        "nav": [each for each in pages if each.nav],
        "languages": LANGUAGES,
        "themes": THEMES,
    }
    app.jinja_env.filters |= {
        "figure": _figure,
        "moment": _moment,
        "day": _day,
        "days": _days,
        "difference": _difference,
        "code": _code,
        "clock": _clock,
    }


def _asked() -> Asked:
    asked: Asked = g.asked
    return asked


def _figure(value: float | None, unit: str = "count", currency: str = "") -> str:
    """Writes a number by the unit of its definition."""
    return figures.figure(value, unit, _asked().language, currency or _asked().shop.currency)


def _difference(before: float | None, after: float | None, unit: str = "count") -> str:
    """Writes how a number changed."""
    return figures.difference(before, after, unit, _asked().language)


def _clock(at: datetime) -> str:
    """Writes the time of day in the shop, where the day stands above."""
    return f"{at.astimezone(_asked().shop.zone):%H:%M:%S}"


def _code(key: str) -> str:
    """Words a code: a channel, a topic, a flow, a reason."""
    return labels.code(key, _asked().language)


def _moment(at: datetime, form: str = "medium") -> str:
    """Writes a time as it was in the shop's zone."""
    local = at.astimezone(_asked().shop.zone)
    skeleton: Any = "short" if form == "short" else "medium"
    return plain_spaces(format_datetime(local, skeleton, locale=babel_locale(_asked().language)))


def _day(value: date) -> str:
    return figures.day(value, _asked().language)


def _days(first: date, last: date) -> str:
    return figures.days(first, last, _asked().language)
