"""Tests how long a wait for a person is said to be."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases.expected_reply import MOST, STEP, Queue, expected_wait

AIM = timedelta(hours=2)
MINUTES = st.integers(1, 600).map(lambda minutes: timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("queue", "peak", "wait"),
    [
        (Queue(), False, timedelta(hours=2)),
        (Queue(), True, timedelta(hours=4)),
        (Queue(waiting=40), False, timedelta(hours=2)),  # nobody was taken lately: the pace is not known
        (Queue(waiting=9, taken=20), False, timedelta(hours=2)),  # ten a fifth of what two hours take
        (Queue(waiting=29, taken=10), False, timedelta(hours=6)),
        (Queue(waiting=29, taken=10), True, timedelta(hours=6)),
        (Queue(waiting=9999, taken=1), False, MOST),
        (Queue(waiting=3, taken=2, span=timedelta(minutes=4)), False, timedelta(hours=2)),  # two in four minutes
        (Queue(waiting=29, taken=10, span=timedelta(hours=1)), False, timedelta(hours=3)),
        (Queue(waiting=5, taken=1, span=timedelta(0)), False, timedelta(hours=2)),  # taken while the desk was closed
    ],
)
def test_the_wait_is_the_aim_or_what_the_queue_takes(queue: Queue, peak: bool, wait: timedelta) -> None:
    assert expected_wait(AIM, queue, is_peak=peak) == wait


@given(aim=MINUTES, waiting=st.integers(0, 500), taken=st.integers(0, 200))
def test_more_who_wait_are_never_a_shorter_wait(aim: timedelta, waiting: int, taken: int) -> None:
    first, second = (expected_wait(aim, Queue(number, taken)) for number in (waiting, waiting + 1))
    assert aim <= first <= second <= MOST
    assert first % STEP == timedelta(0)
