"""Finds the zone to count by: somebody's own where it is one that is known here."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def known_zone(zone: str, otherwise: str) -> str:
    """Returns the first where there is such a zone, else the other."""
    try:
        return ZoneInfo(zone).key if zone else otherwise
    except (ZoneInfoNotFoundError, ValueError):
        return otherwise
