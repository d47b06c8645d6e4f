"""Reads what becomes of a case with time (`sla.yaml`): when it is answered, told of, given away, rated, closed."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from core.cases.sla import AIMS, USUAL, USUAL_PAUSES, USUAL_POLICIES, Metric, Policy, Warn
from core.files.documents import Document
from core.files.durations import duration

ID = "^[a-z0-9_-]+$"
Id = Annotated[str, Meta(pattern=ID)]
Resting = Literal["waiting", "on_hold", "snoozed"]
Mode = Literal["manual", "round_robin"]
_SHARE = re.compile(r"([1-9][0-9]?)%")
_HOURS = "a time of the desk's hours like 30s, 10m or 2h"
_WARN = "a share of the time like 75%, or a time before its end like 5m"


class _Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first: str | None = None
    next: str | None = None
    resolution: str | None = None
    hours: Literal["support", "always"] = "support"
    warn: str | None = "75%"


class _Paused(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads in which states a clock rests. That of the first answer never does."""

    next: tuple[Resting, ...] = ("waiting", "on_hold")
    resolution: tuple[Resting, ...] = ("waiting", "on_hold")


class _Unclaimed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    after: str = "10m"
    tell: Literal["lead"] = "lead"


class _After(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    after: str = "30m"


class _Chase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nudge: str = "24h"
    resolve: str = "24h"


class _Csat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    after: str = "10m"
    low: Annotated[int, Meta(ge=0, le=4)] = 2
    once_per_customer: str = "30d"


class Assign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Says whether cases are given to agents, and how many one has at most; `agents.yaml` may say another number."""

    mode: Mode = "manual"
    max_cases: Annotated[int, Meta(ge=1)] = 8


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads `sla.yaml`; null switches off what is told."""

    policies: dict[Id, _Policy] = {}
    paused_in: _Paused = _Paused()
    unclaimed: _Unclaimed | None = _Unclaimed()
    still_waiting: _After | None = _After()
    assign: Assign = Assign()
    reopen: str = "72h"
    undo: str = "0s"
    chase: _Chase = _Chase()
    csat: _Csat = _Csat()


class DeskTimes(msgspec.Struct, frozen=True):
    """Holds the times; a rating of `low` or less reopens the case."""

    reopen: timedelta = timedelta(hours=72)
    rating_after: timedelta = timedelta(minutes=10)
    low: int = 2
    once_per_customer: timedelta = timedelta(days=30)
    policies: Mapping[str, Policy] = USUAL_POLICIES
    pauses: Mapping[Metric, frozenset[str]] = USUAL_PAUSES
    unclaimed: timedelta | None = timedelta(minutes=10)  # how long nobody may take a case before the lead is told
    still_waiting: timedelta | None = timedelta(minutes=30)  # so long after the time that a customer was told
    assign: Assign = Assign()
    undo: timedelta = timedelta(0)
    nudge: timedelta = timedelta(hours=24)
    close: timedelta = timedelta(hours=24)  # after the nudge

    def policy(self, sla: str) -> Policy:
        """Returns the policy of a case; the usual one where nothing names another."""
        return self.policies.get(sla, USUAL)


def load_desk_times(path: Path) -> DeskTimes:
    """Reads `sla.yaml`. Raises ConfigurationError with file, line and cure."""
    document = Document(path)
    written = document.read(_File)
    unclaimed, still_waiting = written.unclaimed, written.still_waiting
    return DeskTimes(
        _time(document, written.reopen, "reopen"),
        _time(document, written.csat.after, "csat", "after"),
        written.csat.low,
        _time(document, written.csat.once_per_customer, "csat", "once_per_customer"),
        {**USUAL_POLICIES, **{name: _policy(document, name, each) for name, each in written.policies.items()}},
        {Metric.NEXT: frozenset(written.paused_in.next), Metric.RESOLUTION: frozenset(written.paused_in.resolution)},
        _open_time(document, unclaimed.after, "unclaimed", "after") if unclaimed else None,
        _open_time(document, still_waiting.after, "still_waiting", "after") if still_waiting else None,
        written.assign,
        _time(document, written.undo, "undo"),
        _time(document, written.chase.nudge, "chase", "nudge"),
        _time(document, written.chase.resolve, "chase", "resolve"),
    )


def _policy(document: Document, name: str, written: _Policy) -> Policy:
    """Reads one policy: without `first` it is the usual one, without `next` or `resolution` there is no such clock."""
    where, is_always = ("policies", name), written.hours == "always"
    aims = dict(_aims(document, written, where, is_always=is_always))
    first = aims.get(Metric.FIRST, USUAL.first)
    policy = Policy(first, aims.get(Metric.NEXT), aims.get(Metric.RESOLUTION), is_always)
    warn = _warn(document, written.warn, min((first, *aims.values())), *where, "warn") if written.warn else None
    return msgspec.structs.replace(policy, warn=warn)


def _aims(
    document: Document, written: _Policy, where: tuple[str, str], *, is_always: bool
) -> Iterator[tuple[Metric, timedelta]]:
    for metric in AIMS:
        text: str | None = getattr(written, metric)
        if text is None:
            continue
        found = _time(document, text, *where, metric) if is_always else _open_time(document, text, *where, metric)
        if not found:
            raise document.fault(f"expected more than no time; leave {metric} out for none", *where, metric)
        yield metric, found


def _warn(document: Document, text: str, shortest: timedelta, *steps: str) -> Warn:
    if share := _SHARE.fullmatch(text.strip()):
        return Warn(int(share[1]) / 100)
    try:
        before = duration(text)
    except ValueError as error:
        raise document.fault(f"{text!r} is no time to warn at; expected {_WARN}", *steps) from error
    if not timedelta(0) < before < shortest:
        raise document.fault(f"expected more than nothing, and less than the shortest time here; {_WARN}", *steps)
    return Warn(before=before)


def _open_time(document: Document, text: str, *steps: str) -> timedelta:
    """Reads a time of the desk's hours, in which nobody knows how long a day is."""
    if text.strip().endswith("d"):
        raise document.fault(f"{text!r} is in days, which the desk's hours do not have; expected {_HOURS}", *steps)
    return _time(document, text, *steps)


def _time(document: Document, text: str, *steps: str) -> timedelta:
    try:
        return duration(text)
    except ValueError as error:
        raise document.fault(str(error), *steps) from error
