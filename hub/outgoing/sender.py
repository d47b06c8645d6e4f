"""Calls the store beside everything else: takes rows that are due, makes the calls, writes what came of them.

A call whose worker dies is made again when its lease ends, with the same ids: the store carries a request out once.
"""

import asyncio
import logging
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from core.errors import Outcome, SendError
from core.shop.shop_actions import PREFIX, ShopAnswer
from hub.hub import Hub
from hub.loops import Rounds
from hub.outgoing import results
from storage.outgoing import rows
from storage.outgoing.rows import FACT, REQUEST, Outgoing

log = logging.getLogger(__name__)

AT_ONCE = {REQUEST: 16, FACT: 4}  # facts that pile up while the store is away hold up no request
IDLE_SECONDS = 5.0
WORK_SECONDS = 20.0  # longer than a port may take
LEASE = timedelta(seconds=30)  # longer than that
RETRY_SECONDS = 1.0  # while the database is away


class OutgoingSender:
    """Makes due calls to the store, several at once, in a worker's event loop."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._rounds = Rounds("outgoing-database", IDLE_SECONDS)
        self._tasks: dict[asyncio.Task[None], Outgoing] = {}

    def kick(self) -> None:
        """Looks for due events now. From the loop's own thread."""
        self._rounds.kick()

    def stop(self) -> None:
        """Takes nothing more; `run` then ends."""
        self._rounds.stop()

    async def run(self) -> None:
        """Sends until `stop`; calls under way get their answer first."""
        await self._rounds.run(self._take, self._launch)
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._rounds.close()

    async def look(self) -> int:
        """Makes every call that is due now; returns how many."""
        due, _ = await self._take()
        for each in due:
            self._launch(each)
        if self._tasks:
            await asyncio.wait(self._tasks)
        return len(due)

    async def _take(self) -> tuple[list[Outgoing], float]:
        busy = Counter(each.kind for each in self._tasks.values())
        room = {kind: most - busy[kind] for kind, most in AT_ONCE.items()}
        return await self._rounds.in_database(lambda: take_due(self._hub, room))

    def _launch(self, event: Outgoing) -> None:
        task = asyncio.create_task(self._handle(event))
        self._tasks[task] = event
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        self._rounds.kick()

    async def _handle(self, event: Outgoing) -> None:
        try:
            async with asyncio.timeout(WORK_SECONDS):
                answer = await self._call(event)
        except SendError as error:
            await self._write(event, error)
        except TimeoutError:
            await self._write(event, SendError(Outcome.AMBIGUOUS, "timeout"))
        except Exception as error:  # a bug in a port must end in the row
            log.exception("a call to the store failed", extra={"outgoing_id": event.id})
            await self._write(event, SendError(Outcome.RETRY, "adapter_bug", type(error).__name__))
        else:
            await self._write(event, answer)

    async def _call(self, event: Outgoing) -> ShopAnswer | None:
        """Makes the call; returns the answer to a request. Raises SendError."""
        outlets = self._hub.outlets
        if event.kind == REQUEST:
            if outlets.shop is None or event.type.removeprefix(PREFIX) not in outlets.shop.actions:
                raise SendError(Outcome.MISCONFIGURED, "not_connected")
            return await outlets.shop.ask(event.event)
        if outlets.listener is None:
            raise SendError(Outcome.MISCONFIGURED, "not_connected")
        await outlets.listener.tell(event.event)
        return None

    async def _write(self, event: Outgoing, came: ShopAnswer | SendError | None) -> None:
        """Writes what came of a call, waiting for the database."""
        while True:
            try:
                await self._rounds.in_database(lambda: _record(self._hub, event, came))
            except OperationalError:
                log.warning("the database is away; what came of a call waits", extra={"outgoing_id": event.id})
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return


def take_due(hub: Hub, room: dict[str, int]) -> tuple[list[Outgoing], float]:
    """Takes what is due, as much as there is room for; ends requests whose time is over.

    Returns what is to be sent, and the seconds until something else is due.
    """
    now = hub.now()
    with hub.store.read() as conn:
        due = [each for kind, most in room.items() if most > 0 for each in rows.due(conn, kind, now, most)]
        upcoming = [at for kind, most in room.items() if most > 0 and (at := rows.next_due(conn, kind))]
    over = [each for each in due if results.is_over(each, now)]
    for each in over:
        results.give_up(hub, each, results.is_over(each, now), now)
    ours = _taken(hub, [each for each in due if each not in over], now)
    return ours, 0.0 if over else _wait(upcoming, now)


def _taken(hub: Hub, due: list[Outgoing], now: datetime) -> list[Outgoing]:
    if not due:
        return []
    with hub.store.write() as conn:
        return rows.take(conn, due, now + LEASE)


def _wait(upcoming: list[datetime], now: datetime) -> float:
    return max(0.05, min(((at - now).total_seconds() for at in upcoming), default=IDLE_SECONDS))


def _record(hub: Hub, event: Outgoing, came: ShopAnswer | SendError | None) -> None:
    now = hub.now()
    if isinstance(came, SendError):
        results.failed(hub, event, came, now)
    elif came is None:
        results.told(hub, event, now)
    else:
        results.answered(hub, event, came, now)
