"""Reminders of holidays (`remind_days_before` in cutoffs.yaml) go out by themselves, on their days."""

from datetime import datetime

from hub.campaigns.holiday_cutoff import remind
from hub.hub import Hub
from hub.timers.kind import Kind, installation
from notifications.campaigns.reminders import next_look


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    remind(hub, now)
    return next_look(hub.notices.cutoffs, now)


KIND = Kind(_handle, installation)
