"""Spaces a sender's calls within this process, replies before bulk.

`Pace` shares a sender's slots among all workers ahead of time; a commit and the event loop delay calls after that,
and these must not leave in a bunch.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable

SLACK = 1.0  # intervals a sender may be behind and still catch up


class Spacing:
    """Spaces the calls of one sender. `interval` is in seconds; the clock is the loop's."""

    def __init__(self, interval: float, clock: Callable[[], float]) -> None:
        self._interval = interval
        self._clock = clock
        self._next = 0.0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._opener: asyncio.Task[None] | None = None

    async def passed(self, priority: int) -> None:
        """Returns when this call may be made: smaller priorities first, then first come."""
        if not self._interval:
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._order), turn))
        if self._opener is None or self._opener.done():
            self._opener = asyncio.create_task(self._open())
        await turn

    async def _open(self) -> None:
        while self._waiting:
            early = self._next - self._clock()
            if early > 0:
                await asyncio.sleep(early)
            self._next = max(self._next, self._clock() - SLACK * self._interval) + self._interval
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.cancelled():
                turn.set_result(None)
