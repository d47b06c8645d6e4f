"""Words what was changed, and what became of the numbers since: in the words of the page about it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from insights.dashboard.texts import text
from insights.improvements.listing import Effect, Improvement
from insights.metrics import figures
from insights.metrics.spans import WEEK


class Told(NamedTuple):
    """Holds a change in words: itself, each of the numbers since, and the file and line."""

    change: str
    effects: Sequence[str]
    place: str


def told(each: Improvement, zone: ZoneInfo, currency: str, language: str) -> Told:
    """Words it for a reader of a language that we have words in."""
    day = each.at.astimezone(zone).date()
    place = f"{each.file}:{each.line}" if each.line else each.file
    return Told(_change(each, day, language), _effects(each, day, currency, language), place)


def kind(name: str, language: str) -> str:
    """Names a kind of file."""
    return _t(f"kind_{name}", language)


def _change(each: Improvement, day: date, language: str) -> str:
    said: dict[str, Any] = {"day": figures.short_day(day, language), "kind": kind(each.kind, language)}
    if each.keys > 1:
        return _t("were_changed", language, n=each.keys, file=each.file, **said)
    key = each.key or each.topic or each.file
    return _t(f"was_{each.what}", language, key=key, before=each.before, after=each.after, **said)


def _effects(each: Improvement, day: date, currency: str, language: str) -> list[str]:
    if each.is_early:
        return [_t("too_early", language, day=figures.short_day(day + WEEK, language))]
    return [_effect(effect, currency, language) for effect in each.effects] or [_t("no_effect", language)]


def _effect(effect: Effect, currency: str, language: str) -> str:
    unit, now, before = effect.metric.unit, effect.compared.now.value, effect.compared.before.value
    return _t(
        "effect" if effect.compared.change.is_clear else "effect_unclear",
        language,
        name=effect.metric.name[language],
        before=figures.figure(before, unit, language, currency),
        after=figures.figure(now, unit, language, currency),
        change=figures.difference(before, now, unit, language),
    )


def _t(name: str, language: str, /, **values: Any) -> str:
    return text(f"improvements.{name}", language, values)
