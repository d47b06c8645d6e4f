"""Runs the worker: waits for wake-ups, drains what is pending in its shards, and sends beside it in one event loop."""

import contextlib
import dataclasses
import gc
import logging
import signal
import threading
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from bots.checks import open_for_process
from bots.process import become, give_up, in_words
from bots.wiring.clients.redis_client import connect_redis
from bots.wiring.desk.reading import KnownUsers
from bots.wiring.desk.users import UserBook
from bots.wiring.health import counts, heartbeats
from bots.wiring.health.outages import Outage
from bots.wiring.insight import improvements, measuring, reports
from bots.wiring.installation import build, fetching_tools
from bots.wiring.intake import mailbox
from bots.wiring.jobs import timer_jobs
from bots.wiring.jobs.learning import Learning
from bots.wiring.sources import connections
from bots.wiring.store.folder import SHIPPED, NotLoadedError
from bots.wiring.store.watch import LOOK_SECONDS, Watch
from bots.wiring.wakeups import EVERYTHING, FILES, INBOX, OUTBOX, OUTGOING, SWEEP, Wakeups
from config.settings import Settings
from core.desk.events import DeskUser
from core.ids import new_id
from hub import shards
from hub.accounts import shop_upkeep, upkeep
from hub.accounts.shop_upkeep import ShopUpkeep
from hub.accounts.upkeep import Upkeep
from hub.advice.adviser import Adviser
from hub.delivery.dispatch import Dispatcher
from hub.delivery.pace.rate_limit import Pace
from hub.delivery.sender import Island, Sender
from hub.drain import LANES
from hub.hooks.asker import Asker
from hub.loops import Loop
from hub.media import expiry
from hub.media.fetcher import Fetcher
from hub.outgoing.sender import OutgoingSender
from hub.shards import LeaseLostError, ShardLease
from hub.timers import catalogue
from hub.timers.kind import Kind, installation
from hub.timers.loop import Timers

log = logging.getLogger(__name__)

CLOSE_SECONDS = 8  # calls under way get so long to end; supervisor waits for ten
RENEW_SECONDS = 1.0
SETTLE = timedelta(seconds=5)  # on a first start, who is to be asked may be starting too
WAIT_SECONDS = 1.0  # so long a stop, or a shard that became ours, may go unnoticed


