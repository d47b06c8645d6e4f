"""Says for how long a customer can be blocked: it always ends by itself."""

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

USUAL = "1d"
BLOCK, UNBLOCK = "block", "unblock"  # what the audit log calls it
OFFERED: Mapping[str, str] = MappingProxyType(
    {"1h": "An hour", "1d": "A day", "7d": "A week", "30d": "A month", "365d": "A year"}
)
LONGEST = timedelta(days=365)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def length_of(text: str) -> timedelta | None:
    """Reads "1h", "3d", "2w"; None for anything else, and for more than a year."""
    found = re.fullmatch(r"(\d{1,4})\s*([hdw])", text.strip().lower())
    length = int(found[1]) * _UNITS[found[2]] if found else timedelta(0)
    return length if timedelta(0) < length <= LONGEST else None
