"""Reads the kinds of value in the payloads of tracking services: what cannot be read counts as not said."""

from datetime import UTC, date, datetime
from typing import Any

from adapters.shops.values import written_time

MOST = 1000  # signs of a text that are kept


def text(value: Any) -> str:
    """Returns text without blanks around it, a whole number as text; empty for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**20 else ""
    return value.strip()[:MOST] if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    """Reads a time, in UTC. One without a zone is a clock's at the scan, whose zone nobody tells: taken as UTC."""
    read = written_time(value)
    if read is None:
        return None
    try:
        return read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        return None


def day(value: Any) -> date | None:
    """Reads a day; of a time the day as written, which is that of the place it is told for."""
    read = written_time(value)
    return read.date() if read else None


def seconds(value: Any) -> datetime | None:
    """Reads seconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 32_503_680_000:
        return None
    return datetime.fromtimestamp(value, UTC)


def place(*parts: Any) -> str:
    """Joins the parts of a place that are told: `Oceanside, CA, US`."""
    return ", ".join(dict.fromkeys(filter(None, map(text, parts))))
