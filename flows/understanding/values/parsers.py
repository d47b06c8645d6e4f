"""Parses an answer into the value that a slot keeps, or None: one parser per slot type."""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from core.locales import HAN
from flows.engine.model import Slot
from flows.understanding.interpreter import Interpreter
from flows.understanding.normalise import clean
from flows.understanding.values import entities, persons
from flows.understanding.values.counts import count
from flows.understanding.values.dates import read_date
from flows.understanding.values.numbers import small_number
from flows.understanding.values.sums import amount

Value = str | int | float | bool | dict[str, str]
MAX_VALUE = 2000
MIN_ADDRESS = 5  # letters of a place in words; a Chinese character counts for two
_DAY_FIRST = ("en-GB", "en-AU", "en-NZ", "en-IE", "en-IN", "en-ZA")


class Question(NamedTuple):
    """Holds what an answer is read for: the slot, the words that are known, the customer's day and language."""

    slot: Slot
    interpreter: Interpreter
    today: date
    locale: str = "en"


def parse(asked: Question, text: str) -> Value | None:
    """Reads the value of `text` for a slot, or None. Choices are recognised elsewhere, against what was offered; files
    come beside the words."""
    parser = PARSERS.get(asked.slot.type)
    value = parser(asked, text) if parser else None
    return value if value is not None and _fits(asked, value) else None


def _fits(asked: Question, value: Value) -> bool:
    """Tells whether a value is within a slot's limits, and of its pattern."""
    slot = asked.slot
    if slot.pattern and re.fullmatch(slot.pattern, str(value), re.IGNORECASE) is None:
        return False
    size = _size(asked, value)
    too_small = slot.minimum is not None and size is not None and size < slot.minimum
    return not too_small and not (slot.maximum is not None and size is not None and size > slot.maximum)


def _size(asked: Question, value: Value) -> float | None:
    """Measures what `min` and `max` limit."""
    if asked.slot.type == "text":
        return len(str(value))
    if asked.slot.type == "date":
        return (date.fromisoformat(str(value)) - asked.today).days
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(_asked: Question, text: str) -> Value | None:
    return text.strip()[:MAX_VALUE] or None


def _bool(asked: Question, text: str) -> Value | None:
    asks = text.rstrip().endswith(("?", "？"))
    return {"yes": True, "no": False}.get(asked.interpreter.exact(text)) if not asks else None


def _int(_asked: Question, text: str) -> Value | None:
    number = small_number(text)
    return number if number is not None else count(text)


def _money(_asked: Question, text: str) -> Value | None:
    return amount(text)


def _date(asked: Question, text: str) -> Value | None:
    """Reads a day, as 2026-12-05; one that may not be past is the next of its name."""
    ahead = asked.slot.minimum is not None and asked.slot.minimum >= 0
    day_first = asked.locale in _DAY_FIRST or not asked.locale.startswith(("en", "zh"))
    day = read_date(text, asked.today, month_first=not day_first, ahead=ahead)
    return day.isoformat() if day else None


def _location(_asked: Question, text: str) -> Value | None:
    said = text.strip()
    letters = len(said) + len(HAN.findall(said))
    return {"address": said[:MAX_VALUE]} if letters >= MIN_ADDRESS else None


def _email(_asked: Question, text: str) -> Value | None:
    return entities.email(text)


def _phone(_asked: Question, text: str) -> Value | None:
    return entities.phone(text, "US" if not clean(text).startswith("+") else None)


def _postcode(_asked: Question, text: str) -> Value | None:
    return entities.postcode(text)


def _order_number(_asked: Question, text: str) -> Value | None:
    found = entities.order_number(text) or persons.person_with_postcode(text)
    return found or (persons.UNKNOWN if persons.knows_no_number(text) else None)


def _proof(_asked: Question, text: str) -> Value | None:
    """Reads a proof, also with the name that it is asked with where no number is known: "Jane Doe, 12345"."""
    named = persons.person_with_postcode(text)
    return entities.proof(text) or (persons.parted(named)[1] if named else None)


def _person(_asked: Question, text: str) -> Value | None:
    return persons.person(text)


def _code(_asked: Question, text: str) -> Value | None:
    return persons.one_time_code(text)


PARSERS: dict[str, Callable[[Question, str], Value | None]] = {
    "text": _text,
    "any": _text,
    "bool": _bool,
    "int": _int,
    "money": _money,
    "date": _date,
    "location": _location,
    "email": _email,
    "phone": _phone,
    "postcode": _postcode,
    "order_number": _order_number,
    "proof": _proof,
    "person": _person,
    "code": _code,
}
