"""Looks after the connections: fetches what an outage made us miss, keeps subscriptions and templates up to date.

Runs in a worker's event loop. Timer rows per account say when it is looked after next, so that several workers take
turns, and up to when it was asked for what we missed, so that a stop of any length is made up for.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from core.addresses import CHANNELS
from core.errors import SendError
from core.messages import InboundEvent
from core.ports import Channel, TemplateState
from hub import arrivals
from hub.accounts import incidents
from hub.hub import Hub
from storage.accounts import templates
from storage.queues import timers
from storage.queues.inbox import Arrival

log = logging.getLogger(__name__)

CARE, ASKED = "care", "asked"  # when an account is looked after next; up to when it was asked for what we missed
OVERLAP = timedelta(minutes=5)  # a provider lists a message a little after it happened
LOOK_SECONDS = 20.0  # at most, between two questions for what is due
SUBSCRIPTION = "subscription"  # the finding of a channel's status that setup can mend by itself

Accept = Callable[[Sequence[Arrival]], list[bool]]


class Caretaker:
    """`accept` stores arrivals and says which were new; `base_url` is where providers reach us."""

    def __init__(self, hub: Hub, accept: Accept, base_url: str) -> None:
        self._hub = hub
        self._accept = accept
        self._base_url = base_url
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopped.is_set():
            try:
                await self.look()
            except Exception:
                log.exception("the accounts were not looked after; trying again")
            try:
                await asyncio.wait_for(self._stopped.wait(), min(LOOK_SECONDS, self._hub.timing.care.total_seconds()))
            except TimeoutError:
                continue

    def stop(self) -> None:
        """Takes no further account."""
        self._stopped.set()

    async def look(self) -> int:
        """Looks after every account whose turn it is; returns how many."""
        now = self._hub.now()
        due = await asyncio.to_thread(self._due, now)
        for subject, was in due:
            channel, _, account = subject.partition(":")
            speaking = self._hub.channel(channel, account)
            if speaking is None or not await asyncio.to_thread(self._move, subject, was, now + self._hub.timing.care):
                continue
            for care in (self._fetch_missed, self._sync_templates, self._renew):
                try:
                    await care(speaking, subject, now)
                except SendError as error:
                    told = {"channel": channel, "what": care.__name__.strip("_"), "code": error.code}
                    log.warning("an account was not looked after", extra=told)
        return len(due)

    async def _fetch_missed(self, channel: Channel, subject: str, now: datetime) -> None:
        """Asked up to when is written only when what was missed is kept: a crash in between asks again."""
        since = await asyncio.to_thread(self._asked, subject)
        missed = await channel.missed(since - OVERLAP)
        await asyncio.to_thread(self._keep, channel, missed, subject, now)

    async def _sync_templates(self, channel: Channel, _subject: str, now: datetime) -> None:
        await asyncio.to_thread(self._sync, channel, await channel.templates(), now)

    async def _renew(self, channel: Channel, _subject: str, _now: datetime) -> None:
        lost = [f for f in await channel.status(self._base_url) if f.what == SUBSCRIPTION and not f.ok]
        if lost:
            renewed = await channel.setup(self._base_url)
            ok = all(finding.ok for finding in renewed)
            log.warning("a subscription was lost", extra={"channel": channel.channel, "renewed": ok})

    def _due(self, now: datetime) -> list[tuple[str, datetime]]:
        subjects = [f"{channel}:{account}" for channel, account in self._hub.channels]
        with self._hub.store.write() as conn:
            for kind in (CARE, ASKED):
                timers.ensure(conn, self._hub.store, kind, subjects, now)
            return [(subject, at) for subject, at in timers.due(conn, CARE, now) if subject in subjects]

    def _move(self, subject: str, was: datetime, then: datetime) -> bool:
        with self._hub.store.write() as conn:
            return timers.move(conn, CARE, subject, was, then)

    def _asked(self, subject: str) -> datetime:
        with self._hub.store.read() as conn:
            return timers.at(conn, ASKED, subject) or self._hub.now()

    def _keep(self, channel: Channel, missed: Sequence[InboundEvent], subject: str, now: datetime) -> None:
        if missed:
            fresh = self._accept([arrivals.customer_arrival(event, now, self._hub.shards) for event in missed])
            if any(fresh):
                log.warning("messages had been missed", extra={"channel": channel.channel, "missed": sum(fresh)})
        with self._hub.store.write() as conn:
            timers.put(conn, ASKED, subject, now)

    def _sync(self, channel: Channel, listed: Sequence[TemplateState], now: datetime) -> None:
        """What the provider did to a template without telling us is told to the team all the same."""
        if not listed:
            return
        with self._hub.store.write() as conn:
            changed = templates.sync(conn, self._hub.store, channel.channel, channel.account, listed, now)
            for was, is_ in changed:
                text = (
                    f":warning: {CHANNELS.get(channel.channel, channel.channel)}: template `{is_.name}` "
                    f"({is_.language}) was {was.category}, {was.status} and is now {is_.category}, {is_.status}."
                )
                incidents.notice(self._hub, conn, text, now)
        self._hub.waker.outbox()
