"""Tests what may become of a case, whatever happens to it in which order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases.steps import STEPS, Step, after, before
from core.people.conversations import IN_HAND, CaseState

FINAL = {CaseState.MERGED, CaseState.SPAM}


@pytest.mark.parametrize("state", CaseState)
def test_no_state_is_without_a_way_on_but_the_final_ones(state: CaseState) -> None:
    ways = {then for step in Step if (then := after(step, state)) and then is not state}
    assert bool(ways) == (state not in FINAL)


@pytest.mark.parametrize("state", CaseState)
def test_every_state_can_be_reached(state: CaseState) -> None:
    seen, fresh = {CaseState.OPEN}, {CaseState.OPEN}
    while fresh:
        fresh = {then for step in Step for was in fresh if (then := after(step, was))} - seen
        seen |= fresh
    assert state in seen


@given(st.lists(st.tuples(st.sampled_from(Step), st.booleans())))
def test_whatever_happens_a_final_case_stays_and_an_unheld_one_waits(steps: list[tuple[Step, bool]]) -> None:
    state = CaseState.OPEN
    for step, is_held in steps:
        then = after(step, state, is_held=is_held)
        assert then is None or state not in FINAL
        assert not (then is CaseState.CLAIMED and not is_held)
        state = then or state


def test_a_card_asks_where_a_step_may_be_taken() -> None:
    assert before(Step.RELEASE) == IN_HAND
    assert CaseState.WAITING not in before(Step.WAIT)
    assert set(STEPS) == set(Step)
