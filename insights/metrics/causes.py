"""Tells why a number changed: which channel, topic, agent, team, language or hour explains most of it.

    cause = caused({"topic": Sides(before, after, is_mean=True), "channel": …})
    cause.by, cause.key, cause.contribution   # "topic", "order_late", -0.08: of the 0.1 that satisfaction fell

The contributions of all groups of one kind add up to the change. A group explains something only where it moved more
than its size lets expect: nine of ten contacts are English, and so are nine of ten that are new.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

MIN_SHARE = 0.3  # of the change, beyond what the size of a group lets expect: less than that may well be chance
LEAST = 5  # things in a group, before or after: fewer explain no mean
CLEARLY = 0.1  # of the change: so much more must another kind of group explain than one that was looked at before
NEAR = 1e-9  # what adding up leaves of nothing


class Part(NamedTuple):
    """Holds what one group adds to a number: how many things there are in it, and the sum of their values."""

    n: float
    total: float


NOTHING = Part(0, 0)
Parts = Mapping[str, Part]


class Sides(NamedTuple):
    """Holds the groups of a number before and after. `is_mean`: it is a share or a mean of them, else their sum."""

    before: Parts
    after: Parts
    is_mean: bool


class Cause(msgspec.Struct, frozen=True):
    """The group that explains most of a change. `by`: what is grouped by; `contribution`: what it adds to the change,
    in the number's own unit; `share`: that of the whole change, more than 1 where others went the other way.
    `before`, `after`: the number of the group alone."""

    by: str
    key: str
    contribution: float
    share: float
    before: float | None
    after: float | None
    n_before: float
    n_after: float


def change(before: Parts, after: Parts, *, is_mean: bool) -> float:
    """Returns by how much a number changed. `is_mean`: it is a share or a mean, else a sum; a mean of nothing is none,
    and has not changed."""
    return sum(contributions(before, after, is_mean=is_mean).values())


def contributions(before: Parts, after: Parts, *, is_mean: bool) -> dict[str, float]:
    """Parts a change among the groups; the sum is the change.

    Of a mean a group moves the whole by what it is away from the mean before: by changing itself, or by growing.
    """
    keys = sorted(before.keys() | after.keys())
    if not is_mean:
        return {key: after.get(key, NOTHING).total - before.get(key, NOTHING).total for key in keys}
    was, is_ = _whole(before), _whole(after)
    if not was.n or not is_.n:
        return {}
    level = was.total / was.n
    pulled = {key: (_pull(before.get(key, NOTHING), level), _pull(after.get(key, NOTHING), level)) for key in keys}
    return {key: pull / is_.n - pulled_before / was.n for key, (pulled_before, pull) in pulled.items()}


def caused(groups: Mapping[str, Sides]) -> Cause | None:
    """Finds the group that explains most of a change; None where none stands out.

    `groups`: by what is grouped: topic, channel, …. What comes first is preferred: a topic says more than the team that
    answers it.
    """
    best, most = None, MIN_SHARE
    for by, sides in groups.items():
        least = most + CLEARLY if best else most
        parts = contributions(sides.before, sides.after, is_mean=sides.is_mean)
        whole = sum(parts.values())
        for key, part in parts.items():
            says = key and abs(whole) > NEAR and _is_many(key, sides)
            beyond = min(part / whole, 1) - _size(key, sides) if says else 0
            if beyond > (most if best and best.by == by else least):
                best, most = _cause(by, key, part, whole, sides), beyond
    return best


def _cause(by: str, key: str, part: float, whole: float, sides: Sides) -> Cause:
    was, is_ = sides.before.get(key, NOTHING), sides.after.get(key, NOTHING)
    values = _value(was, sides.is_mean), _value(is_, sides.is_mean)
    return Cause(by, key, part, part / whole, *values, was.n, is_.n)


def _is_many(key: str, sides: Sides) -> bool:
    counts = sides.before.get(key, NOTHING).n, sides.after.get(key, NOTHING).n
    return not sides.is_mean or max(counts) >= LEAST


def _size(key: str, sides: Sides) -> float:
    """Returns which share of all a group was before; of what is new, what it is now."""
    for parts in (sides.before, sides.after):
        size = {each: part.n if sides.is_mean else part.total for each, part in parts.items()}
        if all_ := sum(size.values()):
            return size.get(key, 0) / all_
    return 0


def _pull(part: Part, level: float) -> float:
    return part.total - level * part.n


def _whole(parts: Parts) -> Part:
    return Part(sum(part.n for part in parts.values()), sum(part.total for part in parts.values()))


def _value(part: Part, is_mean: bool) -> float | None:
    if not is_mean:
        return part.total
    return part.total / part.n if part.n else None
