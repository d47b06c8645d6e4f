"""Looks after the accounts: fetches what an outage made us miss, keeps subscriptions and templates up to date.

One timer per account, so that several workers share them. Its row knows up to when the account was asked for what we
missed, so that a stop of any length is made up for.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from core.errors import SendError
from core.messages.inbound import InboundEvent
from core.ports.channel import Channel
from core.ports.templates import TemplateState
from hub import arrivals
from hub.accounts import incidents, template_incidents
from hub.hub import Hub
from storage.accounts import templates
from storage.queues import timers
from storage.queues.inbox import Arrival

log = logging.getLogger(__name__)

UPKEEP = "upkeep"
OVERLAP = timedelta(minutes=5)  # a provider lists a message a little after it happened
SUBSCRIPTION = "subscription"  # the finding of a channel's status that setup can mend by itself

Accept = Callable[[Sequence[Arrival]], list[bool]]


def accounts(hub: Hub) -> list[str]:
    """Lists the subjects of the timer: "whatsapp:106540352242922"."""
    return [f"{channel}:{account}" for channel, account in hub.channels]


class Upkeep:
    """Looks after accounts. `accept` stores arrivals and says which were new; `base_url`: where providers reach us."""

    def __init__(self, accept: Accept, base_url: str) -> None:
        self._accept = accept
        self._base_url = base_url

    async def look_after(self, hub: Hub, subject: str, now: datetime) -> datetime:
        """Handles the timer of one account; a step that the provider refuses does not stop the others."""
        name, _, account = subject.partition(":")
        channel = hub.channel(name, account)
        if channel:
            await self._look_after(hub, channel, now)
        return hub.now() + hub.timing.upkeep

    async def _look_after(self, hub: Hub, channel: Channel, now: datetime) -> None:
        for step in (self._fetch_missed, self._sync_templates, self._renew):
            try:
                await step(hub, channel, now)
            except SendError as error:
                told = {"channel": channel.channel, "what": step.__name__.strip("_"), "code": error.code}
                log.warning("an account was not looked after", extra=told)

    async def _fetch_missed(self, hub: Hub, channel: Channel, now: datetime) -> None:
        """Fetches what we missed. The time is written only once that is kept: after a crash in between we ask again."""
        since = await asyncio.to_thread(_asked, hub, channel, now)
        missed = await channel.missed(since - OVERLAP)
        await asyncio.to_thread(self._keep, hub, channel, missed, now)

    async def _sync_templates(self, hub: Hub, channel: Channel, now: datetime) -> None:
        await asyncio.to_thread(_review, hub, channel, now)
        await asyncio.to_thread(_sync, hub, channel, await channel.templates(), now)

    async def _renew(self, _hub: Hub, channel: Channel, _now: datetime) -> None:
        lost = [f for f in await channel.status(self._base_url) if f.what == SUBSCRIPTION and not f.ok]
        if lost:
            renewed = await channel.setup(self._base_url)
            ok = all(finding.ok for finding in renewed)
            log.warning("a subscription was lost", extra={"channel": channel.channel, "renewed": ok})

    def _keep(self, hub: Hub, channel: Channel, missed: Sequence[InboundEvent], now: datetime) -> None:
        if missed:
            fresh = self._accept([arrivals.customer_arrival(event, now, hub.shards) for event in missed])
            if any(fresh):
                log.warning("messages had been missed", extra={"channel": channel.channel, "missed": sum(fresh)})
        with hub.store.write() as conn:
            timers.mark_done(conn, UPKEEP, _subject(channel), now)


def _subject(channel: Channel) -> str:
    return f"{channel.channel}:{channel.account}"


def _asked(hub: Hub, channel: Channel, now: datetime) -> datetime:
    """Returns the time up to which the account was asked; the first time now: what came before is not ours."""
    with hub.store.read() as conn:
        known = timers.done_until(conn, UPKEEP, _subject(channel))
    if known is None:
        with hub.store.write() as conn:
            timers.mark_done(conn, UPKEEP, _subject(channel), now)
    return known or now


def _review(hub: Hub, channel: Channel, now: datetime) -> None:
    with hub.store.write() as conn:
        template_incidents.review(hub, conn, channel.channel, channel.account, now)


def _sync(hub: Hub, channel: Channel, listed: Sequence[TemplateState], now: datetime) -> None:
    """Takes over the templates' states as listed; tells the team what changed without news of it."""
    if not listed:
        return
    with hub.store.write() as conn:
        changed = templates.sync(conn, hub.store, channel.channel, channel.account, listed, now)
        for was, is_ in changed:
            text = (
                f":warning: {hub.labels.get(channel.channel, channel.channel)}: template `{is_.name}` "
                f"({is_.language}) was {was.category}, {was.status} and is now {is_.category}, {is_.status}."
            )
            incidents.notice(hub, conn, text, now)
            if is_.status == templates.APPROVED:
                template_incidents.changed(hub, conn, channel.channel, is_.name, is_.language, now)
