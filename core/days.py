"""Reads the days that somebody asks about, as they write them: 2026-12-01, and in no other way."""

import re
from datetime import date, timedelta

EARLIEST = date(2000, 1, 1)
AHEAD = timedelta(days=366)
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(text: str, today: date) -> date | None:
    """Reads a day from 2000-01-01 to a year from today; None for anything else."""
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= today + AHEAD else None
