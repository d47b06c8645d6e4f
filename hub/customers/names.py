"""Asks providers for the names of customers whom no message names (Messenger): once for each, and after the answer.

A name is kept with the customer, so that it is never asked for again. What the provider refuses is asked for a few
times more, as a permission may be given later, and then no longer.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.desk.posts import PostCard
from core.errors import Outcome, SendError
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from storage.conversations.conversations import NAME_MAX
from storage.people import names
from storage.people.names import Nameless

log = logging.getLogger(__name__)

AT_ONCE = 10
LEASE = timedelta(minutes=2)  # a worker that died in the middle is followed by another then
SOON, LATER = timedelta(minutes=10), timedelta(days=1)
GIVE_UP = timedelta(days=3)  # after the first message
PASSING = (Outcome.RETRY, Outcome.PACE)  # says nothing of this customer


async def ask(hub: Hub, now: datetime) -> int:
    """Asks for the names that are due; returns for how many."""
    due = await asyncio.to_thread(_take, hub, now)
    busy: set[tuple[str, str]] = set()  # accounts that answer nothing for now
    for each in due:
        where = (each.channel, each.account)
        if where not in busy and not await _ask(hub, each, now):
            busy.add(where)
    return len(due)


async def _ask(hub: Hub, one: Nameless, now: datetime) -> bool:
    """Asks for one name; false where the account is not to be asked any more for now."""
    channel = hub.channel(one.channel, one.account)
    if one.name:
        await asyncio.to_thread(_settle, hub, [one.key], None)
        return True
    if channel is None:  # switched off
        await asyncio.to_thread(_settle, hub, [one.key], _daily(one, now))
        return True
    try:
        profile = await channel.profile(one.value)
    except SendError as error:
        log.info("a customer's name was not told", extra={"channel": one.channel, "code": error.code})
        await asyncio.to_thread(_settle, hub, [one.key], _again(error, one, now))
        return error.outcome not in PASSING
    await asyncio.to_thread(_name, hub, one, profile.name, now)
    return True


def _again(error: SendError, one: Nameless, now: datetime) -> datetime | None:
    """Decides when to ask again after a refusal: soon for what passes, daily for what somebody may mend."""
    if error.outcome in PASSING:
        return now + max(SOON, timedelta(seconds=error.retry_after or 0))
    return _daily(one, now) if error.outcome is Outcome.MISCONFIGURED else None


def _daily(one: Nameless, now: datetime) -> datetime | None:
    return None if now - one.since > GIVE_UP else now + LATER


def _take(hub: Hub, now: datetime) -> list[Nameless]:
    with hub.store.write() as conn:
        return names.take(conn, now, now + LEASE, AT_ONCE)


def _settle(hub: Hub, keys: Sequence[str], then: datetime | None) -> None:
    with hub.store.write() as conn:
        names.settle(conn, keys, then)


def _name(hub: Hub, one: Nameless, name: str, now: datetime) -> None:
    """Keeps the name, and draws the cards anew that were shown without it."""
    with hub.store.write() as conn:
        names.settle(conn, [one.key], None)
        if name and names.give(conn, one.customer_id, name[:NAME_MAX]) and hub.has_desk:
            for case_id in names.cases_of(conn, one.customer_id):
                post_to_desk(hub, conn, PostCard(case_id), case_id, now)
