"""Keeps the world beside the product's data, so that both go on together after a restart."""

import asyncio
import re
import sys
import threading
import time
from pathlib import Path

import msgspec
from aiohttp import web

from sandbox.config import MAIN
from sandbox.control.parts import Parts
from sandbox.files import write_private
from sandbox.platforms.meta.routes import KeptGraph
from sandbox.platforms.slack.routes import KeptSlack
from sandbox.platforms.telegram.bot import KeptBot
from sandbox.platforms.twilio.messages import KeptTwilio
from sandbox.wire.webhooks import Parcel
from sandbox.world.media import Stored
from sandbox.world.world import KeptWorld

FILE_NAME = "sandbox-world.json"
FOLDER_NAME = "sandbox-media"
LARGEST = 16 * 1024 * 1024  # bytes of a file that is kept
PAUSE = 1.0
SHARE = 30  # a world that takes long to write is written less often: this many times as long as that took


class Place(msgspec.Struct):
    """Where page and product were when the file was written."""

    base: str
    product: str


class Kept(Place):
    """What is in the file."""

    world: KeptWorld
    graph: KeptGraph
    telegram: dict[str, KeptBot]
    twilio: KeptTwilio
    slack: KeptSlack
    workspaces: dict[str, KeptSlack] = {}  # of Slack, beside the main one


class Keeper:
    """Writes the world when it has changed; without a folder it keeps nothing."""

    def __init__(self, parts: Parts, folder: Path | None) -> None:
        self._parts = parts
        self._folder = folder
        self._parcels: list[Parcel] = []
        self._revision = 0
        self._asked = False
        self._writing = threading.Lock()

    def take_up(self) -> None:
        """Goes on with the kept world; one that cannot be read is laid aside, and a line on stderr says so."""
        if self._folder is None or not (file := self._folder / FILE_NAME).exists():
            return
        try:
            kept = msgspec.json.decode(self._moved(file.read_bytes()), type=Kept)
        except (OSError, ValueError, msgspec.DecodeError) as error:
            aside = file.replace(file.with_name(f"{FILE_NAME}.unreadable"))
            sys.stderr.write(f"the sandbox begins anew: {file} cannot be read ({error}); it is now {aside.name}\n")
            return
        kept.world.media = [stored for stored in kept.world.media if _filled(stored, self._folder / FOLDER_NAME)]
        self._parcels = kept.world.parcels
        parts = self._parts
        parts.world.take_up(kept.world)
        parts.graph.take_up(kept.graph)
        parts.telegram.take_up(kept.telegram)
        parts.twilio.messages.take_up(kept.twilio)
        parts.slack.take_up(kept.slack)
        for account, workspace in kept.workspaces.items():
            parts.slacks.by_account[account].take_up(workspace)

    def _moved(self, content: bytes) -> bytes:
        """Lets every address of the page and of the product be what it is now. Raises msgspec.DecodeError."""
        before, now = msgspec.json.decode(content, type=Place), self._parts.world.config
        moved = {before.base: now.base, before.product: now.product}
        old = "|".join(map(re.escape, moved))
        return re.sub(rf"({old})(?!\d)", lambda found: moved[found[0]], content.decode()).encode()

    def resume(self) -> None:
        """Goes on with what was on its way: webhooks that the product had not taken, receipts."""
        for parcel in self._parcels:
            self._parts.world.spawn(self._parts.world.courier.redeliver(parcel))
        self._parts.graph.resume()
        self._parts.telegram.resume()
        self._parts.twilio.messages.resume()

    async def notice(self, request: web.Request, _response: web.StreamResponse) -> None:
        """Takes note of a call that may have changed something."""
        self._asked = self._asked or request.method != "GET"

    async def watch(self) -> None:
        """Writes what has changed, until cancelled; a world that takes long to write is written less often."""
        pause = PAUSE
        while self._folder:
            await asyncio.sleep(pause)
            if self._asked or self._parts.world.feed.revision != self._revision:
                started = time.perf_counter()
                await asyncio.to_thread(self.write, self.collect())
                pause = max(PAUSE, SHARE * (time.perf_counter() - started))

    def collect(self) -> bytes:
        """Gathers what is to be written."""
        parts = self._parts
        self._asked, self._revision = False, parts.world.feed.revision
        place, world = parts.world.config, parts.world.kept()
        platforms = parts.graph.kept(), parts.telegram.kept(), parts.twilio.messages.kept()
        slacks = {account: slack.kept() for account, slack in parts.slacks.by_account.items()}
        slack = slacks.pop(MAIN)
        return msgspec.json.encode(Kept(place.base, place.product, world, *platforms, slack, slacks))

    def write(self, content: bytes) -> None:
        """Writes what was gathered, and customers' and agents' files beside it."""
        if self._folder is None:
            return
        files = {stored.id: stored for stored in self._parts.world.media.kept()}
        folder = self._folder / FOLDER_NAME
        with self._writing:
            for stored in files.values():
                if len(stored.content) <= LARGEST and not (folder / stored.id).exists():
                    write_private(folder / stored.id, stored.content)
            write_private(self._folder / FILE_NAME, content)
            for known in folder.glob("*"):
                if known.name not in files:
                    known.unlink()


def _filled(stored: Stored, folder: Path) -> bool:
    """Gives a file its content again; False when it was not kept."""
    file = folder / stored.id
    if not stored.id.isdigit() or not file.exists():
        return False
    stored.content = file.read_bytes()
    return True
