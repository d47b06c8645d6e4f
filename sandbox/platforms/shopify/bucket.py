"""Counts what queries cost, as Shopify does: a bucket of points that is refilled by so many a second."""

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
SIZE, RESTORE = 2000.0, 100.0  # of a shop with the standard plan


class Bucket:
    """Holds the points of one app at one shop."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Fills it."""
        self.size = SIZE
        self.restore = RESTORE
        self._points = SIZE
        self._at = self._clock()

    def empty(self) -> None:
        """Spends everything."""
        self._refill()
        self._points = 0.0

    def take(self, cost: float) -> bool:
        """Spends points; False when there are not enough, and then none are spent."""
        self._refill()
        if cost > self._points:
            return False
        self._points -= cost
        return True

    def give_back(self, points: float) -> None:
        """Gives back what a query was charged and did not cost."""
        self._points = min(self.size, self._points + max(0.0, points))

    def told(self, cost: float, actual: float | None) -> Json:
        """Makes `extensions.cost`."""
        bucket = {
            "maximumAvailable": self.size,
            "currentlyAvailable": int(self._points),
            "restoreRate": self.restore,
        }
        return {"requestedQueryCost": int(cost), "actualQueryCost": actual, "throttleStatus": bucket}

    def _refill(self) -> None:
        now = self._clock()
        self._points = min(self.size, self._points + max(0.0, now - self._at) * self.restore)
        self._at = now
