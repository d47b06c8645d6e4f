"""Learns of customers from providers' answers to our messages: other addresses, a new one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from core.messages.inbound import Moved
from core.ports.calls import Sent
from hub.customers import identity
from hub.customers.moves import move
from hub.customers.ownership import changed_hands, start_over, unknown
from hub.hub import Hub
from storage.conversations import conversations
from storage.people import addresses
from storage.queues.outbox import Posting


def learn_from_all(hub: Hub, conn: Connection, sends: Collection[tuple[Posting, Sent]], now: datetime) -> None:
    """Learns from a group of answers; one question for all where nothing is new."""
    asked = {posting.key for posting, sent in sends if sent.aliases}
    rows = addresses.by_keys(conn, asked | {each.key for _, sent in sends for each in sent.aliases}) if asked else {}
    for posting, sent in sends:
        own = rows.get(posting.key)
        if sent.moved or (own and unknown(rows, own.home or own.key, sent.aliases)):
            learn_from(hub, conn, posting, sent, now)


def learn_from(hub: Hub, conn: Connection, posting: Posting, sent: Sent, now: datetime) -> None:
    """Learns from the answer to one message."""
    rows = addresses.by_keys(conn, [posting.key, *(alias.key for alias in sent.aliases)])
    own = rows.get(posting.key)
    if own is None:
        return
    home = own.home or own.key
    there = conversations.by_keys(conn, [home], lock=True).get(home)
    changed = there is not None and changed_hands(conn, there, [(own.address, *sent.aliases)])
    if there and changed and not start_over(hub, conn, there, now):
        return
    for each in unknown(rows, home, sent.aliases):
        identity.learn(hub, conn, home, each, rows.get(each.key), now)
    if sent.moved:
        move(hub, conn, Moved(f"sent:{posting.id}", own.address, now, "migrated", sent.moved), now)
