"""Finds time zones by name, by phone number, and the store's where neither is known."""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as phone_zones


class Zones(NamedTuple):
    """Names the zones somebody may be in, the surest first; `by_phone` when only their number tells."""

    names: tuple[str, ...] = ()
    by_phone: bool = False


def zone(name: str) -> ZoneInfo | None:
    """Returns the zone of this name; None when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def known_zones(names: Sequence[str]) -> tuple[ZoneInfo, ...]:
    """Returns the zones among `names`."""
    return tuple(found for name in names if (found := zone(name)))


def zones_of(names: Sequence[str], store: ZoneInfo) -> tuple[ZoneInfo, ...]:
    """Returns the zones among `names`, the store's when there is none."""
    return known_zones(names) or (store,)


def zone_candidates(timezone: str, phone: str | None) -> Zones:
    """Returns the zones somebody may be in: the one they gave, else those of their number (a few, or none)."""
    if timezone and zone(timezone):
        return Zones((timezone,))
    if not phone:
        return Zones()
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return Zones()
    names = tuple(name for name in phone_zones.time_zones_for_number(number) if zone(name))
    return Zones(names, by_phone=bool(names))
