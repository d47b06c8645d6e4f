"""Sends reminders of holidays on their days (`remind_days_before` in cutoffs.yaml)."""

from datetime import datetime

from hub.campaigns.holiday_cutoff import remind
from hub.hub import Hub
from hub.timers.kind import Kind, installation
from notifications.campaigns.reminders import may_be_due, next_look


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    remind(hub, now)
    return next_look(hub.notices.cutoffs, now)


def _is_heavy(hub: Hub, now: datetime) -> bool:
    """Tells whether a reminder may be due: then every customer is looked at."""
    return may_be_due(hub.notices.cutoffs, now)


KIND = Kind(_handle, installation, _is_heavy)
