"""Sends a turn's answer at once: the transaction that writes it marks it as being sent, then the sender gets it.

So no look into the outbox is needed, and no second transaction to mark it. Only where a receipt names our part is it
known whether a call that a crash left open got through; elsewhere (Telegram) the two steps stay.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from redis import RedisError
from sqlalchemy import Connection

from hub.delivery import prepare
from hub.delivery.job import Job
from hub.delivery.pace.limits import pace_request
from hub.delivery.pace.rate_limit import Pace
from hub.delivery.prepare import Refusal
from hub.delivery.taking import part_row
from hub.hub import Hub
from hub.media.attachments import Lost, NotYet
from storage.engine.batch import Batch
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table
from storage.queues.tables import outbox_parts

log = logging.getLogger(__name__)

Planned = tuple[dict[str, Any], Job]


class Dispatcher:
    """Plans what may be sent at once. `room` says how many calls may still be made, `launch` makes them."""

    def __init__(self, hub: Hub, pace: Pace, room: Callable[[], int], launch: Callable[[Sequence[Job]], None]) -> None:
        self._hub = hub
        self._pace = pace
        self._room = room
        self._launch = launch

    def plan(self, conn: Connection, batch: Batch, windows: Mapping[str, datetime | None]) -> "Flight":
        """Plans the first message of each conversation; what follows waits for it (`hub.hub.Dispatch`)."""
        first: dict[str, dict[str, Any]] = {}
        for row in batch.inserted(outbox_table):
            first.setdefault(row["key"], row)
        fitting = [row for row in first.values() if self._may(row)][: max(0, self._room())]
        jobs = [(row, job) for row in fitting if (job := self._job(conn, row, windows.get(row["key"])))]
        return Flight(self._slots(jobs), self._launch)

    def _may(self, row: Mapping[str, Any]) -> bool:
        """Tells whether the row is a reply by a channel whose receipts name our parts."""
        channel = self._hub.channel(row["channel"], row["account"])
        return row["lane"] == outbox.MESSAGE and not row["priority"] and bool(channel and channel.capabilities.receipts)

    def _job(self, conn: Connection, row: dict[str, Any], last_inbound_at: datetime | None) -> Job | None:
        """Makes the call to be made; None when the row must wait or fail: `taking.take_due` finds the reason again."""
        posting = outbox.posting(row, last_inbound_at)
        try:
            job = prepare.make_job(self._hub, conn, posting, [], self._hub.now())
        except (Refusal, NotYet, Lost):
            return None
        except Exception:
            log.exception("a message could not be prepared", extra={"outbox_id": posting.id})
            return None
        return None if job.opens or job.missing else job

    def _slots(self, jobs: Sequence[Planned]) -> list[tuple[dict[str, Any], Job, float]]:
        """Keeps the jobs that get a slot of their sender's and their pair's pace now."""
        if not jobs:
            return []
        try:
            waits = self._pace.reserve([pace_request(self._hub, job) for _, job in jobs])
        except RedisError as error:
            log.warning("no slots without Redis", extra={"error_type": type(error).__name__})
            return []
        return [(row, job, wait) for (row, job), wait in zip(jobs, waits, strict=True) if wait >= 0]


class Flight:
    """Holds what was planned for one group of turns (`hub.hub.Flight`)."""

    def __init__(
        self, planned: Sequence[tuple[dict[str, Any], Job, float]], launch: Callable[[Sequence[Job]], None]
    ) -> None:
        self._planned = planned
        self._launch = launch
        self._boarded: list[Job] = []

    def board(self, batch: Batch, busy: Collection[str], now: datetime) -> bool:
        """Marks the planned rows in the batch as being sent; tells whether others are left."""
        for row, job, wait in self._planned:
            if row["key"] in busy:
                continue
            outbox.begin(row, len(job.parts), job.losses, now)
            for n, part in enumerate(job.parts):
                batch.insert(outbox_parts, part_row(job, n, part, now))
            self._boarded.append(replace(job, wait=wait))
        return len(batch.inserted(outbox_table)) > len(self._boarded)

    def launch(self) -> None:
        """Hands the marked messages to the sender."""
        if self._boarded:
            self._launch(self._boarded)
