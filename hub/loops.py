"""A loop in a worker's event loop that takes what is due and launches it, round after round, until it is stopped."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
Due = TypeVar("Due")

RETRY_SECONDS = 1.0  # while database or Redis are away


class Rounds:
    """`idle` is the longest pause in seconds; `name` is that of the one thread in which the database is asked."""

    def __init__(self, name: str, idle: float) -> None:
        self._name = name
        self._idle = idle
        self._kicked = asyncio.Event()
        self._database = ThreadPoolExecutor(1, name)
        self._stopping = False

    def kick(self) -> None:
        """Something may be due. From the loop's own thread."""
        self._kicked.set()

    def stop(self) -> None:
        """Takes nothing more."""
        self._stopping = True
        self._kicked.set()

    async def run(
        self, take: Callable[[], Awaitable[tuple[Sequence[Due], float]]], launch: Callable[[Due], None]
    ) -> None:
        """Until `stop`. `take` gives what is due, and the seconds until asking again helps when that is nothing.

        When it raises it is asked again after a second.
        """
        while not self._stopping:
            self._kicked.clear()
            try:
                due, wait = await take()
            except Exception:
                log.exception("could not take what is due; trying again", extra={"loop": self._name})
                await asyncio.sleep(RETRY_SECONDS)
                continue
            for each in due:
                launch(each)
            if not due:
                await self._pause(min(wait, self._idle))

    async def in_database(self, work: Callable[[], T]) -> T:
        """What `work` gives, in the thread for it."""
        return await asyncio.get_running_loop().run_in_executor(self._database, work)

    def close(self) -> None:
        """Gives the thread back."""
        self._database.shutdown(wait=False)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._kicked.wait(), seconds)
        except TimeoutError:
            return
