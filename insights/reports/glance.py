"""Tells in a few lines how today is, and how this week was until now: for whoever asks at the desk."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from insights.metrics import figures
from insights.metrics.comparing import Compared, compare
from insights.metrics.definitions import metrics
from insights.metrics.spans import Beside, this_week
from insights.reports.words import Words
from notifications.store.shop import Shop
from storage.insight.counting import Span

NAMES = ("contacts", "bot_solved", "cases", "first_response_s", "sla_met", "csat")
DOT = " · "


def glance(conn: Connection, shop: Shop, now: datetime, base_url: str = "") -> str:
    """Tells it in the shop's language, by its days. A day that is not over is set beside nothing."""
    words = Words(shop.locale)
    today = now.astimezone(shop.zone).date()
    names = [name for name in NAMES if name in metrics()]
    week = this_week(today)
    so_far = compare(conn, names, Beside(Span(today, today), Span(today, today)), shop.zone)
    both = compare(conn, names, week, shop.zone)
    lines = [
        words.t("today", day=figures.day(today, words.language), numbers=_today(so_far, shop, words)),
        words.t(
            "this_week",
            days=figures.days(*week.now, words.language),
            before=figures.days(*week.before, words.language),
            numbers=_week(both, shop, words),
        ),
    ]
    return "\n".join([*lines, f"{base_url.rstrip('/')}/dashboard/"] if base_url else lines)


def _today(found: Mapping[str, Compared], shop: Shop, words: Words) -> str:
    return DOT.join(f"{_name(name, words)} {_value(name, each, shop, words)}" for name, each in found.items())


def _week(found: Mapping[str, Compared], shop: Shop, words: Words) -> str:
    return DOT.join(
        f"{_name(name, words)} {_value(name, each, shop, words)} ({_change(name, each, words)})"
        for name, each in found.items()
    )


def _name(name: str, words: Words) -> str:
    return metrics()[name].name[words.language]


def _value(name: str, each: Compared, shop: Shop, words: Words) -> str:
    return figures.figure(each.now.value, metrics()[name].unit, words.language, shop.currency)


def _change(name: str, each: Compared, words: Words) -> str:
    return figures.difference(each.before.value, each.now.value, metrics()[name].unit, words.language)
