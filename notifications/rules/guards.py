"""Keeps rules from firing again, too often, or in circles."""

from collections.abc import Sequence
from datetime import datetime

from notifications.rules.rule import AtMost

DEEPEST = 3  # rules that follow from one another: one by an event, one by what that did, one by what the second did
ONCE, LOOP, TOO_OFTEN = "once_per", "loop", "at_most"


def is_too_deep(depth: int) -> bool:
    """Tells whether so many rules follow from one another that the last does not fire. The first has depth 1."""
    return depth > DEEPEST


def may_fire(limit: AtMost, times: Sequence[datetime], now: datetime) -> bool:
    """Tells whether fewer than `limit.times` of these times lie within `limit.per` before now.

    The window slides: in no stretch of that length, wherever it begins, are there more.
    """
    return sum(now - limit.per < each for each in times) < limit.times
