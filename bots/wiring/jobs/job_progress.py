"""Tells how far a job has come to whoever waits for it."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from redis import RedisError

if TYPE_CHECKING:
    from rq.job import Job

TELL_SECONDS = 0.3


class Progress:
    """Counts a job's steps; calls `tell` with (done, expected), not more often than somebody can read it."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell = tell
        self._done = self._expected = 0
        self._told_at = 0.0

    def expect(self, steps: int) -> None:
        """Says how many steps there are."""
        self._expected = steps
        self._tell(self._done, self._expected)

    def add(self, steps: int) -> None:
        """Counts steps that were done."""
        self._done += steps
        now = time.monotonic()
        if self._done >= self._expected or now - self._told_at >= TELL_SECONDS:
            self._told_at = now
            self._tell(self._done, self._expected)


def kept_with(job: "Job | None") -> Callable[[int, int], None]:
    """Makes what writes progress beside the job, where `hand_over` reads it. While Redis is away it is lost."""

    def tell(steps: int, expected: int) -> None:
        if job is not None:
            job.meta |= {"steps": steps, "expected": expected}
            with suppress(RedisError):
                job.save_meta()  # type: ignore[no-untyped-call]

    return tell
