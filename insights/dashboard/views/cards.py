"""Shows one number on a card: what it is, how it changed, how far it is from its target, how its days went."""

from collections.abc import Sequence

import msgspec

from insights.dashboard.views.reader import Reader
from insights.metrics.changes import Change
from insights.metrics.comparing import Compared
from insights.metrics.counting import Value
from insights.metrics.definitions import Metric
from insights.metrics.targets import distance

SAME, BETTER, WORSE, CHANGED = "same", "better", "worse", "changed"


class Target(msgspec.Struct, frozen=True):
    """What a number is to reach, whether it does, and how far it is from there."""

    figure: str
    is_met: bool | None
    distance: str


class Card(msgspec.Struct, frozen=True):
    """One number. `most`: what nine of ten waits do not exceed; `verdict`: better, worse, changed (which is neither),
    same (what chance does, too); `n`: of how many it is made; `spark`: the points of a small line, "" for none."""

    name: str
    title: str
    figure: str
    is_none: bool
    n: str
    most: str
    before: str
    change: str
    verdict: str
    target: Target | None
    spark: str


def card(
    metric: Metric, compared: Compared, target: float | None, days: Sequence[float | None], reader: Reader
) -> Card:
    """Makes the card of a number. `days`: its values, day by day."""
    now, unit = compared.now, metric.unit
    return Card(
        name=metric.id,
        title=reader.said(metric.name),
        figure=reader.figure(now.value, unit),
        is_none=now.value is None,
        n=reader.figure(now.n, "count"),
        most=reader.figure(most(now), unit) if most(now) is not None else "",
        before=reader.figure(compared.before.value, unit),
        change=reader.difference(compared.before.value, now.value, unit),
        verdict=verdict(compared.change),
        target=reached(metric, now.value, target, reader),
        spark=spark(days),
    )


def most(value: Value) -> float | None:
    """Returns what nine of ten waits do not exceed, on the clock of its value."""
    return value.business_p90 if value.business_p90 is not None else value.p90


def verdict(change: Change) -> str:
    """Tells in a word whether a change is good; what chance does is none."""
    if not change.is_clear or change.before == change.after:
        return SAME
    return {True: BETTER, False: WORSE, None: CHANGED}[change.is_better]


def reached(metric: Metric, value: float | None, target: float | None, reader: Reader) -> Target | None:
    """Sets a number beside its target; None where it has none."""
    if target is None or metric.better == "neither":
        return None
    far = distance(metric, value, target)
    is_met = far.is_met if far else None
    return Target(reader.figure(target, metric.unit), is_met, reader.difference(target, value, metric.unit))


WIDE, HIGH = 100, 28  # of a spark's field


def spark(values: Sequence[float | None]) -> str:
    """Makes the points of a small line, as SVG has them; what is not known is left out."""
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    step, reach = WIDE / (len(values) - 1), (high - low) or 1
    points = ((at * step, HIGH - 2 - (value - low) / reach * (HIGH - 4)) for at, value in known)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
