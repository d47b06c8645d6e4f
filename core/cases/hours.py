"""Says how time runs for a clock: round the clock here, in a team's opening hours where the store's files are read."""

from datetime import datetime, timedelta
from typing import Protocol


class Hours(Protocol):
    """Counts the time in which people are there."""

    def after(self, now: datetime, length: timedelta) -> datetime:
        """Returns the moment by which people have been there for this long."""
        ...

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Returns how long people are there between two moments."""
        ...


class RoundTheClock:
    """Counts all time."""

    def after(self, now: datetime, length: timedelta) -> datetime:
        """Returns the moment after that length (core.cases.hours.Hours)."""
        return now + length

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Returns the time between (core.cases.hours.Hours)."""
        return max(end - start, timedelta(0))


ROUND_THE_CLOCK = RoundTheClock()
