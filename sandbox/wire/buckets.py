"""Limits rates as the platforms do, by token buckets."""


class Buckets:
    """Fills one bucket per key: `burst` tokens at most, `rate` of them per second."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, key: str, now: float) -> float:
        """Takes one token; returns 0.0 when there was one, else the seconds until the next (nothing is taken then)."""
        level, since = self._levels.get(key, (self.burst, now))
        level = min(self.burst, level + (now - since) * self.rate)
        wait = 0.0 if level >= 1 else (1 - level) / self.rate
        self._levels[key] = (level if wait else level - 1, now)
        return wait

    def clear(self) -> None:
        """Fills all buckets."""
        self._levels.clear()
