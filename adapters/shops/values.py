"""Reads the values that payloads of shops and carriers share: objects, texts and times that may be missing; sums."""

import hashlib
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

Json = dict[str, Any]


def object_(value: Any) -> Json:
    """Returns the object itself; empty where there is none."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Json]:
    """Returns the objects of a list; none where it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """Returns text without blanks around it; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def texts(value: Any) -> list[str]:
    """Returns the texts of a list; none where it is no list."""
    return [each for each in value if isinstance(each, str) and each] if isinstance(value, list) else []


def written_time(value: Any) -> datetime | None:
    """Reads a time, or a day, in a form of ISO 8601, with its zone if it has one; None for what is none.

    Not beyond the year 8999: nearer the end of time, a day added is an overflow.
    """
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value.strip().upper())
    except ValueError:
        return None
    return found if 1970 <= found.year < 9000 else None


def added(amounts: list[str]) -> Decimal:
    """Adds up amounts; what is none counts nothing."""
    return sum((decimal(each) for each in amounts), Decimal(0))


def decimal(value: Any) -> Decimal:
    """Reads an amount, negative ones too; 0 for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return Decimal(0)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def digest(value: Any) -> str:
    """Names a state of something by what it says."""
    encoded = msgspec.json.encode(value, order="sorted", enc_hook=str)
    return hashlib.sha256(encoded).hexdigest()[:32]
