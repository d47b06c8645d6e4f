"""Keeps how many measures there are of each day and group, and their sums: a hundred times less to read for pages.

Whoever writes measures tells of the change, in the same transaction: a tally is the count of its measures at all times.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from storage.engine.store import Store
from storage.insight.tables import measures, tallies

TOP, PROMOTER, DETRACTOR = 4, 9, 6  # of a score: from here up is satisfied, recommends; up to here does not
GROUP = tuple(each.name for each in tallies.primary_key)
SCORES = measures.c.value >= TOP, measures.c.value >= PROMOTER, measures.c.value <= DETRACTOR
COUNTS = tuple(each.name for each in tallies.c if each.name not in GROUP)


class Tally(NamedTuple):
    """Holds how many measures there are of a group, the sum of their values, and how many are high or low as scores."""

    number: int = 0
    total: int = 0
    tops: int = 0
    promoters: int = 0
    detractors: int = 0

    def plus(self, other: "Tally", times: int = 1) -> "Tally":
        """Adds another, so many times."""
        return Tally(*(one + times * more for one, more in zip(self, other, strict=True)))


NOTHING = Tally()


def of_value(value: int) -> Tally:
    """Returns the tally of one measure."""
    return Tally(1, value, int(value >= TOP), int(value >= PROMOTER), int(value <= DETRACTOR))


def change(conn: Connection, store: Store, gone: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]) -> None:
    """Counts measures that are there no more, and those that are new."""
    found: dict[tuple[Any, ...], Tally] = defaultdict(Tally)
    for rows, times in ((gone, -1), (new, 1)):
        for row in rows:
            group = tuple(row[name] for name in GROUP)
            found[group] = found[group].plus(of_value(int(row["value"])), times)
    changed = sorted((group, tally) for group, tally in found.items() if tally != NOTHING)  # in one order for all
    if changed:
        conn.execute(store.addition(tallies, GROUP, COUNTS), _rows(changed))


def _rows(changed: Sequence[tuple[tuple[Any, ...], Tally]]) -> list[dict[str, Any]]:
    return [dict(zip((*GROUP, *COUNTS), (*group, *tally), strict=True)) for group, tally in changed]
