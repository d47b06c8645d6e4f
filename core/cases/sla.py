"""Describes what the desk aims at: within which time a case is answered first, answered again and resolved."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

import msgspec


class Metric(StrEnum):
    """Names what a clock of a case counts to.

    The first answer, the next one, the end; somebody who takes the case; the time told to the customer; and the choice
    of an agent, which is due at once.
    """

    FIRST = "first"
    NEXT = "next"
    RESOLUTION = "resolution"
    UNCLAIMED = "unclaimed"
    EXPECTED = "expected"
    ASSIGN = "assign"


AIMS = (Metric.FIRST, Metric.NEXT, Metric.RESOLUTION)  # what a policy sets times for


class Warn(msgspec.Struct, frozen=True):
    """Says when to warn: after a share of the time, or so long before its end."""

    share: float | None = None
    before: timedelta = timedelta(0)

    def after(self, aim: timedelta) -> timedelta:
        """Returns after how much of that time it is warned, in whole seconds."""
        at = aim * self.share if self.share is not None else max(aim - self.before, timedelta(0))
        return timedelta(seconds=at // timedelta(seconds=1))


class Policy(msgspec.Struct, frozen=True):
    """Holds the times of one policy, in the team's hours unless `always`; what has none has no clock."""

    first: timedelta = timedelta(hours=2)
    next: timedelta | None = None
    resolution: timedelta | None = None
    always: bool = False
    warn: Warn | None = Warn(0.75)

    def aim(self, metric: Metric) -> timedelta | None:
        """Returns the time of a metric."""
        return {Metric.FIRST: self.first, Metric.NEXT: self.next, Metric.RESOLUTION: self.resolution}.get(metric)

    def warn_after(self, aim: timedelta) -> timedelta | None:
        """Returns after how much of that time it is warned; None for never."""
        return self.warn.after(aim) if self.warn else None


STANDARD = "standard"
USUAL = Policy(timedelta(hours=2), timedelta(hours=4), timedelta(hours=16))
USUAL_POLICIES: Mapping[str, Policy] = MappingProxyType({STANDARD: USUAL})

_RESTING = frozenset(("waiting", "on_hold"))
USUAL_PAUSES: Mapping[Metric, frozenset[str]] = MappingProxyType({Metric.NEXT: _RESTING, Metric.RESOLUTION: _RESTING})
