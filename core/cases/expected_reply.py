"""Estimates how long a customer waits for a person, by what the desk aims at and how its queue moves."""

from datetime import timedelta

import msgspec

LOOKED_BACK = timedelta(hours=2)  # of the team's hours, over which is counted at most how many cases were taken
STEP = timedelta(minutes=15)  # estimates are whole ones
MOST = timedelta(hours=40)  # a working week: who says more says nothing


class Queue(msgspec.Struct, frozen=True):
    """Holds how many cases of a team wait for an agent, and how many were taken while somebody waited.

    `span` is how long that was in the team's hours, `LOOKED_BACK` at most: while nobody waits, or nobody is there, no
    pace is to be seen.
    """

    waiting: int = 0
    taken: int = 0
    span: timedelta = LOOKED_BACK


def expected_wait(aim: timedelta, queue: Queue, *, is_peak: bool = False) -> timedelta:
    """Returns the time, of the team's hours, within which an answer is to be expected.

    It is what the team aims at, in peak season twice that, or as long as those who wait before take at the pace at
    which cases were taken lately, where that is longer.
    """
    usual = 2 * aim if is_peak else aim
    by_queue = queue.span * (queue.waiting + 1) / queue.taken if queue.taken else timedelta(0)
    wait = min(max(usual, by_queue), MOST)
    return -(-wait // STEP) * STEP
