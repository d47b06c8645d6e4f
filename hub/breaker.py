"""Keeps a model that fails from being asked again and again."""

from datetime import datetime, timedelta

FAILURES = 5  # in a row
PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(minutes=10)  # whatever a server asks for


class Breaker:
    """Opens after several failures in a row, or as long as a server wants; then lets one question through to see."""

    def __init__(self) -> None:
        self._failures = 0
        self._open_until: datetime | None = None
        self._trying = False

    def allows(self, now: datetime) -> bool:
        """Tells whether a question may be asked."""
        if self._open_until is None:
            return True
        return now >= self._open_until and not self._trying

    def began(self, now: datetime) -> None:
        """Notes that one is asked: while it was open, this is the one that shows how it is."""
        self._trying = self._open_until is not None and now >= self._open_until

    def succeeded(self) -> None:
        """Closes it."""
        self._failures, self._open_until, self._trying = 0, None, False

    def failed(self, now: datetime, wanted: float | None = None) -> bool:
        """Counts a failure; tells whether it opened. `wanted`: the seconds that a server wants to be left alone."""
        self._failures += 1
        if wanted is None and self._failures < FAILURES and not self._trying:
            return False
        pause = max(PAUSE, timedelta(seconds=wanted or 0.0))
        self._open_until, self._trying = now + min(pause, LONGEST_PAUSE), False
        return True
