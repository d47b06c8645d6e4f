"""Says until when a case rests: put off for a time or until its customer writes, on hold until a day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

HOUR, TOMORROW, REPLY = "hour", "tomorrow", "reply"
SNOOZES: Mapping[str, str] = MappingProxyType(
    {HOUR: "For an hour", TOMORROW: "Until tomorrow, 9:00", REPLY: "Until the customer writes"}
)
MORNING = time(9)


def snoozed_until(choice: str, now: datetime, zone: str) -> datetime | None:
    """Returns when a case that is put off comes back; None: when the customer writes.

    The morning is the one of who puts it off: `zone` is theirs. Raises KeyError for a choice that there is not.
    """
    if choice == TOMORROW:
        return morning_of(now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1), zone)
    return {HOUR: now + timedelta(hours=1), REPLY: None}[choice]


def morning_of(day: date, zone: str) -> datetime:
    """Returns nine o'clock of a day there."""
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)


def day_in(text: str) -> date | None:
    """Reads a day like "2026-12-05", as the desk's calendars write it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
