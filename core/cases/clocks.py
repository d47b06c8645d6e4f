"""Runs the clocks of a case: each counts to a time by which something is to be done, and rests while others act.

A clock is a value; what happens to its case makes another of it:

    clock = begin("c1", "case1", Metric.FIRST, timedelta(hours=2), None, hours, now)   # due in two hours of the desk's
    clock = end(clock, now)                                                            # answered: met, or breached
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from core.cases.hours import Hours
from core.cases.sla import Metric

NONE = timedelta(0)


class ClockState(StrEnum):
    """Where a clock stands. Void: nobody has to do it any more."""

    PENDING = "pending"
    MET = "met"
    BREACHED = "breached"
    VOID = "void"


class Alert(StrEnum):
    """Says what is to be told of a clock."""

    WARNING = "warning"
    BREACH = "breach"


class Clock(msgspec.Struct, frozen=True):
    """Counts to `aim` of somebody's hours. While it rests it has neither `since` nor `due_at`.

    `spent` is what ran before `since`. It runs until it has an end, also when it is breached. `alert_at`: when
    something is to be told of it next.
    """

    id: str
    case_id: str
    metric: Metric
    started_at: datetime
    aim: timedelta
    warn: timedelta | None = None  # after so much of the time
    spent: timedelta = NONE
    since: datetime | None = None
    due_at: datetime | None = None
    state: ClockState = ClockState.PENDING
    warned_at: datetime | None = None
    alert_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Tells whether its time is over, as far as it was told."""
        return self.state is ClockState.BREACHED

    @property
    def is_open(self) -> bool:
        """Tells whether what it counts to is still to be done."""
        return self.ended_at is None


def begin(
    id_: str, case_id: str, metric: Metric, aim: timedelta, warn: timedelta | None, hours: Hours, now: datetime
) -> Clock:
    """Starts a clock."""
    return _run(Clock(id_, case_id, metric, now, aim, warn), hours, now)


def at(id_: str, case_id: str, metric: Metric, due: datetime, now: datetime) -> Clock:
    """Makes a clock for a moment that is fixed: hours and policies do not move it."""
    return Clock(id_, case_id, metric, now, NONE, since=now, due_at=due, alert_at=due)


def pause(clock: Clock, hours: Hours, now: datetime) -> Clock:
    """Lets a clock rest; one that is late already stays late."""
    if clock.since is None or not clock.is_open:
        return clock
    spent = clock.spent + hours.between(clock.since, now)
    state = ClockState.BREACHED if _is_over(clock, now) else clock.state
    return replace(clock, spent=spent, since=None, due_at=None, alert_at=None, state=state)


def resume(clock: Clock, hours: Hours, now: datetime) -> Clock:
    """Lets a clock that rests run on."""
    return _run(clock, hours, now) if clock.since is None and clock.is_open else clock


def recount(clock: Clock, hours: Hours) -> Clock:
    """Counts the due time of a running clock anew, by hours that may be others now."""
    if clock.metric in _FIXED or clock.since is None or not clock.is_open:
        return clock
    return _run(clock, hours, clock.since)


def retime(clock: Clock, aim: timedelta, warn: timedelta | None, hours: Hours, now: datetime) -> Clock:
    """Gives a clock another time, counted from its start. Where that is over already, the whole of it counts from now,
    but the clock is due no later than it was."""
    if not clock.is_open or (clock.aim, clock.warn) == (aim, warn):
        return clock
    ran = clock.spent + (hours.between(clock.since, now) if clock.since else NONE)
    since, changed = clock.since, replace(clock, aim=aim, warn=warn)
    if ran >= aim:
        since = now if since else None
        changed = replace(changed, spent=max(aim - max(clock.aim - ran, NONE), NONE))
    return _run(changed, hours, since) if since else changed


def end(clock: Clock, now: datetime, *, void: bool = False) -> Clock:
    """Stops a clock: what it counts to is done, in time or late; or (`void`) nobody has to do it any more."""
    if not clock.is_open:
        return clock
    done = ClockState.VOID if void else ClockState.MET
    state = ClockState.BREACHED if clock.is_late or (not void and _is_over(clock, now)) else done
    return replace(clock, state=state, since=None, alert_at=None, ended_at=now)


def unanswered(clock: Clock, hours: Hours) -> Clock:
    """Lets a clock run on whose answer did not reach the customer, as if it had not been stopped; one that was late
    stays late."""
    state = ClockState.PENDING if clock.state is ClockState.MET else clock.state
    again = replace(clock, ended_at=None, state=state)
    if clock.metric in _FIXED:
        return replace(again, alert_at=clock.due_at if state is ClockState.PENDING else None)
    return _run(again, hours, clock.since) if clock.since else again


def told(clock: Clock, now: datetime) -> tuple[Clock, Alert | None]:
    """Returns the clock once it is told what is due to be told of it: late, or (once) soon to be."""
    if clock.alert_at is None or clock.alert_at > now or clock.due_at is None:
        return clock, None
    if clock.due_at <= now:
        return replace(clock, state=ClockState.BREACHED, alert_at=None), Alert.BREACH
    return replace(clock, warned_at=now, alert_at=clock.due_at), Alert.WARNING


_FIXED = (Metric.EXPECTED, Metric.ASSIGN)


def _run(clock: Clock, hours: Hours, since: datetime) -> Clock:
    left = max(clock.aim - clock.spent, NONE)
    due_at = hours.after(since, left)
    alert_at = due_at if clock.state is ClockState.PENDING else None
    if alert_at and clock.warn is not None and clock.warned_at is None:
        alert_at = min(due_at, hours.after(since, max(clock.warn - clock.spent, NONE)))
    return replace(clock, since=since, due_at=due_at, alert_at=alert_at)


def _is_over(clock: Clock, now: datetime) -> bool:
    return clock.due_at is not None and clock.due_at < now
