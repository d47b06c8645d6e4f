"""Repeats rounds in a worker's event loop: takes what is due and launches it, until stopped."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
Due = TypeVar("Due")

RETRY_SECONDS = 1.0  # while database or Redis are away


class Loop(Protocol):
    """Works in a worker's event loop until it is stopped."""

    def run(self) -> Coroutine[Any, Any, None]:
        """Works until `stop`."""
        ...

    def stop(self) -> None:
        """Takes nothing more; `run` then ends."""
        ...


class Rounds:
    """Repeats rounds. `idle`: longest pause in seconds; `name`: that of the one thread that asks the database."""

    def __init__(self, name: str, idle: float) -> None:
        self._name = name
        self._idle = idle
        self._kicked = asyncio.Event()
        self._database = ThreadPoolExecutor(1, name)
        self._stopping = False

    def kick(self) -> None:
        """Starts a round at once. From the loop's own thread."""
        self._kicked.set()

    def stop(self) -> None:
        """Ends the rounds after the one under way."""
        self._stopping = True
        self._kicked.set()

    async def run(
        self, take: Callable[[], Awaitable[tuple[Sequence[Due], float]]], launch: Callable[[Due], None]
    ) -> None:
        """Repeats rounds until `stop`. `take` gives what is due, and the longest wait when that is nothing.

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
        """Runs `work` in the thread for the database; returns its result."""
        return await asyncio.get_running_loop().run_in_executor(self._database, work)

    def close(self) -> None:
        """Ends the thread."""
        self._database.shutdown(wait=False)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._kicked.wait(), seconds)
        except TimeoutError:
            return


class UnderWay:
    """Keeps the tasks that a loop has started until they end. `landed` is called after each, in the loop."""

    def __init__(self, landed: Callable[[], None] | None = None) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._landed = landed

    def __len__(self) -> int:
        """Returns how many have not ended."""
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Starts a task."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    async def finish(self) -> None:
        """Waits until those that are under way have ended."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def give_up(self) -> None:
        """Cancels those that are under way."""
        for task in self._tasks:
            task.cancel()
        await self.finish()

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._landed:
            self._landed()
