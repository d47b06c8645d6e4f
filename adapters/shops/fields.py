"""Reads the kinds of value in a store's payload: money, times with their zone, days, bounded text, quantities."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import Field, PlainValidator
from pydantic_core import PydanticCustomError

from adapters.shops.values import written_time

MOST_MONEY = Decimal(10) ** 12
ANY_YEAR = 1904  # of a birthday without its year: it has every day


def _moment(value: Any) -> datetime:
    """Reads an RFC 3339 time, in UTC."""
    moment = written_time(value)
    if moment is None:
        raise PydanticCustomError("moment", "expected a time with its zone, like 2026-12-01T10:00:00Z")
    if moment.tzinfo is None:
        raise PydanticCustomError("moment_zone", "the time has no zone: expected one like 2026-12-01T10:00:00Z")
    return moment.astimezone(UTC)


def _day(value: Any) -> date:
    """Reads a day; of a time (as carriers send it) the day as written."""
    moment = written_time(value)
    if moment is None:
        raise PydanticCustomError("day", "expected a day, like 2026-12-08")
    return moment.date()


def _birthday(value: Any) -> date:
    """Reads a birthday, with its year or without: 1990-05-17, --05-17, 05-17."""
    said = value.strip().removeprefix("--") if isinstance(value, str) else ""
    try:
        return date.fromisoformat(f"{ANY_YEAR}-{said}" if len(said) == 5 else said[:10])
    except ValueError:
        raise PydanticCustomError("birthday", "expected a day, like 1990-05-17 or --05-17") from None


def _money(value: Any) -> Decimal:
    """Reads an exact amount of zero or more, from text or a JSON number."""
    amount = _amount(value)
    if amount is None or not 0 <= amount <= MOST_MONEY or int(amount.as_tuple().exponent) < -8:
        raise PydanticCustomError("money", 'expected an amount of money, like "129.80"')
    return amount


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > 40:
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _currency(value: Any) -> str:
    """Reads an ISO 4217 code."""
    if not isinstance(value, str) or len(value) != 3 or not (value.isascii() and value.isalpha()):
        raise PydanticCustomError("currency", "expected a currency, like USD")
    return value.upper()


# What each may be in JSON is said for the document of the API (`json_schema_input_type`).
Moment = Annotated[datetime, PlainValidator(_moment, json_schema_input_type=datetime)]
Day = Annotated[date, PlainValidator(_day, json_schema_input_type=date)]
Money = Annotated[Decimal, PlainValidator(_money, json_schema_input_type=str | int | float)]
Birthday = Annotated[date, PlainValidator(_birthday, json_schema_input_type=str)]
Name = Annotated[str, Field(min_length=1, max_length=255)]  # an id, a number: never empty
Text = Annotated[str, Field(max_length=1000)]
Link = Annotated[str, Field(max_length=2000)]
Quantity = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
Stock = Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000_000)]
Options = Annotated[dict[Annotated[str, Field(max_length=100)], Text], Field(max_length=20)]
_Letters = Annotated[str, Field(pattern="^[A-Za-z]{3}$")]
Currency = Annotated[str, PlainValidator(_currency, json_schema_input_type=_Letters)]
