"""Reads cells as people and programs write them: amounts of money, days with a time."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

_FORMS = (
    *("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"),
    *("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"),
    *("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%m/%d/%Y"),
)


def day_time(cell: str, timezone: str) -> str:
    """Writes a time as RFC 3339; one without a zone is the shop's. What is no time stays as it is."""
    for form in _FORMS:
        try:
            read = datetime.strptime(cell, form)  # noqa: DTZ007 - the zone follows
        except ValueError:
            continue
        return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(timezone))).isoformat()
    return cell


def money(cell: str) -> str:
    """Writes an amount with a point and without a currency: "$1,234.50", "1.234,50 €". Else it stays as it is."""
    digits = re.sub(r"[^\d.,-]", "", cell)
    if not re.search(r"\d", digits):
        return cell
    if "," in digits and "." in digits:
        decimal = max(",.", key=digits.rfind)
    else:
        decimal = "," if re.search(r",\d{1,2}$", digits) else "."
    other = "," if decimal == "." else "."
    return digits.replace(other, "").replace(decimal, ".")
