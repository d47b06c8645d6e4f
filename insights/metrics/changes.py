"""Says how a number changed, whether that is better, and whether it is more than chance.

change = compared("first_response", "seconds", "less", Counted(600, 40), Counted(900, 38))
change.is_better, change.is_clear   # False, True
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

CLEAR = 2.0  # so many times what chance alone does
LEAST = 5  # things that a number is made of, on either side, before a change of it says anything


class Counted(NamedTuple):
    """Holds a number, and how many things it is made of."""

    value: float | None
    n: float


class Change(msgspec.Struct, frozen=True):
    """A change of one number. `is_better`: None where it did not change, or is neither better nor worse; `strength`:
    how many times what chance does, larger ones first in a list of what changed most."""

    name: str
    unit: str
    before: float | None
    after: float | None
    is_better: bool | None
    strength: float

    @property
    def is_clear(self) -> bool:
        """Tells whether it is more than chance does."""
        return self.strength >= CLEAR


def compared(name: str, unit: str, better: str, before: Counted, after: Counted) -> Change:
    """Compares a number with what it was. `unit`, `better`: those of its definition."""
    is_better = None
    if before.value is not None and after.value is not None and before.value != after.value and better != "neither":
        is_better = (after.value < before.value) == (better == "less")
    return Change(name, unit, before.value, after.value, is_better, _strength(unit, before, after))


def most_changed(
    changes: Iterable[Change], group_of: Callable[[str], str], limit: int, each_group: int = 1
) -> list[Change]:
    """Chooses the clearest changes, those that are better or worse first; so many of a group, as several numbers of
    one often tell the same."""
    chosen, of_group = list[Change](), Counter[str]()
    for change in sorted(changes, key=lambda each: (each.is_better is None, -each.strength, each.name)):
        group = group_of(change.name)
        if change.is_clear and of_group[group] < each_group:
            of_group[group] += 1
            chosen.append(change)
    return chosen[:limit]


def _strength(unit: str, before: Counted, after: Counted) -> float:
    if before.value is None or after.value is None or max(before.n, after.n) < LEAST:
        return 0
    if unit == "count":
        return abs(after.value - before.value) / math.sqrt(max(before.value + after.value, 1))
    if min(before.n, after.n) < LEAST:
        return 0
    if unit == "share":
        return _of_shares(before.value, before.n, after.value, after.n)
    return _of_amounts(before.value, after.value) * math.sqrt(before.n * after.n / (before.n + after.n))


def _of_shares(before: float, n_before: float, after: float, n_after: float) -> float:
    pooled = (before * n_before + after * n_after) / (n_before + n_after)
    spread = math.sqrt(max(pooled * (1 - pooled), 0) * (1 / n_before + 1 / n_after))
    return abs(after - before) / spread if spread else 0


def _of_amounts(before: float, after: float) -> float:
    """Returns a distance in spreads; waits and sums of money spread about as far as they are long."""
    if before > 0 and after > 0:
        return abs(math.log(after / before))
    return abs(after - before) / max(abs(before), abs(after), 1)
