"""Looks every quarter of an hour for what time alone makes due: notices, and what the store's rules say."""

from datetime import datetime, timedelta

from hub.hub import Hub
from hub.notices import walk
from hub.notices.timely import TIMELY
from hub.rules.rounds import RULES
from hub.timers.kind import Kind, installation

EVERY = timedelta(minutes=15)
VISITORS = (TIMELY, RULES)


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    walk.visit(hub, VISITORS, now)
    return now + EVERY


def _is_heavy(hub: Hub, _now: datetime) -> bool:
    """Tells whether there is anything to look for: then every parcel under way is read."""
    return any(visitor.rounds(hub) for visitor in VISITORS)


KIND = Kind(_handle, installation, _is_heavy, first_after=EVERY)
