"""Reads the values that shops' payloads share: objects, lists and texts that may be missing, sums of money."""

from decimal import Decimal, InvalidOperation
from typing import Any

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
