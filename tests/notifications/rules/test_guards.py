"""Tests the limits of rules as properties: in no window of that length are there more."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.guards import DEEPEST, is_too_deep, may_fire
from notifications.rules.rule import AtMost
from tests.fakes import NOW

MINUTES = st.lists(st.integers(0, 60 * 24 * 30), max_size=60).map(sorted)


@given(MINUTES, st.integers(1, 5), st.integers(1, 60 * 24 * 7))
def test_no_window_wherever_it_begins_has_more(minutes: list[int], times: int, per: int) -> None:
    limit = AtMost(times, timedelta(minutes=per))
    fired: list[int] = []
    for minute in minutes:
        if may_fire(limit, [NOW + timedelta(minutes=each) for each in fired], NOW + timedelta(minutes=minute)):
            fired.append(minute)
    for begin in fired:
        assert sum(begin <= each < begin + per for each in fired) <= times


@given(MINUTES, st.integers(1, 5), st.integers(1, 60 * 24 * 7))
def test_nothing_is_held_back_for_longer_than_the_window(minutes: list[int], times: int, per: int) -> None:
    limit = AtMost(times, timedelta(minutes=per))
    past = [NOW - timedelta(minutes=each) for each in minutes]
    is_free = sum(each < per for each in minutes) < times
    assert may_fire(limit, past, NOW) is is_free


def test_a_chain_of_rules_ends() -> None:
    assert [is_too_deep(depth) for depth in (1, DEEPEST, DEEPEST + 1)] == [False, False, True]
