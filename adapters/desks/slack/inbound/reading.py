"""Reads parts of Slack's payloads into their declared shapes."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from core.errors import MalformedPayload
from core.ids import EPOCH

T = TypeVar("T")


def convert(raw: Any, kind: type[T], path: str = "$") -> T:
    """Reads a payload as that shape. Raises MalformedPayload with the place of the fault."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        raise MalformedPayload(message, path + where.rstrip("`")) from error


def moment(ts: str) -> datetime:
    """Reads the exact time in a message id "seconds.microseconds". Raises MalformedPayload."""
    seconds, _, fraction = ts.partition(".")
    try:
        return EPOCH + timedelta(seconds=int(seconds), microseconds=int(fraction[:6].ljust(6, "0")))
    except (ValueError, OverflowError):
        raise MalformedPayload("no message id", "$.ts") from None
