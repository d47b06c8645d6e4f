"""Keeps the clocks of one case in line with what the case is: which run, which rest, which are done."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from core.cases.clocks import Clock, at, begin, end, pause, recount, resume, retime
from core.cases.clocks import unanswered as again
from core.cases.hours import Hours
from core.cases.sla import AIMS, Metric, Policy
from core.people.conversations import CaseState

MakeId = Callable[[], str]
_OWED = (Metric.FIRST, Metric.NEXT)


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


def opened(case_id: str, plan: Plan, now: datetime, make_id: MakeId) -> list[Clock]:
    """Starts the clocks of a case that opens."""
    aims = [(metric, plan.policy.aim(metric)) for metric in (Metric.FIRST, Metric.RESOLUTION)]
    begun = [_begin(case_id, metric, aim, plan, now, make_id) for metric, aim in aims if aim]
    return [*begun, *_waiting(case_id, (), plan, now, make_id)]


def wrote(
    case_id: str, clocks: Sequence[Clock], plan: Plan, state: CaseState, now: datetime, make_id: MakeId
) -> list[Clock]:
    """Starts the clock of the next answer, unless one is owed already: several messages are one turn."""
    owed = any(each.is_open and each.metric in _OWED for each in clocks)
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
    make_id: MakeId,
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


def unanswered(
    ended: Sequence[Clock], running: Sequence[Clock], state: CaseState, plan: Plan, now: datetime
) -> tuple[list[Clock], list[Clock]]:
    """Lets run again what answers ended that did not arrive; returns the clocks that are void by it, and what runs.

    The customer waits since their earliest words: a clock that began with later ones is void.
    """
    owed = sorted((each for each in ended if each.metric in _OWED), key=lambda each: each.started_at)
    told = sorted((each for each in ended if each.metric is Metric.EXPECTED), key=lambda each: each.started_at)
    known = {each.metric for each in running if each.is_open}
    back = owed[:1] + ([] if Metric.EXPECTED in known else told[-1:])
    gone = [end(each, now, void=True) for each in running if owed and each.is_open and each.metric in _OWED]
    return gone, [_as_state(again(each, plan.hours_of(each.metric)), state, plan, now) for each in back]


def recounted(clocks: Iterable[Clock], plan: Plan) -> list[Clock]:
    """Counts the due times anew, by hours that may be others now."""
    return [recount(each, plan.hours_of(each.metric)) for each in clocks]


def due(clocks: Iterable[Clock]) -> Clock | None:
    """Finds the clock whose time an agent has to look at: the one due first of those that run."""
    running = [each for each in clocks if each.is_open and each.metric in AIMS and each.due_at]
    return min(running, key=lambda each: (each.due_at, AIMS.index(each.metric)), default=None)


def _begin(case_id: str, metric: Metric, aim: timedelta, plan: Plan, now: datetime, make_id: MakeId) -> Clock:
    return begin(make_id(), case_id, metric, aim, plan.policy.warn_after(aim), plan.hours, now)


def _waiting(case_id: str, running: Sequence[Clock], plan: Plan, now: datetime, make_id: MakeId) -> list[Clock]:
    """Starts what is told, or done, while nobody has the case."""
    known = {each.metric for each in running}
    made = []
    if plan.unclaimed is not None and Metric.UNCLAIMED not in known:
        made.append(begin(make_id(), case_id, Metric.UNCLAIMED, plan.unclaimed, None, plan.desk, now))
    if plan.assigns and Metric.ASSIGN not in known:
        made.append(at(make_id(), case_id, Metric.ASSIGN, plan.desk.after(now, timedelta(0)), now))
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
