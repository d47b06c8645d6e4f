"""Runs the clocks of a case: each counts to a time by which something is to be done, and rests while others act.

A clock is a value; what happens to its case makes another of it:

    clock = begin("c1", "case1", Metric.FIRST, timedelta(hours=2), None, hours, now)   # due in two hours of the desk's
    clock = end(clock, now)                                                            # answered: met, or breached
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from core.cases.hours import Hours
from core.cases.sla import AIMS, Metric, Policy
from core.people.conversations import CaseState

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


class Plan(msgspec.Struct, frozen=True):
    """Holds what the clocks of one case run by: its policy with its hours, and the team's hours for the rest."""

    policy: Policy
    hours: Hours
    desk: Hours
    pauses: Mapping[Metric, frozenset[str]]
    unclaimed: timedelta | None = None
    assigns: bool = False

    def hours_of(self, metric: Metric) -> Hours:
        """Returns the hours in which a clock runs."""
        return self.hours if metric in AIMS else self.desk


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


def told(clock: Clock, now: datetime) -> tuple[Clock, Alert | None]:
    """Returns the clock once it is told what is due to be told of it: late, or (once) soon to be."""
    if clock.alert_at is None or clock.alert_at > now or clock.due_at is None:
        return clock, None
    if clock.due_at <= now:
        return replace(clock, state=ClockState.BREACHED, alert_at=None), Alert.BREACH
    return replace(clock, warned_at=now, alert_at=clock.due_at), Alert.WARNING


def opened(case_id: str, plan: Plan, now: datetime, make_id: Callable[[], str]) -> list[Clock]:
    """Starts the clocks of a case that opens."""
    aims = [(metric, plan.policy.aim(metric)) for metric in (Metric.FIRST, Metric.RESOLUTION)]
    begun = [_begin(case_id, metric, aim, plan, now, make_id) for metric, aim in aims if aim]
    return [*begun, *_waiting(case_id, (), plan, now, make_id)]


def wrote(
    case_id: str, clocks: Sequence[Clock], plan: Plan, state: CaseState, now: datetime, make_id: Callable[[], str]
) -> list[Clock]:
    """Starts the clock of the next answer, unless one is owed already: several messages are one turn."""
    owed = any(each.is_open and each.metric in (Metric.FIRST, Metric.NEXT) for each in clocks)
    if owed or not plan.policy.next:
        return []
    made = _begin(case_id, Metric.NEXT, plan.policy.next, plan, now, make_id)
    return [_as_state(made, state, plan, now)]


def follow(
    case_id: str,
    clocks: Sequence[Clock],
    state: CaseState,
    plan: Plan,
    now: datetime,
    make_id: Callable[[], str],
    *,
    is_claimed: bool = False,
) -> list[Clock]:
    """Brings the clocks of a case in line with its state and plan; returns those that changed or are new."""
    waits = state is CaseState.OPEN and not is_claimed
    running = [each for each in clocks if each.is_open]
    if state.is_over:
        ended = [end(each, now, void=not _is_settled(each, state)) for each in running]
        return _changed(running, ended)
    followed = [_follow(each, state, plan, now, waits=waits) for each in running]
    made: list[Clock] = []
    if plan.policy.resolution and not any(each.metric is Metric.RESOLUTION for each in running):
        begun = _begin(case_id, Metric.RESOLUTION, plan.policy.resolution, plan, now, make_id)
        made.append(_as_state(begun, state, plan, now))
    if waits:
        made += _waiting(case_id, running, plan, now, make_id)
    return [*_changed(running, followed), *made]


def due(clocks: Iterable[Clock]) -> Clock | None:
    """Finds the clock whose time an agent has to look at: the one due first of those that run."""
    running = [each for each in clocks if each.is_open and each.metric in AIMS and each.due_at]
    return min(running, key=lambda each: (each.due_at, AIMS.index(each.metric)), default=None)


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


def _begin(
    case_id: str, metric: Metric, aim: timedelta, plan: Plan, now: datetime, make_id: Callable[[], str]
) -> Clock:
    return begin(make_id(), case_id, metric, aim, plan.policy.warn_after(aim), plan.hours, now)


def _waiting(
    case_id: str, running: Sequence[Clock], plan: Plan, now: datetime, make_id: Callable[[], str]
) -> list[Clock]:
    """Starts what is told, or done, while nobody has the case."""
    known = {each.metric for each in running}
    made = []
    if plan.unclaimed is not None and Metric.UNCLAIMED not in known:
        made.append(begin(make_id(), case_id, Metric.UNCLAIMED, plan.unclaimed, None, plan.desk, now))
    if plan.assigns and Metric.ASSIGN not in known:
        made.append(at(make_id(), case_id, Metric.ASSIGN, now, now))
    return made


def _follow(clock: Clock, state: CaseState, plan: Plan, now: datetime, *, waits: bool) -> Clock:
    if clock.metric in (Metric.UNCLAIMED, Metric.ASSIGN):
        return clock if waits else end(clock, now)
    if clock.metric is Metric.EXPECTED:
        return clock
    aim = plan.policy.aim(clock.metric)
    if aim is None:
        return end(clock, now, void=True)
    return _as_state(retime(clock, aim, plan.policy.warn_after(aim), plan.hours, now), state, plan, now)


def _as_state(clock: Clock, state: CaseState, plan: Plan, now: datetime) -> Clock:
    rests = state in plan.pauses.get(clock.metric, ())
    return pause(clock, plan.hours, now) if rests else resume(clock, plan.hours, now)


def _is_settled(clock: Clock, state: CaseState) -> bool:
    return clock.metric is Metric.RESOLUTION and state is CaseState.RESOLVED


def _changed(before: Sequence[Clock], after: Sequence[Clock]) -> list[Clock]:
    return [new for old, new in zip(before, after, strict=True) if new != old]
