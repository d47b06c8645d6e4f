"""When somebody is left in peace, in every zone they may be in."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

HORIZON = timedelta(hours=48)


class QuietHours(msgspec.Struct, frozen=True):
    """Quiet from `start` (included) to `end` (not included) by the wall clock, over midnight when `start` is later.

    Equal bounds mean that no hour is quiet.
    """

    start: time
    end: time

    def quiet(self, moment: datetime, zones: Sequence[ZoneInfo]) -> bool:
        """Whether it is quiet in any of `zones` at `moment`."""
        return any(self._covers(moment.astimezone(zone).time()) for zone in zones)

    def next_open(self, now: datetime, zones: Sequence[ZoneInfo]) -> datetime | None:
        """`now`, or the first moment (UTC) within 48 hours that is quiet in none of `zones`; None without one."""
        if not self.quiet(now, zones):
            return now
        # The first common open moment is the end of the quiet time in one of the zones.
        ends = sorted(end for zone in zones for end in self._ends(now, zone))
        return next((end for end in ends if now <= end <= now + HORIZON and not self.quiet(end, zones)), None)

    def _covers(self, wall: time) -> bool:
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def _ends(self, now: datetime, zone: ZoneInfo) -> list[datetime]:
        """`end` on the days around: both times it strikes when clocks go back, what follows it in the gap of spring."""
        today = now.astimezone(zone).date()
        days = [today + timedelta(days=n) for n in range(-1, 4)]
        walls = [datetime.combine(day, self.end.replace(fold=fold), tzinfo=zone) for day in days for fold in (0, 1)]
        return [wall.astimezone(UTC) for wall in walls]
