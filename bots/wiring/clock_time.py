"""Reads the one clock of production."""

from datetime import UTC, datetime


def now() -> datetime:
    """Returns the time, aware, in UTC."""
    return datetime.now(UTC)
