"""The worker: an RQ job is a wake-up that drains everything pending; sending runs beside it in one event loop."""

import contextlib
import dataclasses
import logging
import os
import time
from collections.abc import Collection
from functools import partial

from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import BaseDeathPenalty

from bots.process import become, give_up
from bots.wiring import heartbeats
from bots.wiring.desk import KnownUsers
from bots.wiring.installation import NotLoadedError, Parts, build, fetching_tools
from bots.wiring.intake import connect_redis, mailbox
from bots.wiring.users import UserBook
from bots.wiring.wakeups import INBOX, QUEUE, SWEEP, flag
from config.settings import Settings
from core.desk import DeskUser
from hub import drain as work
from hub.accounts import upkeep
from hub.accounts.upkeep import Upkeep
from hub.delivery.rate_limit import Pace
from hub.delivery.sender import Island, Sender
from hub.media import expiry
from hub.media.fetcher import Fetcher
from hub.timers.kind import Kind, installation
from hub.timers.loop import Timers
from storage.engine import migrate

log = logging.getLogger(__name__)

CLOSE_SECONDS = 8  # calls under way get so long to end; supervisor waits for ten


class Worker:
    """This process's parts, made once before the first job."""

    def __init__(self, settings: Settings) -> None:
        self.island = Island()
        self.users = UserBook(self.island)
        self.parts = build(settings, self.user)
        self.hub = dataclasses.replace(self.parts.hub, waker=OwnWaker(self))
        migrate.upgrade(self.hub.store)
        self.users.open(self.hub.desk, KnownUsers(self.parts.intake.redis))
        self.sender = Sender(self.hub, Pace(self.parts.intake.redis))
        self.fetcher = Fetcher(self.hub, fetching_tools(settings, self.parts.blobs))
        self.timers = Timers(self.hub, self._own_kinds())
        self._running = [self.island.start(each.run()) for each in (self.sender, self.fetcher, self.timers)]

    def _own_kinds(self) -> dict[str, Kind]:
        """Kinds of timers that need more than the hub."""
        intake = self.parts.intake
        accounts = Upkeep(mailbox(intake).accept, intake.settings.base_url)
        return {
            upkeep.UPKEEP: Kind(accounts.look_after, upkeep.accounts),
            expiry.EXPIRY: Kind(partial(expiry.expire_due, self.parts.blobs), installation),
        }

    def user(self, user_id: str) -> DeskUser:
        """Who an agent is, asked of the desk and remembered for a while."""
        return self.users.find(user_id)

    def drain(self, what: str) -> None:
        """One wake-up. The flag goes first: what comes in from now on makes a new one."""
        self.parts.intake.redis.delete(flag(what))
        if what == SWEEP:
            self.island.loop.call_soon_threadsafe(self.timers.kick)
        elif what == INBOX:
            work.drain_all(self.hub)
        self.kick()

    def kick(self) -> None:
        """There may be something to send, or to fetch."""
        for each in (self.sender, self.fetcher):
            self.island.loop.call_soon_threadsafe(each.kick)

    def close(self) -> None:
        """Finishes what is in flight."""
        for each in (self.sender, self.fetcher, self.timers):
            self.island.loop.call_soon_threadsafe(each.stop)
        with contextlib.suppress(TimeoutError):
            for running in self._running:
                running.result(timeout=CLOSE_SECONDS)
        self.island.stop()


class OwnWaker:
    """What this worker puts into the outbox it sends itself: no wake-up has to travel."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def shards(self, shards: Collection[int], delay: float = 0.0) -> None:
        """See hub.Waker."""
        if not delay:
            self._worker.parts.intake.waker.shards(shards)
            return
        loop = self._worker.island.loop
        wake = partial(loop.run_in_executor, None, self._worker.parts.intake.waker.shards, shards)
        loop.call_soon_threadsafe(loop.call_later, delay, wake)

    def outbox(self) -> None:
        """See hub.Waker."""
        self._worker.kick()


class _NoDeathPenalty(BaseDeathPenalty):
    """Drains have no deadline: RQ's alarm could not reach the sending loop anyway."""

    def setup_death_penalty(self) -> None:
        """See the class."""

    def cancel_death_penalty(self) -> None:
        """See the class."""


class DrainWorker(SimpleWorker):
    """Runs jobs in this process: forking costs 12 ms a job."""

    death_penalty_class = _NoDeathPenalty

    def procline(self, message: str) -> None:
        """Keeps the title that the process has."""


_worker: Worker | None = None


def drain(what: str) -> None:
    """The job that `bots.wiring.wakeups` enqueues."""
    if _worker is None:
        raise RuntimeError("this job runs in `python -m bots.worker` only")
    _worker.drain(what)


def main() -> None:
    """Works until it is told to stop."""
    # RQ imports the job by its name; it must find this very module, not a second copy beside `__main__`.
    from bots import worker  # noqa: PLC0415, PLW0406

    worker.run()


def run() -> None:
    """The process: parts first, then RQ's loop."""
    global _worker  # noqa: PLW0603 - RQ calls jobs by name and hands over no context
    settings = become("worker")
    try:
        _worker = Worker(settings)
    except NotLoadedError as error:
        heartbeats.tell_unloaded(connect_redis(settings), error.part)
        give_up(error)
    patient = connect_redis(settings, timeout=None)  # RQ waits for jobs as long as it likes
    queue = Queue(QUEUE, connection=patient, serializer=JSONSerializer)
    name = f"{QUEUE}-{os.getpid()}-{int(time.time())}"
    heartbeats.keep_beating(_worker.parts.intake.redis, "worker")
    rq = DrainWorker([queue], name=name, connection=patient, serializer=JSONSerializer, log_job_description=False)
    _sweep_once(_worker.parts)
    try:
        rq.work(logging_level="WARNING")
    finally:
        _worker.close()


def _sweep_once(parts: Parts) -> None:
    """What was pending when the last worker died is not left to the clock."""
    parts.intake.waker.shards(range(parts.hub.shards))
    parts.intake.waker.sweep()


if __name__ == "__main__":
    main()
