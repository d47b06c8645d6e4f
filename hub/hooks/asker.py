"""Asks hooks in a worker's event loop: takes rows that are due, asks, writes what came.

Nothing waits for it. A question that dies with its worker is asked again when its lease ends; what is shown is written
with the row's end, so that it is shown once.
"""

import asyncio
import logging
import time
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy.exc import OperationalError

from hub import metrics
from hub.breaker import Breaker
from hub.hooks.asking import SECONDS, Came, Tools, ask
from hub.hooks.material import Material, read
from hub.hooks.settling import settle
from hub.hub import Hub
from hub.loops import RETRY_SECONDS, Rounds, UnderWay
from storage.hooks import rows
from storage.hooks.rows import REPLY, TRANSCRIPT, TRANSLATION, Ask

log = logging.getLogger(__name__)

AT_ONCE = 8
IDLE_SECONDS = 5.0
LEASES = {kind: timedelta(seconds=seconds + 10) for kind, seconds in SECONDS.items()}  # longer than the work may take
LATE = timedelta(minutes=10)  # after which nobody needs it any more
_TOGETHER = {TRANSLATION: (TRANSLATION, REPLY), REPLY: (TRANSLATION, REPLY), TRANSCRIPT: (TRANSCRIPT,)}


class Taken(NamedTuple):
    """Holds a row that is ours, and what it is about."""

    ask: Ask
    material: Material


class Asker:
    """Implements `hub.hub.Hooks`. `daily`: calls of each hook in 24 hours, all workers together."""

    def __init__(self, hub: Hub, tools: Tools, daily: int) -> None:
        self._hub = hub
        self._tools = tools
        self._daily = daily
        self._breakers = {TRANSLATION: Breaker(), TRANSCRIPT: Breaker()}
        self._rounds = Rounds("hooks-database", IDLE_SECONDS)
        self._tasks = UnderWay(self._rounds.kick)
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """Names what may be asked: the hooks that are on."""
        return self._tools.kinds

    def soon(self) -> None:
        """Looks for what is due, from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._rounds.kick)

    def stop(self) -> None:
        """Takes nothing more; `run` then ends."""
        self._rounds.stop()

    async def run(self) -> None:
        """Asks until `stop`. What is under way then is given up, and asked again by another worker."""
        self._loop = asyncio.get_running_loop()
        await self._rounds.run(self._take, self._launch)
        self._loop = None
        await self._tasks.give_up()
        self._rounds.close()

    async def look(self) -> int:
        """Asks everything that is due now; returns how much."""
        due, _ = await self._take()
        for each in due:
            self._launch(each)
        await self._tasks.finish()
        return len(due)

    async def _take(self) -> tuple[list[Taken], float]:
        return await self._rounds.in_database(lambda: take_due(self._hub, AT_ONCE - len(self._tasks)))

    def _launch(self, taken: Taken) -> None:
        self._tasks.start(self._handle(taken))

    async def _handle(self, taken: Taken) -> None:
        what, started = taken.ask, time.monotonic()
        hook = _TOGETHER[what.kind][0]
        came = await self._obstacle(hook, taken) or await self._asked(hook, taken)
        metrics.hooks.labels(hook, came.result).inc()
        ms = round((time.monotonic() - started) * 1000)
        told = {"ask_id": what.id, "kind": what.kind, "result": came.result, "code": came.code, "ms": ms}
        log.info("a hook was asked" if came.calls else "a hook was not asked", extra=told)
        await self._write(what, came, ms)

    async def _obstacle(self, hook: str, taken: Taken) -> Came | None:
        """Tells why it is not asked now."""
        what, now = taken.ask, self._hub.now()
        if what.kind not in self.kinds:
            return Came("off")
        if taken.material.missing:
            return Came(taken.material.missing)
        if now - what.created_at > LATE:
            return Came("late")
        if not self._breakers[hook].allows(now):
            return Came("paused")
        if await self._rounds.in_database(lambda: calls_before(self._hub, what)) >= self._daily:
            return Came("budget")
        return None

    async def _asked(self, hook: str, taken: Taken) -> Came:
        breaker = self._breakers[hook]
        breaker.began(self._hub.now())
        came = await ask(self._tools, taken.ask, taken.material)
        if came.is_well:
            breaker.succeeded()
        elif came.calls and breaker.failed(self._hub.now(), came.wanted):
            log.warning("a hook is left alone for a while", extra={"kind": taken.ask.kind, "code": came.code})
        return came

    async def _write(self, what: Ask, came: Came, ms: int) -> None:
        """Writes what came, waiting for the database."""
        while True:
            try:
                await self._rounds.in_database(lambda: settle(self._hub, what, came, ms))
            except OperationalError:
                log.warning("the database is away; what a hook answered waits", extra={"ask_id": what.id})
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return


def take_due(hub: Hub, room: int) -> tuple[list[Taken], float]:
    """Takes what is due, as much as there is room for; returns it, and the seconds until something else is."""
    now = hub.now()
    if room <= 0:
        return [], IDLE_SECONDS
    with hub.store.read() as conn:
        due = rows.due(conn, now, room)
        upcoming = None if due else rows.next_due(conn)
    if not due:
        return [], max(0.05, (upcoming - now).total_seconds()) if upcoming else IDLE_SECONDS
    with hub.store.write() as conn:
        taken = [each for id_, kind in due if (each := rows.take(conn, id_, now, now + LEASES[kind]))]
        return [Taken(each, read(conn, each)) for each in taken], 0.0


def calls_before(hub: Hub, what: Ask) -> int:
    """Counts the calls of a hook in the last 24 hours, without the one that this row is about to make."""
    with hub.store.read() as conn:
        return rows.calls(conn, _TOGETHER[what.kind], hub.now()) - 1
