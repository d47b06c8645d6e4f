"""Names what numbers are grouped by, and their groups, in words: `labels.yaml`.

label("topic", "order_late", "zh", names={})           # 订单延误
label("agent", "UBEA", "en", names={"UBEA": "Bea"})   # Bea
"""

from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from pathlib import Path

import msgspec
from babel import Locale, UnknownLocaleError
from babel.dates import format_time

from core.cases.case_reasons import spaced
from core.content.text import plain_spaces
from core.files.documents import Document
from flows.language.formats import babel_locale
from insights.metrics import figures
from notifications.planning.explaining import reason_words

Words = Mapping[str, str]  # by language


class Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds `labels.yaml`."""

    by: Mapping[str, Words]
    details: Mapping[str, Words]
    none: Words
    codes: Mapping[str, Words]


def label(by: str, key: str, locale: str, names: Mapping[str, str]) -> str:
    """Names a group. `by`: what is grouped by; `names`: those of agents, by their ids."""
    if not key:
        return _said(_labels().none, locale)
    if by in ("day", "week"):
        return figures.day(date.fromisoformat(key), locale)
    if by == "hour":
        return _hour(int(key), locale)
    if by == "language":
        return _language(key, locale)
    if by == "agent":
        return names.get(key, key)
    return (_said(_labels().details.get(key, {}), locale) if by == "detail" else "") or code(key, locale)


def grouping(by: str, locale: str) -> str:
    """Names what is grouped by."""
    return _said(_labels().by.get(by, {}), locale) or spaced(by)


def code(key: str, locale: str) -> str:
    """Names a code: a channel, a topic, a kind of notice, a reason for which one was skipped; else says it as words."""
    return _said(_labels().codes.get(key, {}), locale) or reason_words(key, locale) or spaced(key)


def _said(words: Words, locale: str) -> str:
    return words.get(babel_locale(locale).language) or words.get("en", "")


def _hour(hour: int, locale: str) -> str:
    begins, ends = time(hour), time((hour + 1) % 24)
    return " – ".join(plain_spaces(format_time(each, "short", locale=babel_locale(locale))) for each in (begins, ends))


def _language(key: str, locale: str) -> str:
    try:
        return Locale.parse(key).get_display_name(babel_locale(locale)) or key
    except (UnknownLocaleError, ValueError):
        return key


@lru_cache(maxsize=1)
def _labels() -> Labels:
    return Document(Path(__file__).with_name("labels.yaml")).read(Labels)