class Worker:
    """Holds this process's parts, and runs its loop."""

    def __init__(self, settings: Settings) -> None:
        self.island = Island()
        self.users = UserBook(self.island)
        self.parts = build(settings, self.user)
        self.hub = dataclasses.replace(self.parts.hub, waker=OwnWaker(self))
        askers = self._askers()
        self.hub = dataclasses.replace(self.hub, hooks=next(iter(askers), None))
        open_for_process(self.hub.store)
        self.users.open(self.hub.desk, KnownUsers(self.parts.intake.redis))
        pace = Pace(self.parts.intake.redis)
        self.sender = Sender(self.hub, pace)
        dispatcher = Dispatcher(self.hub, pace, self.sender.room, partial(self._in_loop, self.sender.take))
        advisers = self._advisers()
        self.hub = dataclasses.replace(self.hub, dispatch=dispatcher, advisor=next(iter(advisers), None))
        self.fetcher = Fetcher(self.hub, fetching_tools(settings, self.parts.blobs))
        self.outgoing = OutgoingSender(self.hub)
        self.timers = Timers(self.hub, self._own_kinds())
        self._loops: list[Loop] = [self.sender, self.fetcher, self.outgoing, self.timers, *advisers, *askers]
        self._running = [self.island.start(each.run()) for each in self._loops]
        self._wakeups = Wakeups(connect_redis(settings, timeout=WAIT_SECONDS + 5))
        self._owner = new_id(self.hub.now())
        self.parts.understanding.load_beside(self.hub.shelf.learn_answers)
        self._lease = ShardLease(self._owner, frozenset())
        self._look = EVERYTHING  # what is to be looked for whatever wake-ups say
        self._stopping = threading.Event()
        self._outage = Outage(log, "the database is away; waiting")

    def _advisers(self) -> list[Adviser]:
        """Makes the one that asks a language model, if there is a model."""
        model = self.parts.language_model
        return [Adviser(self.hub, model, self.parts.intake.settings.llm_daily_calls)] if model else []

    def _askers(self) -> list[Asker]:
        """Makes the one that asks hooks, if any is set and there is a desk that would show what comes."""
        tools, daily = self.parts.hooks, self.parts.intake.settings.llm_daily_calls
        return [Asker(self.hub, tools, daily)] if tools.kinds and self.hub.desk else []

    def _own_kinds(self) -> dict[str, Kind]:
        """Makes the kinds of timers that need more than the hub."""
        intake = self.parts.intake
        accept, base_url = mailbox(intake).accept, intake.settings.base_url
        accounts = Upkeep(accept, base_url)
        shops = ShopUpkeep(connections(intake.settings, intake.http), accept, base_url)
        return {
            **timer_jobs.handed_over(catalogue.find(), intake.redis),
            upkeep.UPKEEP: Kind(accounts.look_after, upkeep.accounts, first_after=SETTLE),
            shop_upkeep.SHOPS: Kind(shops.look_after, shops.subjects, first_after=SETTLE),
            measuring.TIMER: measuring.KIND,
            reports.TIMER: reports.kind(intake.settings.store_dir, intake.settings.public_url),
            improvements.TIMER: improvements.kind(intake.settings.store_dir),
            expiry.EXPIRY: Kind(partial(expiry.expire_due, self.parts.blobs), installation),
        }

    def user(self, user_id: str) -> DeskUser:
        """Looks up an agent, asked of the desk and remembered for a while."""
        return self.users.find(user_id)

    def run(self) -> None:
        """Works until `stop` is called."""
        self.renew()
        threading.Thread(target=self._keep_shards, name="shards", daemon=True).start()
        threading.Thread(target=self._watch_folder, name="store folder", daemon=True).start()
        while not self._stopping.is_set():
            look, self._look = self._wakeups.wait(WAIT_SECONDS) | self._look, frozenset()
            self.use_newest()
            try:
                self.work(look)
            except LeaseLostError:
                log.warning("a shard went to another worker; what was under way is left to it")
            except SQLAlchemyError as error:
                self._outage.lasts(error)
                self._look = look
                self._stopping.wait(WAIT_SECONDS)
            except Exception:
                log.exception("a look for work failed")
                self._look = look
                self._stopping.wait(WAIT_SECONDS)

    def stop(self) -> None:
        """Takes nothing more; `run` then ends."""
        self._stopping.set()

    def work(self, look: Collection[str]) -> None:
        """Looks once for what wake-ups named. Raises LeaseLostError, sqlalchemy.exc.SQLAlchemyError."""
        if SWEEP in look:
            self._in_loop(self.timers.kick)
        again = INBOX in look
        while again and not self._stopping.is_set():
            self.use_newest()
            _, again = LANES.round(self.hub, self._lease)
        if OUTBOX in look:
            self._in_loop(self.sender.kick)
        if FILES in look:
            self._in_loop(self.fetcher.kick)
        if OUTGOING in look:
            self._in_loop(self.outgoing.kick)

    def use_newest(self) -> None:
        """Takes a changed folder of the store's into use, where nothing is under way."""
        if self.hub.shelf.change():
            log.info("the store's files were taken anew", extra={"version": self.hub.shelf.now.version})
            gc.unfreeze()
            settle_memory()

    def _watch_folder(self) -> None:
        learning = Learning(self.parts.understanding.trained, self.parts.intake.redis)
        watch = Watch(self.parts.intake.settings.store_dir, self.hub.shelf, self.parts.load, SHIPPED, learning.look)
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                watch.look()
            except Exception:  # this thread must live on, like that of the shards
                log.exception("the store's folder was not looked at")

    def _keep_shards(self) -> None:
        while not self._stopping.wait(RENEW_SECONDS):
            self.renew()

    def renew(self) -> None:
        """Renews the leases: other workers see that this one lives, and it learns which shards it has."""
        try:
            lease = shards.renew(self.hub, self._owner)
        except SQLAlchemyError as error:
            self._outage.lasts(error)
            return
        except Exception:  # this thread must live on: without it the worker would have nothing to do
            log.exception("shards not renewed")
            return
        self._outage.is_over()
        gained, self._lease = lease.shards - self._lease.shards, lease
        if gained:  # wake-ups for what waits there went to the worker before
            self._look = EVERYTHING
            self.parts.intake.waker.shards(gained)

    def kick(self) -> None:
        """Wakes the sender."""
        self._in_loop(self.sender.kick)

    def fetch(self) -> None:
        """Wakes the fetcher."""
        self._in_loop(self.fetcher.kick)

    def ask_store(self) -> None:
        """Wakes the loop that calls the store."""
        self._in_loop(self.outgoing.kick)

    def _in_loop(self, act: Callable[..., None], *given: object) -> None:
        self.island.loop.call_soon_threadsafe(act, *given)

    def close(self) -> None:
        """Finishes what is in flight, and gives its shards back at once."""
        for each in self._loops:
            self.island.loop.call_soon_threadsafe(each.stop)
        with contextlib.suppress(SQLAlchemyError):
            shards.release(self.hub, self._lease)
        with contextlib.suppress(TimeoutError):
            for running in self._running:
                running.result(timeout=CLOSE_SECONDS)
        self.island.stop()


class OwnWaker:
    """Wakes this worker itself for what it puts into the outbox; other wake-ups go to all workers."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def shards(self, shards: Collection[int], delay: float = 0.0) -> None:
        """Wakes all workers for these shards, after `delay` seconds."""
        if not delay:
            self._worker.parts.intake.waker.shards(shards)
            return
        loop = self._worker.island.loop
        wake = partial(loop.run_in_executor, None, self._worker.parts.intake.waker.shards, shards)
        loop.call_soon_threadsafe(loop.call_later, delay, wake)

    def outbox(self) -> None:
        """Wakes the sender of this worker."""
        self._worker.kick()

    def files(self) -> None:
        """Wakes the fetcher of this worker."""
        self._worker.fetch()

    def outgoing(self) -> None:
        """Wakes what calls the store in this worker."""
        self._worker.ask_store()


def settle_memory() -> None:
    """Exempts flows, texts and limits, which stay, from being walked through by the collector again and again."""
    gc.collect()
    gc.freeze()


def main() -> None:
    """Works until it is told to stop."""
    settings = become("worker")
    counts.share(settings.var_dir)
    with in_words():
        try:
            worker = Worker(settings)
        except NotLoadedError as error:
            heartbeats.tell_unloaded(connect_redis(settings), error.part)
            give_up(error)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    heartbeats.keep_beating(worker.parts.intake.redis, "worker", lambda: worker.hub.shelf.now.state)
    settle_memory()
    try:
        worker.run()
    finally:
        worker.close()


if __name__ == "__main__":
    main()
