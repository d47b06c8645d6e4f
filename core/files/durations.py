"""Reads lengths of time as files write them: 30s, 10m, 2h, 7d."""

import re
from datetime import timedelta
from functools import lru_cache

EXPECTED = "a time like 30s, 10m, 2h or 7d"
_WRITTEN = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@lru_cache(maxsize=256)
def duration(text: str) -> timedelta:
    """Reads a length of time. Raises ValueError.

    >>> duration("90m")
    datetime.timedelta(seconds=5400)
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no length of time; expected {EXPECTED}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
