"""Says when a reply leaves that an agent puts off: by a choice, or on a day at a time, where that agent is.

leaves_at(TOMORROW, "", "", now, "Europe/Berlin")           # nine o'clock there, on the day after theirs
leaves_at(AT, "2026-12-05", "14:30", now, "Europe/Berlin")
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from core.cases.rests import day_in, morning_of

HOUR, EVENING, TOMORROW, AT = "hour", "evening", "tomorrow", "at"
TIMES: Mapping[str, str] = MappingProxyType(
    {HOUR: "In an hour", EVENING: "This evening, 18:00", TOMORROW: "Tomorrow, 9:00", AT: "On a day, at a time"}
)
DUSK = time(18)
FAR = timedelta(days=90)  # nobody knows any more what a reply was about


def leaves_at(choice: str, day: str, at: str, now: datetime, zone: str) -> datetime | None:
    """Returns the time that was chosen, `day` and `at` as a calendar and a clock write them; None where they do not."""
    if choice == HOUR:
        return now + timedelta(hours=1)
    today = now.astimezone(ZoneInfo(zone)).date()
    if choice == TOMORROW:
        return morning_of(today + timedelta(days=1), zone)
    if choice == EVENING:
        return datetime.combine(today, DUSK, ZoneInfo(zone)).astimezone(UTC)
    on, clock = day_in(day), _time_in(at)
    if choice != AT or on is None or clock is None:
        return None
    return datetime.combine(on, clock, ZoneInfo(zone)).astimezone(UTC)


def offered(now: datetime, zone: str) -> dict[str, str]:
    """Returns the choices that there are now: this evening may be over."""
    return {choice: label for choice, label in TIMES.items() if choice == AT or is_ahead(choice, now, zone)}


def is_ahead(choice: str, now: datetime, zone: str) -> bool:
    """Tells whether the time of a choice is still to come."""
    at = leaves_at(choice, "", "", now, zone)
    return at is not None and at > now


def told(at: datetime, zone: str) -> str:
    """Writes a time for agents, wherever they are."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %-d %b, %H:%M} ({zone})"


def _time_in(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None
