"""Looks every quarter of an hour for notices that time alone makes due."""

from datetime import datetime, timedelta

from hub.hub import Hub
from hub.notices import timely
from hub.timers.kind import Kind, installation

EVERY = timedelta(minutes=15)


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    timely.look(hub, now)
    return now + EVERY


def _is_heavy(hub: Hub, _now: datetime) -> bool:
    """Tells whether there is anything to look for: then every parcel under way is read."""
    return timely.is_needed(hub)


KIND = Kind(_handle, installation, _is_heavy, first_after=EVERY)
