"""Time zones by name, by phone number, and the store's where neither is known."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as phone_zones


def zone(name: str) -> ZoneInfo | None:
    """The zone of this name, None when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zones_of(names: Sequence[str], store: ZoneInfo) -> tuple[ZoneInfo, ...]:
    """The zones among `names`, the store's when there is none."""
    return tuple(found for name in names if (found := zone(name))) or (store,)


def zone_candidates(timezone: str, phone: str | None) -> tuple[str, ...]:
    """The zones somebody may be in: the one they gave, else those of their number (there may be several), else none."""
    if timezone and zone(timezone):
        return (timezone,)
    if not phone:
        return ()
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ()
    return tuple(name for name in phone_zones.time_zones_for_number(number) if zone(name))
