"""Tests the clocks of a case: what they count to, how they rest, what is told of them, once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.cases import case_clocks, clocks
from core.cases.case_clocks import Plan
from core.cases.clocks import Alert, Clock, ClockState
from core.cases.hours import ROUND_THE_CLOCK, Hours
from core.cases.sla import USUAL_PAUSES, Metric, Policy, Warn
from core.people.conversations import CaseState
from notifications.store.opening import Desk
from notifications.store.support_hours import Interval, SupportHours

NOW = datetime(2026, 12, 2, 15, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
POLICY = Policy(2 * HOUR, 4 * HOUR, 16 * HOUR, warn=Warn(0.75))
FAST = Policy(15 * MINUTE, 30 * MINUTE, 8 * HOUR, always=True, warn=Warn(before=5 * MINUTE))
WEEK = {day: (Interval("09:00", "12:30"), Interval("13:30", "18:00")) for day in ("mon", "tue", "wed", "sun")}
DESK = Desk(SupportHours(**WEEK), "Europe/Berlin")


def plan(policy: Policy = POLICY, hours: Hours = ROUND_THE_CLOCK, **more: object) -> Plan:
    return Plan(policy, hours, hours, USUAL_PAUSES, **{"unclaimed": 10 * MINUTE, **more})  # type: ignore[arg-type]


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"k{next(numbers)}"


def opened(of: Plan | None = None, now: datetime = NOW) -> dict[Metric, Clock]:
    return {each.metric: each for each in case_clocks.opened("c", of or plan(), now, ids())}


def after(
    known: dict[Metric, Clock], state: CaseState, now: datetime, of: Plan | None = None, **more: bool
) -> dict[Metric, Clock]:
    changed = case_clocks.follow("c", list(known.values()), state, of or plan(), now, ids(), **more)
    return {**known, **{each.metric: each for each in changed}}


def test_a_case_that_opens_has_its_times() -> None:
    due = {metric: clock.due_at for metric, clock in opened().items()}
    assert due == {
        Metric.FIRST: NOW + 2 * HOUR,
        Metric.RESOLUTION: NOW + 16 * HOUR,
        Metric.UNCLAIMED: NOW + 10 * MINUTE,
    }
    assert case_clocks.due(opened().values()) == opened()[Metric.FIRST]


def test_an_agent_is_wanted_at_once_where_cases_are_given() -> None:
    assert opened(plan(assigns=True))[Metric.ASSIGN].alert_at == NOW
    assert Metric.UNCLAIMED not in opened(plan(unclaimed=None))


def test_a_warning_and_a_breach_are_told_once_each() -> None:
    clock, said = opened()[Metric.FIRST], list[Alert | None]()
    for minutes in range(0, 300, 10):
        clock, alert = clocks.told(clock, NOW + minutes * MINUTE)
        said.append(alert)
    assert [(10 * place, alert) for place, alert in enumerate(said) if alert] == [
        (90, Alert.WARNING),
        (120, Alert.BREACH),
    ]
    assert clock.state is ClockState.BREACHED


def test_after_an_outage_only_the_breach_is_told() -> None:
    clock, alert = clocks.told(opened()[Metric.FIRST], NOW + 5 * HOUR)
    assert (alert, clock.alert_at) == (Alert.BREACH, None)


@pytest.mark.parametrize(
    ("later", "state"),
    [(2 * HOUR, ClockState.MET), (2 * HOUR + timedelta(seconds=1), ClockState.BREACHED)],
)
def test_an_answer_meets_the_time_or_comes_late(later: timedelta, state: ClockState) -> None:
    done = clocks.end(opened()[Metric.FIRST], NOW + later)
    assert (done.state, done.alert_at, done.is_open) == (state, None, False)
    assert clocks.end(done, NOW + 9 * HOUR) == done


def test_several_messages_are_one_turn() -> None:
    first = list(opened().values())
    assert case_clocks.wrote("c", first, plan(), CaseState.CLAIMED, NOW, ids()) == []  # the first answer is owed
    answered = [clocks.end(each, NOW) for each in first]
    (owed,) = case_clocks.wrote("c", answered, plan(), CaseState.CLAIMED, NOW + HOUR, ids())
    assert (owed.metric, owed.due_at) == (Metric.NEXT, NOW + 5 * HOUR)
    assert case_clocks.wrote("c", [*answered, owed], plan(), CaseState.CLAIMED, NOW + 2 * HOUR, ids()) == []
    assert case_clocks.wrote("c", answered, plan(Policy()), CaseState.CLAIMED, NOW, ids()) == []  # no such time


@pytest.mark.parametrize("state", [CaseState.WAITING, CaseState.ON_HOLD])
def test_a_clock_rests_while_others_have_to_act(state: CaseState) -> None:
    known = after(opened(), state, NOW + HOUR, is_claimed=True)
    assert known[Metric.RESOLUTION].due_at is None
    assert known[Metric.FIRST].due_at == NOW + 2 * HOUR  # nobody has answered yet
    assert not known[Metric.UNCLAIMED].is_open
    again = after(known, CaseState.CLAIMED, NOW + 11 * HOUR, is_claimed=True)
    assert again[Metric.RESOLUTION].due_at == NOW + 26 * HOUR


def test_what_is_resolved_is_met_and_nobody_has_to_answer() -> None:
    known = after(opened(), CaseState.RESOLVED, NOW + HOUR)
    assert {metric: clock.state for metric, clock in known.items()} == {
        Metric.FIRST: ClockState.VOID,
        Metric.RESOLUTION: ClockState.MET,
        Metric.UNCLAIMED: ClockState.VOID,
    }


def test_a_case_that_is_open_again_has_a_new_time_to_be_resolved_in() -> None:
    known = after(after(opened(), CaseState.RESOLVED, NOW + HOUR), CaseState.OPEN, NOW + 3 * HOUR)
    assert known[Metric.RESOLUTION].due_at == NOW + 19 * HOUR
    assert known[Metric.UNCLAIMED].due_at == NOW + 3 * HOUR + 10 * MINUTE
    assert not known[Metric.FIRST].is_open


def test_a_case_that_is_taken_waits_for_nobody_until_it_is_offered_again() -> None:
    known = after(opened(plan(assigns=True)), CaseState.CLAIMED, NOW + MINUTE, is_claimed=True)
    assert (known[Metric.UNCLAIMED].state, known[Metric.ASSIGN].is_open) == (ClockState.MET, False)
    known = after(known, CaseState.OPEN, NOW + HOUR, plan(assigns=True))
    assert (known[Metric.UNCLAIMED].started_at, known[Metric.ASSIGN].alert_at) == (NOW + HOUR, NOW + HOUR)


@pytest.mark.parametrize(
    ("minutes", "due"),
    [
        (5, 15),  # from the start
        (60, 75),  # that is over, so all of it from now
        (115, 120),  # no later than before
        (130, 130),  # late already
    ],
)
def test_a_faster_policy_counts_from_the_start_or_from_now(minutes: int, due: int) -> None:
    now = NOW + minutes * MINUTE
    changed = after(opened(), CaseState.OPEN, now, plan(FAST))
    assert changed[Metric.FIRST].due_at == NOW + due * MINUTE
    assert after(changed, CaseState.OPEN, now + MINUTE, plan(FAST)) == changed


def test_a_slower_policy_counts_from_the_start() -> None:
    changed = after(opened(plan(FAST)), CaseState.OPEN, NOW + 5 * MINUTE)
    assert changed[Metric.FIRST].due_at == NOW + 2 * HOUR
    assert not after(opened(), CaseState.OPEN, NOW, plan(Policy()))[Metric.RESOLUTION].is_open


def test_other_hours_move_a_clock_but_no_told_time() -> None:
    known = opened(plan(hours=DESK))
    moved = clocks.recount(known[Metric.FIRST], ROUND_THE_CLOCK)
    assert moved.due_at == NOW + 2 * HOUR
    assert clocks.recount(moved, ROUND_THE_CLOCK) == moved
    told = clocks.at("k", "c", Metric.EXPECTED, NOW + HOUR, NOW)
    assert clocks.recount(told, DESK) == told


def test_a_warning_that_was_told_is_not_told_again_when_the_due_time_moves() -> None:
    warned, _ = clocks.told(opened()[Metric.FIRST], NOW + 100 * MINUTE)
    rested = clocks.resume(clocks.pause(warned, ROUND_THE_CLOCK, NOW + 110 * MINUTE), ROUND_THE_CLOCK, NOW + 9 * HOUR)
    assert rested.alert_at == rested.due_at == NOW + 9 * HOUR + 10 * MINUTE


moments = st.integers(0, 3 * 7 * 24 * 60).map(lambda minutes: datetime(2026, 10, 12, tzinfo=UTC) + minutes * MINUTE)


@given(hours=st.sampled_from([DESK, ROUND_THE_CLOCK]), stops=st.lists(moments, min_size=1, max_size=7))
@settings(max_examples=150, deadline=None)
def test_what_ran_and_what_is_left_are_the_aim(hours: Hours, stops: list[datetime]) -> None:
    """Lets a clock run and rest by turns, over a change of the clocks."""
    start, *stops = sorted(stops)
    clock = clocks.begin("k", "c", Metric.RESOLUTION, 8 * HOUR, None, hours, start)
    ran, since = timedelta(0), start
    for place, stop in enumerate(stops):
        if place % 2:
            clock, since = clocks.resume(clock, hours, stop), stop
        else:
            ran += hours.between(since, stop)
            clock = clocks.pause(clock, hours, stop)
            assert clock.spent == ran
            assert clock.alert_at is None
    if clock.due_at is not None:
        left = hours.between(clock.since or start, clock.due_at)
        assert left == max(clock.aim - ran, timedelta(0))


@given(
    st.lists(st.tuples(st.sampled_from(list(CaseState)), st.booleans(), st.integers(0, 300), st.booleans()), max_size=8)
)
@settings(max_examples=150, deadline=None)
def test_whatever_happens_one_clock_of_a_kind_runs_and_nothing_runs_after_the_end(
    steps: list[tuple[CaseState, bool, int, bool]],
) -> None:
    make_id, now = ids(), NOW
    known = {each.id: each for each in case_clocks.opened("c", plan(), now, make_id)}
    for state, is_claimed, minutes, is_fast in steps:
        now += minutes * MINUTE
        by = plan(FAST if is_fast else POLICY, assigns=is_fast)
        for each in case_clocks.follow("c", list(known.values()), state, by, now, make_id, is_claimed=is_claimed):
            known[each.id] = each
        for each in (
            case_clocks.wrote("c", list(known.values()), by, state, now, make_id) if state is CaseState.CLAIMED else []
        ):
            known[each.id] = each
        running = [each.metric for each in known.values() if each.is_open]
        assert len(running) == len(set(running))
        if state.is_over:
            assert not running
        again = case_clocks.follow("c", list(known.values()), state, by, now, make_id, is_claimed=is_claimed)
        assert again == []
        assert all(replace(each, alert_at=None) == each for each in known.values() if not each.is_open)
