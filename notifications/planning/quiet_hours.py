"""Tells when a customer gets no notices, in every zone they may be in."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

HORIZON = timedelta(hours=48)


class QuietHours(msgspec.Struct, frozen=True):
    """Holds quiet hours: from `start` (included) to `end` (not) by the wall clock, over midnight if `start` is later.

    Equal bounds mean that no hour is quiet.
    """

    start: time
    end: time

    def quiet(self, moment: datetime, zones: Sequence[ZoneInfo]) -> bool:
        """Tells whether it is quiet in any of `zones` at `moment`."""
        return any(self._covers(moment.astimezone(zone).time()) for zone in zones)

    def next_open(self, now: datetime, zones: Sequence[ZoneInfo]) -> datetime | None:
        """Returns `now`, or the first moment (UTC) within 48 hours that is quiet in no zone; None without one."""
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
        """Lists `end` on the days around: twice when clocks go back, the moment after when the clock skips it."""
        today = now.astimezone(zone).date()
        days = [today + timedelta(days=n) for n in range(-1, 4)]
        walls = [datetime.combine(day, self.end.replace(fold=fold), tzinfo=zone) for day in days for fold in (0, 1)]
        return [wall.astimezone(UTC) for wall in walls]
