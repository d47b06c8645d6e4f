"""Blocks customers for a time, and has providers that can keep what they write from us."""

import logging
from datetime import datetime

from sqlalchemy import Connection

from core.errors import Outcome, SendError
from core.ports.blocking import Blocker
from hub.hub import Hub
from storage.conversations import conversations
from storage.people import customers
from storage.queues import timers

log = logging.getLogger(__name__)

TIMER = "customer_blocks"
NOT_NOW = (Outcome.RETRY, Outcome.AMBIGUOUS)


def block(hub: Hub, conn: Connection, customer_id: str, until: datetime | None, now: datetime) -> None:
    """Blocks a customer until then, or (None) ends that; providers are told next."""
    customers.change(conn, customer_id, {"blocked_until": until})
    timers.schedule(conn, hub.store, TIMER, customer_id, now)


async def tell_providers(hub: Hub, customer_id: str, now: datetime) -> datetime | None:
    """Has providers keep them away, or let them through, as our rows say now; returns when that ends.

    What a provider refuses is left: we do not answer them either way. Raises SendError where it may work later.
    """
    with hub.store.read() as conn:
        until = customers.blocked_until(conn, customer_id)
        spoken = conversations.of_customer(conn, customer_id)
    is_blocked = until is not None and now < until
    for each in spoken:
        channel: object = hub.channel(each.channel, each.account)
        if isinstance(channel, Blocker) and each.in_use and each.last_inbound_at:
            try:
                await channel.block(each.address, blocked=is_blocked)
            except SendError as error:
                if error.outcome in NOT_NOW:
                    raise
                log.warning("a provider blocks nobody: %s", error.code, extra={"customer_id": customer_id})
    return until if is_blocked else None
