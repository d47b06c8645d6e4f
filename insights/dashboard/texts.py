"""Words the pages, in English and Chinese: `texts/<page>.yaml` is `{key: {en: …, zh: …}}`, `{n}` is filled in.

A text that has forms for one and for many is `{one: …, other: …}`, chosen by `n`.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

from core.files.documents import Document
from flows.language.formats import babel_locale

LANGUAGES = {"en": "English", "zh": "中文"}
FOLDER = Path(__file__).parent / "texts"

Text = str | dict[str, str]


@cache
def texts() -> Mapping[str, Mapping[str, Text]]:
    """Reads all texts, by `<page>.<key>` and language."""
    found: dict[str, Mapping[str, Text]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        read = Document(path).read(dict[str, dict[str, Text]])
        found |= {f"{path.stem}.{key}": each for key, each in read.items()}
    return found


def text(key: str, language: str, values: Mapping[str, Any]) -> str:
    """Words one text; numbers are written as the language does. Raises KeyError for a text that is not there."""
    form = texts()[key][language]
    if isinstance(form, dict):
        form = form[babel_locale(language).plural_form(values["n"]) if len(form) > 1 else "other"]
    return form.format(**{name: _written(value, language) for name, value in values.items()})


def _written(value: Any, language: str) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return format_decimal(value, locale=babel_locale(language)) if is_number else value
