"""Fetches files beside sending: takes their rows, finds them at their provider, recognises and keeps them.

A file whose worker dies is taken again when its lease ends; the content then replaces what was left.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from core.errors import Outcome, SendError
from core.ports.calls import Download
from core.ports.files import Blobs
from core.retries import RULES, Failure
from hub import metrics
from hub.hub import Hub
from hub.loops import Rounds
from hub.media.attachments import DESK
from hub.media.cards import cards_in
from storage.media import files
from storage.media.files import File

log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE = 4
IDLE_SECONDS = 5.0
WORK_SECONDS = 150.0
LEASE = timedelta(seconds=180)  # longer than the work may take
EXPIRED = ("not_found", "gone", "forbidden")  # a new address may help
# Asking twice for a file does no harm, so what is in doubt is tried again.
PASSING = {
    Outcome.RETRY: Failure.FILE,
    Outcome.AMBIGUOUS: Failure.FILE,
    Outcome.PACE: Failure.FILE_PACE,
    Outcome.MISCONFIGURED: Failure.FILE_ACCOUNT,
}


@dataclass(frozen=True)
class Tools:
    """Names what fetching needs from outside. `fetch` gives content and declared type; `recognise` takes content, kind,
    declared type and name, and gives the true kind and type."""

    blobs: Blobs
    fetch: Callable[[Download], Awaitable[tuple[bytes, str]]]
    recognise: Callable[[bytes, str, str, str], tuple[str, str]]
    keep: timedelta


class Fetcher:
    """Fetches due files, a few at once, in a worker's event loop."""

    def __init__(self, hub: Hub, tools: Tools) -> None:
        self._hub = hub
        self._tools = tools
        self._rounds = Rounds("fetcher-database", IDLE_SECONDS)
        self._tasks: dict[asyncio.Task[None], File] = {}

    def kick(self) -> None:
        """Looks for files now. From the loop's own thread."""
        self._rounds.kick()

    def stop(self) -> None:
        """Takes nothing more; `run` then ends."""
        self._rounds.stop()

    async def run(self) -> None:
        """Fetches until `stop`; what is not done by then is left to the next worker at once."""
        await self._rounds.run(self._claim, self._launch)
        await self._end()

    async def _claim(self) -> tuple[list[File], float]:
        return await self._rounds.in_database(lambda: take_due(self._hub, AT_ONCE - len(self._tasks)))

    def _launch(self, file: File) -> None:
        task = asyncio.create_task(self._handle(file))
        self._tasks[task] = file
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        self._rounds.kick()

    async def _handle(self, file: File) -> None:
        try:
            async with asyncio.timeout(WORK_SECONDS):
                values = await self._fetch(file)
        except SendError as error:
            values = failed(file, error, self._hub.now())
        except TimeoutError:
            values = failed(file, SendError(Outcome.RETRY, "too_slow"), self._hub.now())
        except Exception as error:  # a bug in an adapter must end in the row
            log.exception("fetching a file failed", extra={"media_id": file.id})
            values = failed(file, SendError(Outcome.RETRY, "fetch_bug", type(error).__name__), self._hub.now())
        await self._settle(file, values)

    async def _fetch(self, file: File) -> dict[str, Any]:
        """Fetches a file; returns its row's columns. Asks once more for an address that ran out. Raises SendError."""
        if file.attempts > RULES[Failure.FILE].tries:
            raise SendError(Outcome.CONTENT_REJECTED, "gave_up", "it ended its fetcher again and again")
        locate = _locator(self._hub, file)
        download = await locate(file.ref)
        try:
            content, declared = await self._tools.fetch(download)
        except SendError as error:
            if error.code not in EXPIRED:
                raise
            download = await locate(file.ref)
            content, declared = await self._tools.fetch(download)
        name = file.filename or download.filename
        return await asyncio.to_thread(self._keep, file, content, file.mime or declared, name)

    def _keep(self, file: File, content: bytes, declared: str, filename: str) -> dict[str, Any]:
        kind, mime = self._tools.recognise(content, file.kind, declared, filename)
        blob = files.blob_name(file.id)
        self._tools.blobs.put(blob, content, mime)
        now = self._hub.now()
        return {
            "state": files.KEPT,
            "code": None,
            "kind": kind,
            "mime": mime,
            "filename": filename[:255],
            "size": len(content),
            "cards": cards_in(content, mime),
            "sha256": hashlib.sha256(content).hexdigest(),
            "blob": blob,
            "not_before": now,
            "fetched_at": now,
            "expires_at": now + self._tools.keep,
        }

    async def _settle(self, file: File, values: dict[str, Any]) -> None:
        """Writes what came of a file, waiting for the database; removes content that is no longer wanted."""
        told = {"media_id": file.id, "source": file.source, "state": values["state"], "code": values["code"]}
        try:
            stays = await self._patiently(lambda: settle(self._hub, file, values))
            if not stays:
                await asyncio.to_thread(self._tools.blobs.delete, files.blob_name(file.id))
        except Exception:
            log.exception("a file was not settled; its lease will end", extra=told)
            return
        metrics.files.labels(file.source, values["code"] or values["state"]).inc()
        log.info("file", extra=told)
        self._hub.waker.outbox()

    async def _patiently(self, work: Callable[[], T]) -> T:
        while True:
            try:
                return await self._rounds.in_database(work)
            except OperationalError as error:
                log.warning("file not settled yet", extra={"error_type": type(error).__name__})
                await asyncio.sleep(1)

    async def _end(self) -> None:
        tasks = dict(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        left = [file for task, file in tasks.items() if task.cancelled()]
        if left:
            await self._rounds.in_database(lambda: release(self._hub, left))
        self._rounds.close()


def take_due(hub: Hub, room: int) -> tuple[list[File], float]:
    """Takes up to `room` files by a lease; returns them, and the seconds until asking again helps."""
    now = hub.now()
    if room <= 0:
        return [], IDLE_SECONDS
    with hub.store.read() as conn:
        ids = files.due(conn, now, room)
        upcoming = None if ids else files.next_due(conn, now)
    if not ids:
        return [], (upcoming - now).total_seconds() if upcoming else IDLE_SECONDS
    with hub.store.write() as conn:
        return files.take(conn, ids, now, now + LEASE), 0.0


def settle(hub: Hub, file: File, values: dict[str, Any]) -> bool:
    """Writes what came of a file, if it still was ours; returns whether its content is wanted by anybody."""
    with hub.store.write() as conn:
        files.settle(conn, file, **values)
        left = files.by_ids(conn, [file.id]).get(file.id)
    return left is not None and (left.is_coming or left.is_there(hub.now()))


def release(hub: Hub, unfinished: list[File]) -> None:
    """Lets unfinished files be taken by any worker; the attempt does not count."""
    now = hub.now()
    with hub.store.write() as conn:
        for file in unfinished:
            files.settle(conn, file, state=files.PENDING, not_before=now, attempts=file.attempts - 1)


def failed(file: File, error: SendError, now: datetime) -> dict[str, Any]:
    """Decides what follows from a failure: again later, or refused with the reason."""
    before = file.attempts - 1  # this try is counted already
    rule = RULES[PASSING[error.outcome]] if error.outcome in PASSING else None
    if rule is None or rule.is_over(before, now - file.created_at):
        return {"state": files.REFUSED, "code": error.code[:64]}
    wait = error.retry_after or rule.wait(before)
    return {
        "state": files.PENDING,
        "code": error.code[:64],
        "not_before": now + timedelta(seconds=min(max(wait, 1.0), 3600.0)),
        "attempts": file.attempts if rule.burns else before,
    }


def _locator(hub: Hub, file: File) -> Callable[[str], Coroutine[Any, Any, Download]]:
    """Finds who can locate the file. Raises SendError when that account is switched off."""
    owner = hub.desk if file.source == DESK else hub.channel(file.source, file.account)
    if owner is None:
        raise SendError(Outcome.MISCONFIGURED, "channel_off")
    return owner.locate
