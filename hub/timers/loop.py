"""Handles what is due, in a worker's event loop: takes the rows, runs their kinds, moves the rows on.

What a crash or a failure leaves comes due again when its lease ends.
"""

import asyncio
import inspect
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from hub.hub import Hub
from hub.loops import Rounds
from hub.timers import catalogue
from hub.timers.kind import Handler, Kind
from storage.queues import timers
from storage.queues.timers import Due, Patience

log = logging.getLogger(__name__)

IDLE_SECONDS = 20.0  # the clock wakes us when something comes due; this is for when it is away
LEASE = timedelta(minutes=1)  # renewed while the handler runs
RENEWALS = 3  # within a lease
CLOSE_SECONDS = 5.0


class Timers:
    """Handles due timers. `more`: kinds that need what the hub does not have."""

    def __init__(self, hub: Hub, more: Mapping[str, Kind]) -> None:
        self._hub = hub
        self._kinds = {**catalogue.find(), **more}
        self._rounds = Rounds("timers-database", IDLE_SECONDS)
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._leases: dict[tuple[str, str], Due] = {}  # rows that are (or were) ours, as they stood last
        self._has_rows = False
        sending, unknown = hub.timing.sending_deadline, hub.timing.ambiguous_after
        self._patience = Patience(sending=timedelta(seconds=sending), unknown=timedelta(seconds=unknown))

    def kick(self) -> None:
        """Looks for due timers now. From the loop's own thread."""
        self._rounds.kick()

    def stop(self) -> None:
        """Takes nothing more; `run` then ends."""
        self._rounds.stop()

    async def run(self) -> None:
        """Handles timers until `stop`; what takes longer then is left to the next worker, when its lease ends."""
        renewing = asyncio.create_task(self._renew_forever())
        await self._rounds.run(self._take, self._launch)
        renewing.cancel()
        if self._running:
            _, slow = await asyncio.wait(self._running.values(), timeout=CLOSE_SECONDS)
            for task in slow:
                task.cancel()
        self._rounds.close()

    async def look(self) -> int:
        """Handles everything that is due now; returns how much that was."""
        due, _ = await self._take()
        for each in due:
            self._launch(each)
        await asyncio.gather(*self._running.values())
        return len(due)

    async def _take(self) -> tuple[list[Due], float]:
        running = frozenset(self._running)
        return await self._rounds.in_database(lambda: self._take_now(running)), IDLE_SECONDS

    def _take_now(self, running: frozenset[tuple[str, str]]) -> list[Due]:
        now = self._hub.now()
        self._ensure_rows(now)
        with self._hub.store.read() as conn:
            found = timers.due(conn, now, self._patience)
        free = [each for each in found if (each.kind, each.subject) not in running]
        rows = [each for each in free if each.at]
        if rows:
            with self._hub.store.write() as conn:
                rows = timers.take(conn, rows, now + LEASE)
        return rows + [each for each in free if not each.at and each.kind in self._kinds]

    def _ensure_rows(self, now: datetime) -> None:
        if self._has_rows:
            return
        with self._hub.store.write() as conn:
            for name, kind in self._kinds.items():
                timers.ensure(conn, self._hub.store, name, kind.subjects(self._hub), now + kind.first_after)
        self._has_rows = True

    def _launch(self, due: Due) -> None:
        name = (due.kind, due.subject)
        if due.at:
            self._leases[name] = due
        task = asyncio.create_task(self._handle(due))
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name))

    async def _handle(self, due: Due) -> None:
        try:
            then = await self._handled(due)
            if due.at:
                await self._rounds.in_database(lambda: self._settle((due.kind, due.subject), then))
        except Exception:
            log.exception("what was due failed; it comes again", extra={"kind": due.kind})
        else:
            self._hub.waker.outbox()

    async def _handled(self, due: Due) -> datetime | None:
        """Runs a timer's handler; returns when it is due next, None for a kind that is no longer there."""
        kind = self._kinds.get(due.kind)
        if kind is None:
            log.warning("a timer of no kind is removed", extra={"kind": due.kind})
            return None
        now = self._hub.now()
        if inspect.iscoroutinefunction(kind.handle):
            return cast("datetime | None", await kind.handle(self._hub, due.subject, now))
        return await asyncio.to_thread(cast("Handler", kind.handle), self._hub, due.subject, now)

    async def _renew_forever(self) -> None:
        """Renews the leases of running handlers, so that no other worker begins them too."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / RENEWALS)
            try:
                await self._rounds.in_database(self._renew)
            except Exception:
                log.exception("the leases of timers were not renewed; trying again")

    def _renew(self) -> None:
        ours = [self._leases[name] for name in tuple(self._running) if name in self._leases]
        if ours:
            with self._hub.store.write() as conn:
                renewed = timers.take(conn, ours, self._hub.now() + LEASE)
            self._leases |= {(each.kind, each.subject): each for each in renewed}

    def _settle(self, name: tuple[str, str], then: datetime | None) -> None:
        with self._hub.store.write() as conn:
            timers.settle(conn, self._leases[name], then)
