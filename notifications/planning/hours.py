"""Tells when a notice may reach a customer: outside the store's quiet hours, and those that they asked for."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.people.preferences import Between
from notifications.planning.decisions import Reason
from notifications.planning.quiet_hours import HORIZON, QuietHours


class Peace(NamedTuple):
    """Holds hours in which nothing is sent, and whose they are."""

    hours: QuietHours
    reason: Reason


def hours_of(wish: Between) -> QuietHours:
    """Reads the hours that a customer wished."""
    return QuietHours(time.fromisoformat(wish.start), time.fromisoformat(wish.end))


def next_open(now: datetime, kept: Sequence[Peace], zones: Sequence[ZoneInfo]) -> tuple[datetime | None, Reason | None]:
    """Returns `now`, or the first moment within 48 hours at which none of `kept` is quiet in any of `zones`, and whose
    hours it waits for; no moment where there is none."""
    moment, reason = now, None
    while True:
        quiet = next((each for each in kept if each.hours.quiet(moment, zones)), None)
        if quiet is None:
            return moment, reason
        reason = reason or quiet.reason
        until = quiet.hours.next_open(moment, zones)
        if until is None or until > now + HORIZON:
            return None, reason
        moment = until
