"""Holds how long something lasted, by the calendar and in the hours in which people are there."""

from datetime import datetime, timedelta
from typing import NamedTuple

from core.cases.hours import Hours


class Lasted(NamedTuple):
    """Holds a length of time on both clocks."""

    calendar: timedelta = timedelta()
    business: timedelta = timedelta()

    def __add__(self, other: "Lasted") -> "Lasted":  # type: ignore[override]
        """Adds another."""
        return Lasted(self.calendar + other.calendar, self.business + other.business)

    def __sub__(self, other: "Lasted") -> "Lasted":
        """Takes another away."""
        return Lasted(self.calendar - other.calendar, self.business - other.business)


def between(since: datetime, until: datetime, hours: Hours) -> Lasted:
    """Returns how long it was from one moment to another, nothing where that is no later."""
    until = max(since, until)
    return Lasted(until - since, hours.between(since, until))
