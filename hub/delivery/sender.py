"""Makes the providers' calls: each worker's one event loop, in which they overlap."""

import asyncio
import logging
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from core.errors import Outcome, SendError
from hub.delivery.job import Attempt, Job, Result
from hub.delivery.outcomes.results import record
from hub.delivery.pace.limits import UNLIMITED
from hub.delivery.pace.rate_limit import Pace
from hub.delivery.pace.spacing import Spacing
from hub.delivery.taking import take_due
from hub.hub import Hub
from hub.loops import Rounds
from storage.queues import outbox
from storage.queues.outbox import Posting

log = logging.getLogger(__name__)
T = TypeVar("T")

IN_FLIGHT = 400
BULK_IN_FLIGHT = 200  # the rest is for replies; 1,000 a second at a provider that answers after 0.2 s
BULK_AT_ONCE = 60  # notices prepared together: a reply waits for no more
SPACING_MARGIN = 0.985  # with one call of catching up, no second sees more than the rate
IDLE_SECONDS = 2.0
BEATS = 3  # within the deadline after which a call counts as left by a crash


class Island:
    """Runs an event loop in a thread. `call` waits for a coroutine from outside."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="sending-loop", daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, T], timeout: float = 30) -> T:
        """Waits for the coroutine's result. From another thread."""
        return self.start(coroutine).result(timeout)

    def start(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        """Starts the coroutine in the loop, and does not wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def stop(self) -> None:
        """Ends the loop."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout=5)


class Sender:
    """Takes due rows, sends those of different conversations at once, records what came of them in groups."""

    def __init__(self, hub: Hub, pace: Pace) -> None:
        self._hub = hub
        self._pace = pace
        self._rounds = Rounds("sender-database", IDLE_SECONDS)
        self._results: list[tuple[Result, asyncio.Future[bool]]] = []
        self._recorded = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: set[str] = set()
        self._spacings: dict[tuple[str, str], Spacing] = {}
        self._bulk_flying = 0

    def kick(self) -> None:
        """Looks for messages now. From the loop's own thread."""
        self._rounds.kick()

    async def run(self) -> None:
        """Sends until `stop` is called."""
        recorder = asyncio.create_task(self._record_forever())
        heart = asyncio.create_task(self._beat_forever())
        await self._rounds.run(self._claim, self._launch)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=20)
        recorder.cancel()
        heart.cancel()
        self._rounds.close()

    def room(self) -> int:
        """Returns how many more calls may be made. From any thread."""
        return IN_FLIGHT - len(self._tasks)

    def take(self, jobs: Sequence[Job]) -> None:
        """Sends messages whose rows are marked as being sent. From the loop's own thread."""
        for job in jobs:
            self._launch(job)

    def _launch(self, job: Job) -> None:
        task = self._spawn(self._send(job))
        self._running.add(job.posting.id)
        task.add_done_callback(lambda _: self._running.discard(job.posting.id))
        if job.posting.priority:
            self._bulk_flying += 1
            task.add_done_callback(self._bulk_landed)

    def _bulk_landed(self, _task: asyncio.Task[None]) -> None:
        self._bulk_flying -= 1

    def stop(self) -> None:
        """Takes nothing more, and finishes what is in flight."""
        self._rounds.stop()

    async def _claim(self) -> tuple[list[Job], float]:
        room = self.room()
        if room <= 0:
            return [], 0.05
        bulk = min(BULK_AT_ONCE, BULK_IN_FLIGHT - self._bulk_flying)
        started = asyncio.get_running_loop().time()
        jobs, wait = await self._rounds.in_database(lambda: take_due(self._hub, self._pace, room, bulk))
        # Slots count from when they were given, not from when the marking of the rows was committed.
        late = asyncio.get_running_loop().time() - started
        return [replace(job, wait=job.wait - late) for job in jobs], wait

    def _spacing(self, posting: Posting) -> Spacing:
        key = (posting.channel, posting.account)
        if key not in self._spacings:
            rate = self._hub.paces.get(posting.channel, UNLIMITED).rate if posting.lane == outbox.MESSAGE else 0
            interval = 1 / (rate * SPACING_MARGIN) if rate else 0.0
            self._spacings[key] = Spacing(interval, asyncio.get_running_loop().time)
        return self._spacings[key]

    async def _send(self, job: Job) -> None:
        """Sends the parts of one message, one after the other, recording each before the next."""
        if job.wait > 0:
            await asyncio.sleep(job.wait)
        for part in job.parts:
            if not part.part.silent:  # a typing indicator or a read mark is no message and takes no slot
                await self._spacing(job.posting).passed(job.posting.priority)
            result = await self._attempt(job, part)
            if not (await self._recorded_result(result) and result.goes_on):
                return
        for courtesy in job.courtesies:
            failed = (await self._attempt(job, courtesy)).error
            if failed:
                log.info("a courtesy was refused", extra={"outbox_id": job.posting.id, "code": failed.code})

    async def _attempt(self, job: Job, part: Attempt) -> Result:
        try:
            sent = await job.call(part)
        except SendError as error:
            return Result(job, part, error=error)
        except Exception as error:  # a bug in an adapter must not leave the row marked as being sent
            log.exception("an adapter failed", extra={"outbox_id": job.posting.id})
            return Result(job, part, error=SendError(Outcome.CONTENT_REJECTED, "adapter_bug", type(error).__name__))
        return Result(job, part, sent=sent)

    async def _recorded_result(self, result: Result) -> bool:
        """Records a result; tells whether the next part of the message is this worker's to call."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._results.append((result, done))
        self._recorded.set()
        return await done

    async def _record_forever(self) -> None:
        while True:
            await self._recorded.wait()
            self._recorded.clear()
            group, self._results = self._results, []
            stopped = await self._record([result for result, _ in group])
            for result, done in group:
                done.set_result(result.job.posting.id not in stopped)
            self._rounds.kick()

    async def _record(self, results: list[Result]) -> frozenset[str]:
        """Records results, as soon as the database is back where it is away; a bad result takes no other with it.

        Returns the ids of messages of which no further part is to be called now.
        """
        while True:
            try:
                return await self._rounds.in_database(lambda: record(self._hub, self._pace, results))
            except OperationalError as error:
                log.warning("results not recorded yet", extra={"error_type": type(error).__name__})
                await asyncio.sleep(1)
            except Exception:
                log.exception("results could not be recorded", extra={"results": len(results)})
                if len(results) == 1:
                    return frozenset({results[0].job.posting.id})  # stays unknown until `ambiguous.sweep`
                each = [await self._record([result]) for result in results]
                return frozenset().union(*each)

    async def _beat_forever(self) -> None:
        """Renews the marks of calls under way: an upload may take minutes, and must not be taken for lost."""
        while True:
            await asyncio.sleep(self._hub.timing.sending_deadline / BEATS)
            try:
                await self._rounds.in_database(self._beat)
            except Exception:  # the next beat comes in time
                log.exception("calls under way could not be marked as such")

    def _beat(self) -> None:
        if running := list(self._running):
            with self._hub.store.write() as conn:
                outbox.still_sending(conn, running, self._hub.now())

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
