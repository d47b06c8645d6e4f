"""Keeps the state of one sandbox, and changes transcripts."""

import asyncio
import sys
import time
import traceback
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import aiohttp
import msgspec
from aiohttp import web

from sandbox.config import MAIN, SandboxConfig
from sandbox.control.feed import Feed
from sandbox.wire.faults import Fault, Faults
from sandbox.wire.webhooks import Courier, Parcel
from sandbox.wire.wire import Bodies, Exchange, WireLog
from sandbox.world.directory import Directory
from sandbox.world.media import MediaStore, Stored
from sandbox.world.people import RANK, Bubble, Person, Phone

KEPT = 2000
LOG_KEPT = 200  # over a restart


class Pace(msgspec.Struct):
    """How the world behaves: seconds to each receipt, whether phones are looked at, whether rate limits hold.

    `mids`: Messenger's delivery receipts name the messages (they need not). `us_pause`: WhatsApp gives no marketing
    template to a US number. `marketing_cap`: marketing templates that one WhatsApp user gets in 24 hours. `portfolio`:
    customers that all WhatsApp numbers together may open a conversation with in 24 hours; more than that fail with
    `portfolio_code`, or with 0 simply do not arrive. Both 0: no limit.
    """

    looking: bool = True
    receipts: bool = True
    limits: bool = True
    sent: float = 0.03
    delivered: float = 0.2
    read: float = 0.9
    slack_rate: float = 1.0
    slack_burst: float = 20
    slack_share: float = 0.2  # seconds until a completed file is seen; below 0: never
    bot_events: bool = True
    mids: bool = True
    us_pause: bool = True
    marketing_cap: int = 0
    portfolio: int = 0
    portfolio_code: int = 131064


class KeptWorld(msgspec.Struct):
    """What the world goes on with after a restart; of files only what is said about them."""

    revision: int
    people: list[Person]
    phones: list[Phone]
    faults: list[Fault]
    pace: Pace
    muted: list[str]
    parcels: list[Parcel]
    log: list[tuple[Exchange, Bodies]]
    media: list[Stored]


class World:
    """Holds everything that the stand-ins share."""

    def __init__(self, config: SandboxConfig, clock: Callable[[], float] = time.time) -> None:
        self.config = config
        self.clock = clock
        self.feed = Feed()
        self.directory = Directory()
        self.faults = Faults()
        self.log = WireLog(self.feed)
        self.media = MediaStore(clock)
        self.pace = Pace()
        self.reachable: bool | None = None
        self.courier = Courier(self.log, self.product_reached)
        self._by_id: dict[str, Bubble] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None

    def setting(self, name: str, account: str = MAIN) -> str:
        """Returns a setting or extra by its environment name, of the main or the second account."""
        return self.config.of(name, account)

    def stamp(self, offset: float = 0.0) -> str:
        """Writes the present time (plus seconds) as ISO 8601 in UTC."""
        return datetime.fromtimestamp(self.clock() + offset, UTC).isoformat(timespec="milliseconds")

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Runs something in the background; its errors go to stderr."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    async def open(self) -> None:
        """Starts connection pools."""
        await self.courier.open()
        self._session = aiohttp.ClientSession()

    async def close(self) -> None:
        """Stops background work and connection pools."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.courier.close()
        if self._session:
            await self._session.close()

    def kept(self) -> KeptWorld:
        """Says what is to outlive a restart. Telegram keeps its updates itself."""
        return KeptWorld(
            revision=self.feed.revision,
            people=list(self.directory.people.values()),
            phones=list(self.directory.phones.values()),
            faults=self.faults.active,
            pace=self.pace,
            muted=sorted(self.courier.muted),
            parcels=[parcel for parcel in self.courier.under_way() if parcel.platform != "telegram"],
            log=self.log.kept(LOG_KEPT),
            media=[msgspec.structs.replace(stored, content=b"") for stored in self.media.kept()],
        )

    def take_up(self, kept: KeptWorld) -> None:
        """Goes on where an earlier world ended; the files in `kept` have their content again."""
        self.feed.revision = kept.revision
        self.directory.take_up(kept.people, kept.phones)
        for phone in kept.phones:
            phone.typing = False
            self._by_id.update({bubble.id: bubble for bubble in phone.bubbles})
        self.faults.take_up(kept.faults)
        self.pace = kept.pace
        self.courier.muted.update(kept.muted)
        self.log.take_up(kept.log)
        self.media.take_up(kept.media)

    @property
    def session(self) -> aiohttp.ClientSession:
        """Returns the pool for fetching media that the product links to."""
        if self._session is None:
            raise RuntimeError("the world is not open")
        return self._session

    def product_reached(self, reached: bool) -> None:
        """Remembers whether the product answers; the page shows a banner when it does not."""
        if reached is not self.reachable:
            self.reachable = reached
            self.feed.publish("product", "product", {"url": self.config.product, "reachable": reached})

    def show(self, phone: Phone, bubble: Bubble) -> Bubble:
        """Puts a bubble on a phone."""
        phone.bubbles.append(bubble)
        self._by_id[bubble.id] = bubble
        if len(phone.bubbles) > KEPT:
            self._by_id.pop(phone.bubbles.pop(0).id, None)
        if bubble.direction == "in":
            phone.last_in = self.clock()
        else:
            phone.typing = False
        return self.touch(bubble)

    def bubble(self, message_id: str) -> Bubble | None:
        """Finds a bubble by its provider id, on whichever phone it is (Telegram's ids repeat across chats)."""
        return self._by_id.get(message_id)

    def touch(self, bubble: Bubble) -> Bubble:
        """Announces a changed bubble; nothing of one that was cleared away."""
        if bubble.id in self._by_id:
            bubble.rev = self.feed.next_revision()
            self.feed.publish("bubble", f"{bubble.phone}/{bubble.id}", bubble)
        return bubble

    def clear_chats(self) -> None:
        """Empties all phones. What the two sides agreed on stays: reply windows, blocks, STOP."""
        for phone in self.directory.phones.values():
            phone.bubbles.clear()
            phone.typing = False
        self._by_id.clear()

    def touch_phone(self, phone: Phone) -> None:
        """Announces a phone's changed flags (not its transcript)."""
        self.feed.publish("phone", phone.id, phone_card(phone, self.clock()))

    def progress(self, bubble: Bubble, status: str, error: str = "") -> None:
        """Moves a bubble's ticks forward, or to failed."""
        if status == "failed" or RANK.get(status, 0) > RANK.get(bubble.status, 0):
            bubble.status = status
            bubble.error = error
            self.touch(bubble)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error:
            sys.stderr.write("".join(traceback.format_exception(error)))


WORLD: web.AppKey[World] = web.AppKey("world", World)


def phone_card(phone: Phone, now: float) -> dict[str, Any]:
    """Describes a phone without its transcript."""
    hidden = {"bubbles", "last_in"}
    card = {name: getattr(phone, name) for name in phone.__struct_fields__ if name not in hidden}
    return {**card, "window_open": phone.window_open(now)}
